fn main() -> anyhow::Result<()> {
    host::logs::init(None);
    let args: Vec<String> = std::env::args().collect();
    host::runtime()?.block_on(async move {
        let mut v = host::Vault::builder(args.get(2).map_or("spin.toml", |s| s.as_str()));
        if let Some(l) = args.get(3) {
            v = v.listen(l);
        }
        let running = v.start().await?;
        println!("{}", running.url());
        tokio::signal::ctrl_c().await?;
        running.stop().await;
        Ok(())
    })
}

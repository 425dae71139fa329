//! The same requests with `wrk`, for comparison with a well-known tool: prints the commands, and keeps the servers
//! running.

use std::time::Duration;

use crate::{
    api::page_path,
    measure::Bench,
    sides::{BOTH, Side},
};

/// Prints a `wrk` command for each route and server, and keeps both servers running for this time. Tokens expire after
/// 15 minutes.
pub async fn hold(bench: &Bench<'_>, duration: Duration) -> anyhow::Result<()> {
    for side in BOTH {
        let api = bench.servers.api(side);
        let process = bench.servers.process(side);
        println!("\n# {} (process {})", if side == Side::Ours { "ours" } else { "native" }, process.id());
        println!("wrk -t2 -c16 -d10s --latency http://{}/api/health", api.address);
        for albums in [100, 1_000] {
            let account = api.collector(&format!("wrk{albums}"), albums).await?;
            println!(
                "wrk -t2 -c16 -d10s --latency -H 'Authorization: Bearer {}' 'http://{}{}'",
                account.token,
                api.address,
                page_path(albums)
            );
        }
    }
    println!("\nBoth servers run for {} s; Ctrl-C stops them sooner.", duration.as_secs());
    tokio::time::sleep(duration).await;
    Ok(())
}

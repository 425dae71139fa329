//! The same requests for a tool that everybody knows: both servers stay up, and the commands are printed.

use std::time::Duration;

use crate::{
    api::page_path,
    measure::Bench,
    sides::{BOTH, Side},
};

/// Prints a `wrk` command for each route and server, and keeps both up for so long. A token lives 15 minutes.
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
    println!("\nBoth servers are up for {} s; Ctrl-C ends them sooner.", duration.as_secs());
    tokio::time::sleep(duration).await;
    Ok(())
}

//! Random runs over a link that loses, delays, duplicates and reorders.

use std::time::Instant;

use tests::{App, Caller};

use crate::{
    client::Rows,
    invariants::{Figures, check_invariants, check_runs},
    ledger::Ledger,
    link::Link,
    run::{Run, runner, runs},
    runtime, seed, setting,
};

/// Carries out a run in an account that may have records of earlier runs.
async fn play(server: &Caller, ledger: &Ledger, run: &Run) -> Figures {
    let since = (ledger.end(), ledger.now());
    let cursor = ledger.cursor();
    let mut link = Link::to(server);
    let clients = link.play(run, cursor).await;
    let figures = check_invariants(ledger, &clients, &since);
    let order: Vec<_> = ledger.entries_after(since.0).into_iter().map(|entry| entry.op_id).collect();
    assert_eq!(order, link.arrived, "the order of the ledger is not that of arrival");

    let path = format!("/api/collection/changes?limit=1000&cursor={}", cursor.unwrap_or(0));
    let changes = server.get(&path).await.expect(200).json();
    let rows = changes["changes"].as_array().expect("changes").iter();
    let rows: Rows = rows.map(|row| (row["uid"].as_str().expect("a uid").to_owned(), row.clone())).collect();
    assert_eq!(rows, clients[0].rows, "the changes of the server");
    Figures { requests: link.requests, ..figures }
}

#[test]
fn devices_on_a_lossy_link_converge_and_every_operation_is_recorded_once() {
    let (runtime, start) = (runtime(), Instant::now());
    let app = runtime.block_on(App::start());
    let server = runtime.block_on(app.collector());
    let cases = setting("SYNC_MODEL_RUNS", 500);
    let figures =
        check_runs(runner(cases, 300, seed()), &runs(3..=5, 20..=60), Ledger::open(&app.database()), |ledger, run| {
            runtime.block_on(play(&server, ledger, run))
        });
    println!("{figures}, in {:.1} s", start.elapsed().as_secs_f64());
    assert!(
        figures.merged > figures.ops / 100 && figures.kept > figures.ops / 1000,
        "the runs had too few conflicts: {figures}"
    );
}

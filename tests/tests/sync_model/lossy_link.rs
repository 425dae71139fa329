//! Random runs over a link that loses, delays, duplicates and reorders.

use std::{sync::Mutex, time::Instant};

use tests::{App, Caller};

use crate::{
    client::Rows,
    invariants::{Figures, check_invariants},
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
    let (runtime, start, seed) = (runtime(), Instant::now(), seed());
    let app = runtime.block_on(App::start());
    let server = runtime.block_on(app.collector());
    let ledger = Mutex::new(Ledger::open(&app.database()));
    let figures = Mutex::new(Figures::default());
    let outcome = runner(setting("SYNC_MODEL_RUNS", 500), 300, seed).run(&runs(3..=5, 20..=60), |run| {
        // A run that fails poisons the mutex; the connection to the database is still usable.
        let ledger = ledger.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let run_figures = runtime.block_on(play(&server, &ledger, &run));
        *figures.lock().expect("the figures") += run_figures;
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("SYNC_MODEL_SEED={seed}: {failure}");
    }
    ledger.lock().expect("the ledger").check();
    let figures = figures.lock().expect("the figures");
    println!("{figures}, in {:.1} s", start.elapsed().as_secs_f64());
    assert!(
        figures.merged > figures.ops / 100 && figures.kept > figures.ops / 1000,
        "the runs had too few conflicts: {figures}"
    );
}

//! What must be true after a run, when all devices have received all changes.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    ops::AddAssign,
    sync::{Mutex, PoisonError},
};

use proptest::{strategy::Strategy, test_runner::TestRunner};

use crate::{
    client::Client,
    ledger::Ledger,
    operation::{AHEAD, Operation},
    reference::Reference,
    run::Run,
    seed,
};

/// What was checked.
#[derive(Default, Clone, Copy)]
pub struct Figures {
    pub runs: usize,
    pub requests: usize,
    pub ops: usize,
    pub merged: usize,
    pub kept: usize,
    pub lost: usize,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.runs += other.runs;
        self.requests += other.requests;
        self.ops += other.ops;
        self.merged += other.merged;
        self.kept += other.kept;
        self.lost += other.lost;
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, requests, ops, merged, kept, lost } = self;
        write!(
            f,
            "{runs} runs, {requests} requests, {ops} operations: {merged} merged, {kept} kept, {lost} lost values"
        )
    }
}

/// Fails unless every operation is in the ledger exactly once, with the outcome that the reference gives and that the
/// device received, the lost values are those of the reference, and all devices have the records of the reference.
///
/// `since` is the end of the ledger and the time of the server before the run.
pub fn check_invariants(ledger: &Ledger, clients: &[Client], since: &(i64, String)) -> Figures {
    let operations: HashMap<&str, &Operation> =
        clients.iter().flat_map(|client| &client.operations).map(|op| (op.op_id.as_str(), op)).collect();
    let (entries, now) = (ledger.entries_after(since.0), ledger.now());
    assert_eq!(entries.len(), operations.len(), "the ledger does not have exactly one entry per operation");

    let mut reference = Reference::default();
    let mut times_seen: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &entries {
        let op = operations.get(entry.op_id.as_str()).expect("an operation of a device");
        *times_seen.entry(&entry.op_id).or_default() += 1;
        if op.edited_at.as_str() < AHEAD {
            assert_eq!(entry.edited_at, op.edited_at);
        } else {
            assert!(
                since.1 <= entry.edited_at && entry.edited_at <= now,
                "{} is not the server's time",
                entry.edited_at
            );
        }
        reference.apply(op, entry.seq, &entry.edited_at);
        assert_eq!(entry.outcome, reference.outcomes[&op.op_id], "{op:?}");
    }
    assert!(times_seen.values().all(|times| *times == 1), "an operation is in the ledger more than once");

    let results: HashMap<_, _> = clients.iter().flat_map(|client| &client.results).collect();
    for entry in &entries {
        assert_eq!(results[&entry.op_id], &(entry.outcome.clone(), entry.seq), "the result that the device received");
    }
    reference.lost.sort();
    assert_eq!(ledger.lost_after(since.0), reference.lost);
    for client in clients {
        assert!(client.is_idle());
        assert_eq!(client.rows, reference.documents(), "the records of device {}", client.id);
    }
    let outcomes = |outcome: &str| entries.iter().filter(|entry| entry.outcome == outcome).count();
    Figures {
        runs: 1,
        requests: 0,
        ops: entries.len(),
        merged: outcomes("merged"),
        kept: outcomes("kept"),
        lost: reference.lost.len(),
    }
}

/// Draws random runs, carries out each with `play`, and checks the ledger at the end. Returns the sum of the figures.
///
/// # Panics
/// If a run fails: with the seed, and with the smallest run that still fails.
pub fn check_runs(
    mut runner: TestRunner,
    runs: &impl Strategy<Value = Run>,
    ledger: Ledger,
    play: impl Fn(&Ledger, &Run) -> Figures,
) -> Figures {
    let (ledger, sum) = (Mutex::new(ledger), Mutex::new(Figures::default()));
    let result = runner.run(runs, |run| {
        // A run that fails poisons the mutex; the connection to the database is still usable.
        let ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let figures = play(&ledger, &run);
        *sum.lock().expect("the figures") += figures;
        Ok(())
    });
    if let Err(failure) = result {
        panic!("SYNC_MODEL_SEED={}: {failure}", seed());
    }
    ledger.into_inner().expect("the ledger").check();
    sum.into_inner().expect("the figures")
}

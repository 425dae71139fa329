//! Two hosts fill the albums of two accounts, and one of them is killed (SIGKILL) meanwhile.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use stand_ins::Discogs;
use tempfile::TempDir;
use tests::{Caller, Process};
use tokio::task::JoinSet;

const ALBUMS: usize = 100;
/// The budget is that of a minute, and a minute passes in a second.
const SPEED: u32 = 60;
const TOKEN: &str = "0123456789abcdefghijklmnopqrstuv";
const ENRICHMENT: &str = "/api/collection/enrichment";

/// Lets the times of the budget and of the jobs pass faster.
struct FastClock {
    runs: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl FastClock {
    fn start(database: &Path) -> Self {
        let (runs, database) = (Arc::new(AtomicBool::new(true)), database.to_owned());
        let goes_on = runs.clone();
        let thread = std::thread::spawn(move || {
            let database = Connection::open(database).expect("the database");
            database.busy_timeout(Duration::from_secs(10)).expect("a timeout");
            let mut last = Instant::now();
            while goes_on.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(50));
                let skipped = last.elapsed().as_millis() * u128::from(SPEED - 1);
                last = Instant::now();
                let statements = format!(
                    "BEGIN IMMEDIATE;
                     UPDATE discogs_requests SET counts_until = counts_until - {skipped}, used = NULL, silence = NULL;
                     UPDATE discogs_budget
                     SET others_until = others_until - {skipped}, blocked_until = blocked_until - {skipped};
                     UPDATE jobs SET run_at = run_at - {skipped}
                     WHERE kind = 'enrichment' AND leased_at IS NULL AND run_at IS NOT NULL;
                     COMMIT;"
                );
                database.execute_batch(&statements).expect("time passes");
            }
        });
        Self { runs, thread: Some(thread) }
    }
}

impl Drop for FastClock {
    fn drop(&mut self) {
        self.runs.store(false, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn progress(caller: &Caller) -> Value {
    caller.get(ENRICHMENT).await.expect(200).json()
}

/// Runs jobs on all hosts at the same time until the progress is as wanted.
async fn until(hosts: &[&Process], callers: &[&Caller], is_reached: impl Fn(&[Value]) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let mut runs = JoinSet::new();
        for host in hosts {
            let scheduler = host.anonymous().bearing(TOKEN);
            runs.spawn(async move { scheduler.send(scheduler.request(Method::POST, "/system/jobs/run")).await });
        }
        runs.join_all().await;
        let mut all = Vec::new();
        for caller in callers {
            all.push(progress(caller).await);
        }
        if is_reached(&all) {
            return;
        }
        assert!(Instant::now() < deadline, "{all:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_ask_for_no_release_twice_and_a_killed_one_is_replaced() {
    let discogs = Discogs::with_generated(ALBUMS).await;
    discogs.clock_speed(SPEED);
    let url = discogs.url();
    let variables = [
        ("rate_limit_ip", "0"),
        ("rate_limit_user", "0"),
        ("discogs_base_url", url.as_str()),
        ("discogs_image_url", &url),
        ("discogs_token", "a-token"),
        ("jobs_token", TOKEN),
    ];
    let state = TempDir::new().expect("a temporary folder");
    let start = || Process::spawn_with(state.path(), std::process::Stdio::null(), &variables);
    let (one, two) = (start(), start());
    tokio::join!(one.wait_for_answer(), two.wait_for_answer());
    let first = one.anonymous().register("one@example.org").await;
    let second = two.anonymous().register("two@example.org").await;
    let _clock = FastClock::start(&state.path().join("sqlite_db.db"));

    let albums: Vec<Value> = discogs.pressings()[..ALBUMS]
        .iter()
        .map(|pressing| json!({"artist": pressing.artist, "album": pressing.title, "discogs_id": pressing.id}))
        .collect();
    first.post("/api/collection/sync", json!({"albums": albums})).await.expect(200);
    second.post("/api/collection/sync", json!({"albums": albums[ALBUMS / 2..]})).await.expect(200);
    until(&[&one, &two], &[&first, &second], |all| all[0]["filled"].as_i64() > Some(10)).await;

    let database = Connection::open(state.path().join("sqlite_db.db")).expect("the database");
    let scheduler = two.anonymous().bearing(TOKEN);
    let run = scheduler.request(Method::POST, "/system/jobs/run").send();
    let run = tokio::spawn(async move { run.await.is_ok() });
    let is_leased = "SELECT EXISTS (SELECT 1 FROM jobs WHERE leased_at IS NOT NULL)";
    let deadline = Instant::now() + Duration::from_secs(10);
    while !database.query_row(is_leased, [], |row| row.get(0)).unwrap_or(false) && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    two.kill();
    // The answer, if there was one, does not matter.
    let _ = run.await;
    // As if the leases of the killed host had expired.
    let expired = "UPDATE jobs SET run_at = 1 WHERE leased_at IS NOT NULL; DELETE FROM discogs_leases";
    database.execute_batch(expired).expect("leases");
    let second = one.anonymous().bearing(&second.access_token);
    until(&[&one], &[&first, &second], |all| {
        all.iter().all(|progress| progress["state"] == "idle" && progress["waiting"] == 0)
    })
    .await;
    for (caller, albums) in [(&first, ALBUMS), (&second, ALBUMS / 2)] {
        let done = progress(caller).await;
        assert_eq!((&done["filled"], &done["failed"]), (&json!(albums), &json!(0)), "{done}");
    }
    // Only a request that the killed host had sent is repeated.
    let repeated = discogs.repeated("/releases/");
    assert!(repeated.len() <= 1, "{repeated:?}");
    assert!(discogs.most_within(Duration::from_secs(1)) <= 60, "{}", discogs.most_within(Duration::from_secs(1)));
}

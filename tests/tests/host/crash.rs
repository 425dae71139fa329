//! The host is killed (SIGKILL) during writes, or stopped by SIGTERM.

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;
use tests::{Caller, Process, records};

const ROUNDS: u64 = 8;
const WRITERS: usize = 4;

/// Fails unless the database is intact, every record has the version of its last operation, and the counts are right.
fn check(database: &Path) {
    let database = Connection::open(database).expect("the database");
    let value = |sql: &str| database.query_row(sql, [], |row| row.get::<_, String>(0)).expect("a row");
    assert_eq!(value("PRAGMA integrity_check"), "ok");
    assert_eq!(value("SELECT CAST(count(*) AS TEXT) FROM pragma_foreign_key_check"), "0");
    let outdated = "SELECT CAST(count(*) AS TEXT) FROM records
        WHERE version <> (SELECT max(seq) FROM ops WHERE ops.user_id = records.user_id AND ops.uid = records.uid)";
    assert_eq!(value(outdated), "0");
    let miscounted = "SELECT CAST(count(*) AS TEXT) FROM collections
        WHERE albums <> (SELECT count(*) FROM records
            WHERE records.user_id = collections.user_id AND type = 'album' AND deleted_at IS NULL
                AND NOT records.wanted)";
    assert_eq!(value(miscounted), "0");
}

/// Adds albums, one by one and by sync, until the host is killed. Collects the titles of those that were acknowledged.
async fn write(caller: Caller, writer: usize, round: u64, acknowledged: Arc<Mutex<HashSet<String>>>) {
    for n in 0.. {
        let title = format!("round {round} writer {writer} album {n}");
        let (path, body) = if n % 3 == 0 {
            ("/api/collection/sync", json!({"albums": [records::album("Writer", &title)]}))
        } else {
            ("/api/collection", records::album("Writer", &title))
        };
        let request = caller.request(reqwest::Method::POST, path).json(&body);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => {
                acknowledged.lock().expect("the set").insert(title);
            }
            Ok(answer) => panic!("{}", answer.status()),
            Err(_) => return,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_write_is_lost_when_the_host_is_killed() {
    let state = TempDir::new().expect("a temporary folder");
    let acknowledged = Arc::new(Mutex::new(HashSet::new()));
    let mut process = Process::start(state.path()).await;
    process.anonymous().register("collector@example.org").await;

    for round in 0..ROUNDS {
        let caller = process.anonymous().login("collector@example.org").await;
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write(caller.clone(), writer, round, acknowledged.clone())))
            .collect();
        // The time differs between rounds, but is the same in every run.
        tokio::time::sleep(Duration::from_millis(40 + round * 37 % 200)).await;
        process.kill();
        for writer in writers {
            writer.await.expect("the task of a writer");
        }
        process = Process::start(state.path()).await;
    }

    let caller = process.anonymous().login("collector@example.org").await;
    let answer = caller.post("/api/collection/sync", json!({})).await.expect(200).json();
    let kept: HashSet<_> =
        answer.as_array().expect("an array").iter().filter_map(|album| album["album"].as_str()).collect();
    let acknowledged = acknowledged.lock().expect("the set");
    assert!(acknowledged.len() > ROUNDS as usize, "{} writes", acknowledged.len());
    let lost: Vec<_> = acknowledged.iter().filter(|title| !kept.contains(title.as_str())).collect();
    assert!(lost.is_empty(), "lost {lost:?}");
    process.kill();
    check(&state.path().join("sqlite_db.db"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_stops_the_host_with_all_writes_in_the_database_file() {
    let state = TempDir::new().expect("a temporary folder");
    let process = Process::start(state.path()).await;
    let caller = process.anonymous().register("collector@example.org").await;
    caller.add(records::full()).await;
    assert_eq!(process.terminate(), Some(0));
    check(&state.path().join("sqlite_db.db"));
    // The write-ahead log is empty, so a copy of the database file is complete.
    let log = state.path().join("sqlite_db.db-wal");
    assert!(std::fs::metadata(log).map_or(0, |log| log.len()) == 0);
}

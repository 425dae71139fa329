//! `kill -9` in the middle of writes, and SIGTERM.

use rusqlite::Connection;
use serde_json::json;
use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tests::{Caller, Process, records};

const ROUNDS: u64 = 8;
const WRITERS: usize = 4;

/// The database is whole, every album is what the ledger says, and the counts are right.
fn check(database: &Path) {
    let database = Connection::open(database).expect("the database");
    let one = |sql: &str| database.query_row(sql, [], |row| row.get::<_, String>(0)).expect("a row");
    assert_eq!(one("PRAGMA integrity_check"), "ok");
    assert_eq!(one("SELECT CAST(count(*) AS TEXT) FROM pragma_foreign_key_check"), "0");
    let strays = "SELECT CAST(count(*) AS TEXT) FROM records
        WHERE version <> (SELECT max(seq) FROM ops WHERE ops.user_id = records.user_id AND ops.uid = records.uid)";
    assert_eq!(one(strays), "0");
    let miscounted = "SELECT CAST(count(*) AS TEXT) FROM collections
        WHERE albums <> (SELECT count(*) FROM records
            WHERE records.user_id = collections.user_id AND type = 'album' AND deleted_at IS NULL AND NOT records.wanted)";
    assert_eq!(one(miscounted), "0");
}

/// Adds albums, singly and in syncs, until the host is gone; remembers what was acknowledged.
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
async fn nothing_acknowledged_is_lost_by_kill_9_and_the_next_start_serves() {
    let state = TempDir::new().expect("a temporary folder");
    let acknowledged = Arc::new(Mutex::new(HashSet::new()));
    let mut process = Process::start(state.path()).await;
    process.anonymous().register("collector@example.org").await;

    for round in 0..ROUNDS {
        let caller = process.anonymous().login("collector@example.org").await;
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write(caller.clone(), writer, round, acknowledged.clone())))
            .collect();
        // Differs from round to round, the same in every run.
        tokio::time::sleep(Duration::from_millis(40 + round * 37 % 200)).await;
        process.kill();
        for writer in writers {
            writer.await.expect("a writer sees answers or a broken connection");
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
async fn sigterm_ends_the_host_in_good_order() {
    let state = TempDir::new().expect("a temporary folder");
    let process = Process::start(state.path()).await;
    let caller = process.anonymous().register("collector@example.org").await;
    caller.add(records::whole()).await;
    assert_eq!(process.terminate(), Some(0));
    check(&state.path().join("sqlite_db.db"));
    // What was in the write-ahead log is in the database: a copy of the one file is a copy of all.
    let log = state.path().join("sqlite_db.db-wal");
    assert!(std::fs::metadata(log).map_or(0, |log| log.len()) == 0);
}

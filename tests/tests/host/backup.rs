//! `vault backup`, `vault restore` and `vault check`: every backup is restored and checked.

use std::{
    collections::HashSet,
    path::Path,
    process::{Command, Output},
    sync::{Arc, Mutex},
};

use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;
use tests::{Caller, Process, records, repository, vault_binary};

const WRITERS: usize = 3;

fn vault(state: &Path, task: &str, file: Option<&Path>) -> Output {
    let mut command = Command::new(vault_binary());
    command.arg(task).args(file).arg("--from").arg(repository().join("spin.toml")).arg("--state-dir").arg(state);
    command.output().expect("`cargo vault test` builds the vault command")
}

#[track_caller]
fn assert_success(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    out.into_owned()
}

#[track_caller]
fn assert_failure(output: &Output, words: &str) {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(words), "`{words}` is not in: {text}");
}

fn names(folder: &Path) -> HashSet<String> {
    let entries = std::fs::read_dir(folder).expect("the folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// The state folder of a stopped host, with albums of which one is in the trash and one has been purged.
async fn filled_state() -> TempDir {
    let state = TempDir::new().expect("a temporary folder");
    let process = Process::start(state.path()).await;
    let caller = process.anonymous().register("collector@example.org").await;
    let purged = caller.add(records::album("Purged", "Permanently")).await;
    caller.delete(&format!("/api/collection/{}", purged["id"])).await;
    caller.delete("/api/collection/trash").await;
    let trashed = caller.add(records::album("Trashed", "For now")).await;
    caller.delete(&format!("/api/collection/{}", trashed["id"])).await;
    caller.add(records::full()).await;
    caller.post("/api/collection/sync", json!({"albums": records::many(200)})).await.expect(200);
    caller.post("/api/chat", json!({"message": "How many records do I have?"})).await.expect(200);
    assert_eq!(process.terminate(), Some(0));
    state
}

/// Adds albums until the task is aborted, and collects the titles of those that were acknowledged.
async fn write(caller: Caller, writer: usize, acknowledged: Arc<Mutex<Vec<String>>>) {
    for n in 0.. {
        let title = format!("writer {writer} album {n}");
        caller.add(records::album("Writer", &title)).await;
        acknowledged.lock().expect("the list").push(title);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_during_writes_contains_every_album_acknowledged_before() {
    let (state, other) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let file = other.path().join("vinyl.db");
    let process = Process::start(state.path()).await;
    let caller = process.anonymous().register("collector@example.org").await;
    caller.post("/api/collection/sync", json!({"albums": records::many(2000)})).await.expect(200);
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let writers: Vec<_> =
        (0..WRITERS).map(|writer| tokio::spawn(write(caller.clone(), writer, acknowledged.clone()))).collect();
    while acknowledged.lock().expect("the list").len() < 10 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let before = acknowledged.lock().expect("the list").clone();
    let text = assert_success(&vault(state.path(), "backup", Some(&file)));
    assert!(text.contains("1 accounts"), "{text}");
    assert_success(&vault(state.path(), "check", None));
    assert_failure(&vault(state.path(), "restore", Some(&file)), "a host serves");
    assert!(acknowledged.lock().expect("the list").len() > before.len(), "no album was added during the backup");
    for writer in &writers {
        writer.abort();
    }
    assert_failure(&vault(state.path(), "backup", Some(&file)), "--force");
    assert_eq!(names(other.path()), HashSet::from(["vinyl.db".to_owned(), "vinyl.db.sha256".to_owned()]));
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&file).expect("the backup"));
    assert_eq!(mode & 0o777, 0o600);
    process.kill();

    let fresh = other.path().join("fresh");
    assert_success(&vault(&fresh, "restore", Some(&file)));
    assert_success(&vault(&fresh, "check", None));
    let process = Process::start(&fresh).await;
    let caller = process.anonymous().login("collector@example.org").await;
    let answer = caller.post("/api/collection/sync", json!({})).await.expect(200).json();
    let kept: HashSet<_> = answer.as_array().expect("a list").iter().filter_map(|a| a["album"].as_str()).collect();
    let lost: Vec<_> = before.iter().filter(|title| !kept.contains(title.as_str())).collect();
    assert!(lost.is_empty(), "lost {lost:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_backup_is_refused_and_changes_nothing() {
    let (state, other) = (filled_state().await, TempDir::new().expect("a folder"));
    let good = other.path().join("good.db");
    assert_success(&vault(state.path(), "backup", Some(&good)));
    let bytes = std::fs::read(&good).expect("the backup");
    let database = std::fs::read(state.path().join("sqlite_db.db")).expect("the database");
    let refused = |name: &str, bytes: &[u8], words: &str| {
        let file = other.path().join(name);
        std::fs::write(&file, bytes).expect("a bad backup");
        let before = names(state.path());
        assert_failure(&vault(state.path(), "restore", Some(&file)), words);
        let mut after = names(state.path());
        after.remove("sqlite_db.db.lock");
        assert!(after.is_subset(&before), "{name}: {after:?}");
        assert_eq!(std::fs::read(state.path().join("sqlite_db.db")).expect("the database"), database, "{name}");
    };

    let mut flipped = bytes.clone();
    *flipped.get_mut(bytes.len() / 2).expect("a byte") ^= 1;
    std::fs::copy(other.path().join("good.db.sha256"), other.path().join("flipped.db.sha256")).expect("a checksum");
    refused("flipped.db", &flipped, "has changed since the backup");
    refused("truncated.db", &bytes[..bytes.len() / 2], "damaged");
    refused("text.db", b"artist,album\nNina Simone,Pastel Blues\n", "is not a SQLite database");
    refused("empty.db", b"", "is not a SQLite database");

    let foreign = other.path().join("made.db");
    Connection::open(&foreign).and_then(|db| db.execute_batch("CREATE TABLE a (b)")).expect("another database");
    refused("foreign.db", &std::fs::read(&foreign).expect("a file"), "not one of Vinyl Vault");

    let newer = Connection::open(&good).expect("the backup");
    newer.execute("INSERT INTO schema_migrations VALUES (9999, '9999_later', '')", []).expect("a migration");
    drop(newer);
    refused("newer.db", &std::fs::read(&good).expect("a file"), "newer release");
    assert_failure(&vault(state.path(), "restore", Some(&other.path().join("missing.db"))), "there is no");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_keeps_the_replaced_database_which_can_be_restored() {
    let (state, other) = (filled_state().await, TempDir::new().expect("a folder"));
    let file = other.path().join("vinyl.db");
    assert_success(&vault(state.path(), "backup", Some(&file)));
    let process = Process::start(state.path()).await;
    let caller = process.anonymous().login("collector@example.org").await;
    caller.add(records::album("Later", "After the backup")).await;
    // After a kill, the latest writes are only in the write-ahead log. The kept file must contain them, too.
    process.kill();

    assert_success(&vault(state.path(), "restore", Some(&file)));
    let count = |path: &Path| {
        let sql = "SELECT count(*) FROM records WHERE artist = 'Later'";
        Connection::open(path).and_then(|db| db.query_row(sql, [], |row| row.get::<_, i64>(0))).expect("a count")
    };
    let database = state.path().join("sqlite_db.db");
    assert_eq!(count(&database), 0);
    let kept: Vec<_> = names(state.path()).into_iter().filter(|name| name.contains("before-restore")).collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let kept = state.path().join(&kept[0]);
    assert_eq!(count(&kept), 1);
    assert!(!state.path().join("sqlite_key_value.db").exists());

    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_success(&vault(state.path(), "restore", Some(&kept)));
    assert_eq!(count(&database), 1);
    assert_success(&vault(state.path(), "check", None));
}

#[tokio::test(flavor = "multi_thread")]
async fn check_finds_changes_that_bypassed_the_ledger() {
    let empty = TempDir::new().expect("a folder");
    assert_failure(&vault(empty.path(), "check", None), "no database yet");
    assert_failure(&vault(empty.path(), "backup", Some(&empty.path().join("b.db"))), "no database yet");

    let state = filled_state().await;
    let text = assert_success(&vault(state.path(), "check", None));
    assert!(text.contains("operations replayed"), "{text}");
    let database = Connection::open(state.path().join("sqlite_db.db")).expect("the database");
    let change = |sql: &str, back: &str, words: &str| {
        database.execute_batch(&format!("SAVEPOINT check_test; {sql}; RELEASE check_test")).expect(sql);
        assert_failure(&vault(state.path(), "check", None), words);
        database.execute_batch(back).expect(back);
    };
    change(
        "UPDATE records SET doc = json_set(doc, '$.year', 1066) WHERE artist = 'Sigur Rós'",
        "UPDATE records SET doc = json_set(doc, '$.year', 1999) WHERE artist = 'Sigur Rós'",
        "doc.year",
    );
    for column in ["albums", "trashed", "wanted", "records", "crates", "documents", "bytes"] {
        let add = |n: i32| format!("UPDATE collections SET {column} = {column} + {n}");
        change(&add(1), &add(-1), "`collections` has");
    }
    let (smaller, larger) = ("largest = largest / 2", "largest = largest * 2 + 1");
    change(
        &format!("UPDATE collections SET {smaller}"),
        &format!("UPDATE collections SET {larger}"),
        "`collections` has largest",
    );
    for column in ["messages", "bytes"] {
        let add = |n: i32| format!("UPDATE conversations SET {column} = {column} + {n}");
        change(&add(1), &add(-1), "conversation 1: has");
    }
    change(
        "UPDATE discogs_cache_size SET bytes = bytes + 1 WHERE is_cover = 1",
        "UPDATE discogs_cache_size SET bytes = bytes - 1 WHERE is_cover = 1",
        "bytes of covers",
    );
    assert_success(&vault(state.path(), "check", None));
    change(
        "UPDATE ops SET outcome = 'merged' WHERE seq = 1",
        "UPDATE ops SET outcome = 'applied' WHERE seq = 1",
        "outcome",
    );
    change("DELETE FROM records WHERE artist = 'Sigur Rós'", "", "never in the trash");
}

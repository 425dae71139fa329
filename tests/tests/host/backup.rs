//! A backup is proved by restoring it; a bad one is refused before anything is touched; the ledger tells on the documents.

use rusqlite::Connection;
use serde_json::json;
use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tests::{Caller, Process, records, repository, vault_binary};

const WRITERS: usize = 3;

fn vault(state: &Path, task: &str, file: Option<&Path>) -> Output {
    let mut command = Command::new(vault_binary());
    command.arg(task).args(file).arg("--from").arg(repository().join("spin.toml")).arg("--state-dir").arg(state);
    command.output().expect("`cargo vault test` builds the vault command")
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    out.into_owned()
}

#[track_caller]
fn fails_with(output: &Output, words: &str) {
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains(words), "`{words}` in: {told}");
}

fn names(folder: &Path) -> HashSet<String> {
    let entries = std::fs::read_dir(folder).expect("the folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// A stopped host's folder with some albums, one of them in the trash, and one purged.
async fn filled() -> TempDir {
    let state = TempDir::new().expect("a temporary folder");
    let process = Process::start(state.path()).await;
    let caller = process.anonymous().register("collector@example.org").await;
    let purged = caller.add(records::album("Purged", "For good")).await;
    caller.delete(&format!("/api/collection/{}", purged["id"])).await;
    caller.delete("/api/collection/trash").await;
    let trashed = caller.add(records::album("Trashed", "For now")).await;
    caller.delete(&format!("/api/collection/{}", trashed["id"])).await;
    caller.add(records::whole()).await;
    caller.post("/api/collection/sync", json!({"albums": records::many(200)})).await.expect(200);
    assert_eq!(process.terminate(), Some(0));
    state
}

/// Adds albums until told to stop; remembers what was acknowledged.
async fn write(caller: Caller, writer: usize, acknowledged: Arc<Mutex<Vec<String>>>) {
    for n in 0.. {
        let title = format!("writer {writer} album {n}");
        caller.add(records::album("Writer", &title)).await;
        acknowledged.lock().expect("the list").push(title);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_writers_write_holds_all_that_was_acknowledged_before() {
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
    let told = succeeds(&vault(state.path(), "backup", Some(&file)));
    assert!(told.contains("1 accounts"), "{told}");
    succeeds(&vault(state.path(), "check", None));
    fails_with(&vault(state.path(), "restore", Some(&file)), "a host serves");
    assert!(acknowledged.lock().expect("the list").len() > before.len(), "nobody wrote meanwhile");
    for writer in &writers {
        writer.abort();
    }
    fails_with(&vault(state.path(), "backup", Some(&file)), "--force");
    assert_eq!(names(other.path()), HashSet::from(["vinyl.db".to_owned(), "vinyl.db.sha256".to_owned()]));
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&file).expect("the backup"));
    assert_eq!(mode & 0o777, 0o600);
    process.kill();

    let fresh = other.path().join("fresh");
    succeeds(&vault(&fresh, "restore", Some(&file)));
    succeeds(&vault(&fresh, "check", None));
    let process = Process::start(&fresh).await;
    let caller = process.anonymous().login("collector@example.org").await;
    let answer = caller.post("/api/collection/sync", json!({})).await.expect(200).json();
    let kept: HashSet<_> = answer.as_array().expect("a list").iter().filter_map(|a| a["album"].as_str()).collect();
    let lost: Vec<_> = before.iter().filter(|title| !kept.contains(title.as_str())).collect();
    assert!(lost.is_empty(), "lost {lost:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_backup_is_refused_and_nothing_is_touched() {
    let (state, other) = (filled().await, TempDir::new().expect("a folder"));
    let good = other.path().join("good.db");
    succeeds(&vault(state.path(), "backup", Some(&good)));
    let bytes = std::fs::read(&good).expect("the backup");
    let database = std::fs::read(state.path().join("sqlite_db.db")).expect("the database");
    let refused = |name: &str, bytes: &[u8], words: &str| {
        let file = other.path().join(name);
        std::fs::write(&file, bytes).expect("a bad backup");
        let there = names(state.path());
        fails_with(&vault(state.path(), "restore", Some(&file)), words);
        let mut now = names(state.path());
        now.remove("sqlite_db.db.lock");
        assert!(now.is_subset(&there), "{name}: {now:?}");
        assert_eq!(std::fs::read(state.path().join("sqlite_db.db")).expect("the database"), database, "{name}");
    };

    let mut flipped = bytes.clone();
    *flipped.get_mut(bytes.len() / 2).expect("a byte") ^= 1;
    std::fs::copy(other.path().join("good.db.sha256"), other.path().join("flipped.db.sha256")).expect("a checksum");
    refused("flipped.db", &flipped, "is not what was backed up");
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
    fails_with(&vault(state.path(), "restore", Some(&other.path().join("missing.db"))), "there is no");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restore_replaces_is_kept_and_can_be_put_back() {
    let (state, other) = (filled().await, TempDir::new().expect("a folder"));
    let file = other.path().join("vinyl.db");
    succeeds(&vault(state.path(), "backup", Some(&file)));
    let process = Process::start(state.path()).await;
    let caller = process.anonymous().login("collector@example.org").await;
    caller.add(records::album("Later", "After the backup")).await;
    // Killed: the newest writes are in the log, which the kept file must hold too.
    process.kill();

    succeeds(&vault(state.path(), "restore", Some(&file)));
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
    succeeds(&vault(state.path(), "restore", Some(&kept)));
    assert_eq!(count(&database), 1);
    succeeds(&vault(state.path(), "check", None));
}

#[tokio::test(flavor = "multi_thread")]
async fn check_finds_what_was_changed_behind_the_ledgers_back() {
    let empty = TempDir::new().expect("a folder");
    fails_with(&vault(empty.path(), "check", None), "no database yet");
    fails_with(&vault(empty.path(), "backup", Some(&empty.path().join("b.db"))), "no database yet");

    let state = filled().await;
    let told = succeeds(&vault(state.path(), "check", None));
    assert!(told.contains("operations replayed"), "{told}");
    let database = Connection::open(state.path().join("sqlite_db.db")).expect("the database");
    let change = |sql: &str, back: &str, words: &str| {
        database.execute_batch(&format!("SAVEPOINT check_test; {sql}; RELEASE check_test")).expect(sql);
        fails_with(&vault(state.path(), "check", None), words);
        database.execute_batch(back).expect(back);
    };
    change(
        "UPDATE records SET doc = json_set(doc, '$.year', 1066) WHERE artist = 'Sigur Rós'",
        "UPDATE records SET doc = json_set(doc, '$.year', 1999) WHERE artist = 'Sigur Rós'",
        "doc.year",
    );
    change(
        "UPDATE collections SET albums = albums + 1",
        "UPDATE collections SET albums = albums - 1",
        "`collections` says",
    );
    succeeds(&vault(state.path(), "check", None));
    change(
        "UPDATE ops SET outcome = 'merged' WHERE seq = 1",
        "UPDATE ops SET outcome = 'applied' WHERE seq = 1",
        "outcome",
    );
    change("DELETE FROM records WHERE artist = 'Sigur Rós'", "", "never in the trash");
}

//! The pool of connections and the statements of sessions.

use std::{sync::Arc, time::Duration};

use tokio::sync::Mutex;

use super::{Database, Durability, Error, RowResult, Rows, Session, Value};
use crate::memory::MemoryBudget;

fn budget() -> Arc<MemoryBudget> {
    Arc::new(MemoryBudget::new(64 << 20))
}

fn database() -> (tempfile::TempDir, Arc<Database>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b/test.db");
    let database = Database::open(&path, Durability::Full, Duration::from_secs(1), 0, &budget()).unwrap();
    (dir, database)
}

fn session(database: &Arc<Database>) -> Arc<Mutex<Session>> {
    Arc::new(Mutex::new(Session::open(database)))
}

async fn run(session: &Arc<Mutex<Session>>, sql: &str) -> Result<Vec<RowResult>, String> {
    run_with(session, sql, Vec::new()).await
}

async fn run_with(session: &Arc<Mutex<Session>>, sql: &str, parameters: Vec<Value>) -> Result<Vec<RowResult>, String> {
    let (_, rows) = Session::execute(session, sql.to_owned(), parameters).await;
    rows.collect().await.map_err(|error| match error {
        Error::Io(message) => message,
        other => format!("{other:?}"),
    })
}

fn integer(rows: Result<Vec<RowResult>, String>) -> i64 {
    match rows.unwrap().first().and_then(|row| row.values.first()) {
        Some(Value::Integer(i)) => *i,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_returned_connection_has_no_open_transaction() {
    let (_dir, database) = database();
    let first = session(&database);
    run(&first, "CREATE TABLE t (a)").await.unwrap();
    run(&first, "BEGIN IMMEDIATE").await.unwrap();
    run(&first, "INSERT INTO t VALUES (1)").await.unwrap();
    drop(first);
    let second = session(&database);
    assert_eq!(integer(run(&second, "SELECT count(*) FROM t").await), 0);
    // The writer's permit was given back too.
    run(&second, "INSERT INTO t VALUES (2)").await.unwrap();
}

#[tokio::test]
async fn changes_and_rowid_of_one_connection_are_not_visible_in_another() {
    let (_dir, database) = database();
    let first = session(&database);
    run(&first, "CREATE TABLE t (a)").await.unwrap();
    run(&first, "INSERT INTO t VALUES (1), (2)").await.unwrap();
    assert_eq!(first.lock().await.changes(), 2);
    assert_eq!(first.lock().await.last_insert_rowid(), 2);
    drop(first);
    let second = session(&database);
    assert_eq!(second.lock().await.changes(), 0);
    assert_eq!(second.lock().await.last_insert_rowid(), 0);
}

#[tokio::test]
async fn settings_and_temporary_tables_end_with_their_connection() {
    let (_dir, database) = database();
    let first = session(&database);
    run(&first, "PRAGMA foreign_keys = OFF").await.unwrap();
    run(&first, "CREATE TEMP TABLE hidden (a)").await.unwrap();
    drop(first);
    let second = session(&database);
    assert_eq!(integer(run(&second, "PRAGMA foreign_keys").await), 1);
    assert!(run(&second, "SELECT * FROM hidden").await.is_err());
}

#[tokio::test]
async fn access_to_other_files_is_denied() {
    let (dir, database) = database();
    let s = session(&database);
    let other = dir.path().join("other.db");
    let other = other.display();
    for sql in
        [format!("ATTACH '{other}' AS o"), format!("ATTACH '{other}' || '' AS o"), format!("VACUUM INTO '{other}'")]
    {
        let error = run(&s, &sql).await.unwrap_err();
        let denied = error.contains("not authorized") || error.contains("authorization denied");
        assert!(denied, "{sql}: {error}");
    }
    assert!(!dir.path().join("other.db").exists());
    let bound = vec![Value::Text(other.to_string())];
    assert!(run_with(&s, "ATTACH ?1 AS o", bound).await.is_err());
    run(&s, "VACUUM").await.unwrap();
}

#[tokio::test]
async fn an_error_has_the_message_of_sqlite() {
    let (_dir, database) = database();
    let s = session(&database);
    run(&s, "CREATE TABLE t (a INTEGER, CONSTRAINT a_is_small CHECK (a < 10))").await.unwrap();
    run(
        &s,
        "CREATE TRIGGER no_seven BEFORE INSERT ON t WHEN NEW.a = 7 BEGIN SELECT RAISE(ABORT, 'seven is taken'); END",
    )
    .await
    .unwrap();
    let error = run(&s, "INSERT INTO t VALUES (11)").await.unwrap_err();
    assert!(error.contains("CHECK constraint failed: a_is_small"), "{error}");
    let error = run(&s, "INSERT INTO t VALUES (7)").await.unwrap_err();
    assert!(error.contains("seven is taken"), "{error}");
    let error = run(&s, "SELEC 1").await.unwrap_err();
    assert!(error.contains("syntax error"), "{error}");
}

#[tokio::test]
async fn a_large_result_is_streamed_completely() {
    let (_dir, database) = database();
    let s = session(&database);
    let sql = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 50000)
               SELECT i, 'row ' || i FROM c";
    for _ in 0..2 {
        let rows = run(&s, sql).await.unwrap();
        assert_eq!(rows.len(), 50_000);
    }
    let (_, rows) = Session::execute(&s, sql.to_owned(), Vec::new()).await;
    assert!(matches!(rows, Rows::Streamed(..)));
}

#[tokio::test]
async fn a_statement_that_runs_too_long_is_interrupted() {
    let (_dir, database) = database();
    let s = session(&database);
    let endless = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c";
    let error = run(&s, endless).await.unwrap_err();
    assert!(error.contains("interrupted"), "{error}");
    assert_eq!(integer(run(&s, "SELECT 1").await), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_writers_wait_for_each_other() {
    let (_dir, database) = database();
    run(&session(&database), "CREATE TABLE t (a)").await.unwrap();
    let mut writers = Vec::new();
    for n in 0..32 {
        let s = session(&database);
        writers.push(tokio::spawn(async move {
            run(&s, "BEGIN IMMEDIATE").await.unwrap();
            run(&s, &format!("INSERT INTO t VALUES ({n})")).await.unwrap();
            run(&s, "COMMIT").await.unwrap();
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(integer(run(&session(&database), "SELECT count(*) FROM t").await), 32);
}

#[test]
fn a_database_that_cannot_be_used_is_refused_when_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("x.db")).unwrap();
    let path = dir.path().join("x.db");
    let Err(error) = Database::open(&path, Durability::Full, Duration::from_secs(1), 0, &budget()) else {
        panic!("a directory was opened as a database");
    };
    assert!(format!("{error:#}").contains("--state-dir"), "{error:#}");
}

#[tokio::test]
async fn while_the_disk_is_nearly_full_writes_fail_and_reads_succeed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("test.db");
    let open = |reserve| Database::open(&path, Durability::Full, Duration::from_secs(1), reserve, &budget()).unwrap();
    let database = open(1);
    run(&session(&database), "CREATE TABLE t (a)").await.unwrap();
    run(&session(&database), "INSERT INTO t VALUES (1)").await.unwrap();
    drop(database);
    let full = session(&open(u64::MAX));
    for write in ["INSERT INTO t VALUES (2)", "BEGIN IMMEDIATE", "DELETE FROM t"] {
        assert_eq!(run(&full, write).await.err(), Some("Error::DatabaseFull".to_owned()), "{write}");
    }
    assert_eq!(integer(run(&full, "SELECT count(*) FROM t").await), 1);
}

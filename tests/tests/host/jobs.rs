//! The host is killed (SIGKILL) in the middle of a slice.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tempfile::TempDir;
use tests::Process;

/// Makes the deletion of an expired lookup take many seconds.
const SLOW: &str = "CREATE TRIGGER slow AFTER DELETE ON discogs_cache_index BEGIN
    SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)
        SELECT i FROM n); END;
    INSERT INTO discogs_cache_index (key, expires_at, bytes) VALUES ('old', 1, 10);";
const MAKE_DUE: &str = "UPDATE jobs SET run_at = iif(kind = 'purge_lookups', 1, NULL);";

fn change(database: &Path, statements: &str) {
    Connection::open(database).expect("the database").execute_batch(statements).expect(statements);
}

/// Waits until a statement counts one row.
async fn wait_for(database: &Path, statement: &str) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let found = Connection::open(database)
            .and_then(|database| database.query_row(statement, [], |row| row.get::<_, i64>(0)));
        if found == Ok(1) {
            return;
        }
        assert!(Instant::now() < deadline, "{statement}: {found:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A host that has answered a request, so that it looks for jobs.
async fn serve(state: &Path) -> Process {
    let process = Process::start(state).await;
    process.anonymous().get("/api/auth/registration").await.expect(200);
    process
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slice_of_a_killed_host_is_taken_over_by_another_host() {
    let state = TempDir::new().expect("a temporary folder");
    let database = state.path().join("sqlite_db.db");
    let first = serve(state.path()).await;
    wait_for(&database, "SELECT count(*) FROM jobs WHERE kind = 'purge_lookups'").await;
    first.kill();

    change(&database, &format!("{SLOW}{MAKE_DUE}"));
    let second = serve(state.path()).await;
    wait_for(&database, "SELECT count(*) FROM jobs WHERE leased_at IS NOT NULL").await;
    second.kill();
    // As if the lease of half a minute had expired.
    change(&database, &format!("DROP TRIGGER slow; {MAKE_DUE}"));

    let _third = serve(state.path()).await;
    wait_for(&database, "SELECT count(*) FROM job_runs WHERE error IS NULL").await;
    wait_for(&database, "SELECT count(*) FROM job_runs WHERE error LIKE '%cut off%'").await;
    wait_for(&database, "SELECT count(*) = 0 FROM discogs_cache_index").await;
    wait_for(
        &database,
        "SELECT count(*) FROM jobs WHERE slice = 2 AND leased_at IS NULL AND failures = 0 AND error IS NULL",
    )
    .await;
}

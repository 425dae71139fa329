//! What makes jobs run where no scheduler does.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use reqwest::Method;
use rusqlite::Connection;
use tempfile::TempDir;
use tests::{App, Caller, repository};

use super::{RUN, TOKEN, change};

/// Waits until a statement counts so many.
async fn wait_for(database: &Path, statement: &str, count: i64) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let found = Connection::open(database).and_then(|database| database.query_row(statement, [], |row| row.get(0)));
        // The table may not exist yet.
        if found == Ok(count) {
            return;
        }
        assert!(Instant::now() < deadline, "{statement}: {found:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_scheduler_jobs_run_after_the_answer_of_another_request() {
    let (manifest, state) = (repository().join("spin.toml"), TempDir::new().expect("a temporary folder"));
    let database = state.path().join("sqlite_db.db");
    let first = App::serve(&manifest, state.path(), &[]).await;
    Caller::anonymous(&first.url()).get("/api/auth/registration").await.expect(200);
    wait_for(&database, "SELECT count(*) FROM jobs", 2).await;
    first.stop().await;

    change(&database, "UPDATE jobs SET run_at = 1");
    let second = App::serve(&manifest, state.path(), &[]).await;
    Caller::anonymous(&second.url()).get("/api/auth/registration").await.expect(200);
    wait_for(&database, "SELECT count(*) FROM job_runs WHERE error IS NULL", 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_runs_jobs_without_any_request() {
    let every = Duration::from_millis(100);
    let app = App::on_host(|host| host.ticks(RUN, every, "jobs_token")).await;
    wait_for(&app.database(), "SELECT count(*) FROM jobs", 2).await;
    change(&app.database(), "UPDATE jobs SET run_at = 1");
    wait_for(&app.database(), "SELECT count(*) FROM job_runs WHERE error IS NULL", 2).await;
    // The token that it made for itself admits no one else.
    let caller = app.anonymous();
    for token in ["", "jobs_token", TOKEN] {
        let caller = caller.bearing(token);
        caller.send(caller.request(Method::POST, RUN)).await.problem(401, "unauthenticated");
    }
}

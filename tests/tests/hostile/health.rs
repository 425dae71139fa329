//! Strangers and probes ask how the installation is.

use tests::App;

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_learns_which_check_failed_but_not_why() {
    let app = App::start().await;
    app.anonymous().get("/system/health").await.expect(200);
    app.connect()
        .execute_batch("DELETE FROM schema_migrations WHERE number = 1; DROP TABLE schema_migrations")
        .expect("");
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let health = app.anonymous().get("/system/health").await.expect(503).json();
    assert_eq!(health["checks"]["schema"], "failed", "{health}");
    assert!(!health.to_string().contains("migration"), "{health}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checks_do_not_run_for_each_request() {
    let app = App::start().await;
    app.anonymous().get("/system/health").await.expect(200);
    // The check of the database takes the write lock: with a lock of another, each one takes five seconds to fail.
    let writer = app.connect();
    writer.execute_batch("BEGIN IMMEDIATE").expect("the write lock");
    let start = std::time::Instant::now();
    for _ in 0..8 {
        app.anonymous().get("/system/health").await;
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

//! `GET /api/health` and `GET /system/health`.

use reqwest::Method;
use serde_json::json;
use tests::{App, Caller, PASSWORD, repository};

const LIVE: &str = "/api/health";
const HEALTH: &str = "/system/health";

#[tokio::test(flavor = "multi_thread")]
async fn the_liveness_check_does_not_use_the_database() {
    let app = App::start().await;
    let answer = app.anonymous().get(LIVE).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let health = answer.json();
    assert_eq!((&health["status"], &health["service"]), (&json!("ok"), &json!("vinyl-vault-api")));
    assert!(health["version"].as_str().is_some_and(|version| version.split('.').count() == 3), "{health}");

    // The first request that uses the database creates its tables. This request did not.
    let database = app.connect();
    let tables = || database.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    assert_eq!(tables(), Ok(0));
    app.anonymous().get(HEALTH).await.expect(200);
    assert_ne!(tables(), Ok(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_request_gets_the_headers() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    for path in [LIVE, HEALTH] {
        let answer = anonymous.send(anonymous.request(Method::HEAD, path)).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        assert!(answer.body.is_empty(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_health_check_initialises_a_new_installation() {
    let app = App::start().await;
    let answer = app.anonymous().get(HEALTH).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let healthy = json!({"status": "healthy", "checks": {"database": "ok", "schema": "ok", "key_value": "ok"}});
    assert_eq!(answer.json(), healthy);
    app.collector().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_is_unhealthy_until_it_is_unlocked() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let collector = app.collector().await;
    let lock = app.connect();
    lock.execute_batch("BEGIN IMMEDIATE").expect("the lock");

    let (health, read) = tokio::join!(anonymous.get(HEALTH), collector.get("/api/collection"));
    let unhealthy = health.expect(503).json();
    assert_eq!(unhealthy["status"], "unhealthy");
    assert_eq!((&unhealthy["checks"]["schema"], &unhealthy["checks"]["key_value"]), (&json!("ok"), &json!("ok")));
    assert_eq!(unhealthy["checks"]["database"], "failed");
    read.expect(200);

    lock.execute_batch("ROLLBACK").expect("the end of the lock");
    anonymous.get(HEALTH).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_migration_is_unhealthy() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    // This table makes the first migration fail.
    app.connect().execute_batch("CREATE TABLE users (x)").expect("a table");
    let unhealthy = anonymous.get(HEALTH).await.expect(503).json();
    assert_eq!((&unhealthy["status"], &unhealthy["checks"]["key_value"]), (&json!("unhealthy"), &json!("ok")));
    assert_eq!(unhealthy["checks"]["schema"], "failed");
    let account = json!({"email": "ada@example.org", "password": PASSWORD});
    let refused = anonymous.post("/api/auth/register", account.clone()).await;
    assert_eq!(refused.header("retry-after"), "2");
    assert!(!refused.text().contains("users"), "{}", refused.text());
    refused.problem(503, "unavailable");
    anonymous.get(LIVE).await.expect(200);

    app.connect().execute_batch("DROP TABLE users").expect("the table is dropped");
    anonymous.post("/api/auth/register", account).await.expect(201);
    // The result of the checks is good for a second.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    anonymous.get(HEALTH).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_value_store_that_is_not_granted_is_unhealthy() {
    let manifest = repository().join("spin.toml");
    let granted = std::fs::read_to_string(&manifest).expect("the manifest");
    let denied = granted.replace("key_value_stores = [\"default\"]\n", "");
    assert_ne!(granted, denied);
    let state = tempfile::TempDir::new().expect("a temporary folder");
    let builder = App::builder(&manifest, state.path()).manifest_text(denied);
    let running = builder.start().await.expect("the application starts");

    let unhealthy = Caller::anonymous(&running.url()).get(HEALTH).await.expect(503).json();
    assert_eq!(unhealthy["status"], "unhealthy");
    assert_eq!((&unhealthy["checks"]["database"], &unhealthy["checks"]["schema"]), (&json!("ok"), &json!("ok")));
    assert_ne!(unhealthy["checks"]["key_value"], "ok");
}

//! `POST /system/initialize-database`, `GET /system/status` and `POST /system/maintenance`: for the operator only.

use std::path::Path;

use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use tests::{Answer, App, Caller, PASSWORD, records, repository};

const INITIALIZE: &str = "/system/initialize-database";
const STATUS: &str = "/system/status";
const MAINTENANCE: &str = "/system/maintenance";
const SECRET: (&str, &str) = ("init_secret", "open sesame");
/// The installation has no operator's account.
const NO_ADMIN: [(&str, &str); 2] = [("admin_email", ""), ("admin_password", "")];
const ADMIN: [(&str, &str); 3] =
    [SECRET, ("admin_email", "Root@example.org"), ("admin_password", "operator's own password")];

/// The answers of the three routes to requests with these `X-Init-Secret` headers.
async fn ask(caller: &Caller, secrets: &[&str]) -> [Answer; 3] {
    let with = |method, path| {
        let request = caller.request(method, path);
        caller.send(secrets.iter().fold(request, |request, secret| request.header("x-init-secret", *secret)))
    };
    [with(Method::POST, INITIALIZE).await, with(Method::GET, STATUS).await, with(Method::POST, MAINTENANCE).await]
}

/// The number in the first column of the statement's only row.
fn count(database: &Path, statement: &str) -> i64 {
    let database = Connection::open(database).expect("the database");
    database.query_row(statement, [], |row| row.get(0)).expect(statement)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_permits_initialising_the_schema_repeatedly() {
    let app = App::with(&[SECRET, NO_ADMIN[0], NO_ADMIN[1]]).await;
    let anonymous = app.anonymous();
    let [first, status, _] = ask(&anonymous, &["open sesame"]).await;
    let first = first.expect(200).json();
    let migrations = migrations::MIGRATIONS.len();
    assert_eq!(
        first,
        json!({"schema": {"state": "current", "applied": migrations, "known": migrations}, "admin": null})
    );
    let status = status.expect(200).json();
    assert_eq!(status["schema"], first["schema"]);
    assert!(status["version"].is_string(), "{status}");

    let [again, ..] = ask(&anonymous, &["open sesame"]).await;
    assert_eq!(again.expect(200).json(), first);
    assert_eq!(count(&app.database(), "SELECT count(*) FROM schema_migrations") as usize, migrations);
    assert_eq!(count(&app.database(), "SELECT count(*) FROM users"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_is_not_the_operator_is_refused() {
    let app = App::with(&[SECRET]).await;
    let (anonymous, member) = (app.anonymous(), app.collector().await);
    for answer in ask(&anonymous, &[]).await {
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        answer.problem(401, "unauthenticated");
    }
    for answer in ask(&member, &[]).await {
        answer.problem(403, "forbidden");
    }
    for answer in ask(&member.bearing("forged"), &[]).await {
        answer.problem(401, "unauthenticated");
    }
    for secret in ["", "open", "open sesame!", "Open sesame", "é"] {
        for answer in ask(&anonymous, &[secret]).await {
            answer.problem(403, "forbidden");
        }
    }
    for twice in [["open sesame", "open sesame"], ["wrong", "open sesame"], ["open sesame", ""]] {
        for answer in ask(&anonymous, &twice).await {
            let problem = answer.problem(400, "invalid_header");
            assert_eq!(problem["errors"][0]["field"], "x-init-secret");
        }
    }
    for answer in ask(&anonymous, &["open sesame"]).await {
        answer.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn maintenance_removes_expired_lookups() {
    let app = App::with(&[SECRET]).await;
    let anonymous = app.anonymous();
    for answer in ask(&anonymous, &["open sesame"]).await {
        answer.expect(200);
    }
    let database = app.connect();
    let kept = "INSERT INTO discogs_cache_index (key, expires_at, bytes)
        VALUES ('old', 1, 10), ('new', 99999999999999, 10)";
    database.execute(kept, []).expect("two entries");
    for removed in [1, 0] {
        let [.., answer] = ask(&anonymous, &["open sesame"]).await;
        assert_eq!(answer.expect(200).json(), json!({"lookups_removed": removed}));
    }
    assert_eq!(count(&app.database(), "SELECT count(*) FROM discogs_cache_index"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_configured_secret_every_secret_is_refused() {
    let app = App::start().await;
    for secret in ["", " ", "default", "null"] {
        for answer in ask(&app.anonymous(), &[secret]).await {
            answer.problem(403, "forbidden");
        }
    }
    assert_eq!(count(&app.database(), "SELECT count(*) FROM sqlite_schema"), 0, "who was refused changed something");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_account_is_created_and_permits_the_operators_routes() {
    let app = App::with(&ADMIN).await;
    let anonymous = app.anonymous();
    let login = json!({"email": "root@example.org", "password": "operator's own password"});
    anonymous.post("/api/auth/login", login.clone()).await.problem(401, "bad_credentials");
    for _ in 0..2 {
        let [answer, ..] = ask(&anonymous, &["open sesame"]).await;
        let answer = answer.expect(200);
        assert!(!answer.text().contains("operator's"), "{}", answer.text());
        assert_eq!(answer.json()["admin"], "Root@example.org");
    }
    assert_eq!(count(&app.database(), "SELECT count(*) FROM users"), 1);

    let signed_in = anonymous.post("/api/auth/login", login).await.expect(200).json();
    assert_eq!(signed_in["user"]["role"], "super_admin");
    let operator = anonymous.bearing(signed_in["access_token"].as_str().expect("a token"));
    for answer in ask(&operator, &[]).await {
        answer.expect(200);
    }
    // A wrong secret is refused even with a valid token of the operator.
    for answer in ask(&operator, &["wrong"]).await {
        answer.problem(403, "forbidden");
    }
    for answer in ask(&app.collector().await, &[]).await {
        answer.problem(403, "forbidden");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_account_with_the_operators_address_loses_it() {
    let app = App::with(&ADMIN).await;
    let squatter = app.anonymous().register("root@EXAMPLE.org").await;
    let [answer, ..] = ask(&app.anonymous(), &["open sesame"]).await;
    answer.expect(200);

    squatter.get("/api/auth/me").await.problem(401, "unauthenticated");
    let refresh = json!({"refresh_token": squatter.refresh_token});
    squatter.post("/api/auth/refresh", refresh).await.problem(401, "unauthenticated");
    for answer in ask(&squatter, &[]).await {
        answer.problem(401, "unauthenticated");
    }
    let login = async |password: &str| {
        app.anonymous().post("/api/auth/login", json!({"email": "root@example.org", "password": password})).await
    };
    login(PASSWORD).await.problem(401, "bad_credentials");
    assert_eq!(login("operator's own password").await.expect(200).json()["user"]["role"], "super_admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_variables_of_the_operators_account_are_named() {
    let app = App::with(&[SECRET, ("admin_email", "root"), ("admin_password", "pa55wrd")]).await;
    let [answer, status, _] = ask(&app.anonymous(), &["open sesame"]).await;
    assert!(!answer.text().contains("pa55wrd"), "{}", answer.text());
    let problem = answer.problem(500, "misconfigured");
    assert_eq!(
        (&problem["errors"][0]["field"], &problem["errors"][1]["field"]),
        (&json!("admin_email"), &json!("admin_password"))
    );
    status.expect(200);
    assert_eq!(count(&app.database(), "SELECT count(*) FROM users"), 0);
}

/// Every row of every table, to compare the database before and after.
fn dump(database: &Path) -> Vec<String> {
    let database = Connection::open(database).expect("the database");
    let strings = |statement: &str| -> Vec<String> {
        let mut statement = database.prepare(statement).expect(statement);
        statement.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a row")).collect()
    };
    let tables =
        strings("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%' ORDER BY name");
    assert!(tables.len() > 6, "{tables:?}");
    let rows = |table: &String| {
        let columns = strings(&format!("SELECT group_concat(name, ', ') FROM pragma_table_info('{table}')"));
        strings(&format!("SELECT json_array('{table}', {}) FROM {table} ORDER BY 1", columns[0]))
    };
    tables.iter().flat_map(rows).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_a_newer_schema_is_read_but_not_written() {
    let manifest = repository().join("spin.toml");
    let state = tempfile::TempDir::new().expect("a temporary folder");
    let first = App::serve(&manifest, state.path(), &[SECRET]).await;
    let owner = Caller::anonymous(&first.url()).register("ada@example.org").await;
    let album = owner.add(records::full()).await;
    first.stop().await;
    let file = state.path().join("sqlite_db.db");
    let newer =
        "INSERT INTO schema_migrations (number, name, applied_at) VALUES (9999, 'from the future', '2099-01-01')";
    Connection::open(&file).expect("the database").execute(newer, []).expect("a row");
    let before = dump(&file);

    let running = App::serve(&manifest, state.path(), &[SECRET]).await;
    let anonymous = Caller::anonymous(&running.url());
    let (refresh_token, owner) = (owner.refresh_token, anonymous.bearing(&owner.access_token));
    let path = format!("/api/collection/{}", album["id"]);
    assert_eq!(owner.list("").await, std::slice::from_ref(&album));
    assert_eq!(owner.list("?q=sigur").await.len(), 1);
    assert_eq!(owner.get(&path).await.expect(200).json(), album);
    for read in ["/api/auth/me", "/api/auth/sessions", "/api/collection/stats"] {
        owner.get(read).await.expect(200);
    }
    let [initialize, status, maintain] = ask(&anonymous, &["open sesame"]).await;
    initialize.problem(503, "schema_newer");
    maintain.problem(503, "schema_newer");
    let status = status.expect(200).json();
    assert_eq!((&status["schema"]["state"], &status["schema"]["applied"]), (&json!("newer"), &json!(9999)));
    let health = anonymous.get("/system/health").await.expect(503).json();
    assert_eq!((&health["status"], &health["checks"]["database"]), (&json!("unhealthy"), &json!("ok")));
    assert_eq!(health["checks"]["schema"], "failed");

    let account = json!({"email": "eve@example.org", "password": PASSWORD});
    let writes: [(Method, &str, Value); 15] = [
        (Method::POST, "/api/auth/register", account),
        (Method::POST, "/api/auth/login", json!({"email": "ada@example.org", "password": PASSWORD})),
        (Method::POST, "/api/auth/refresh", json!({"refresh_token": refresh_token})),
        (Method::POST, "/api/auth/logout", json!({"refresh_token": refresh_token})),
        (Method::POST, "/api/auth/password", json!({"current_password": PASSWORD, "new_password": "another password"})),
        (Method::PATCH, "/api/auth/me", json!({"name": "Ada"})),
        (Method::DELETE, "/api/auth/me", json!({"password": PASSWORD})),
        (Method::DELETE, "/api/auth/sessions/x", Value::Null),
        (Method::POST, "/api/collection", records::full()),
        (Method::POST, "/api/collection/sync", json!({"deleted_ids": [album["id"]]})),
        (Method::PUT, &path, records::album("Other", "x")),
        (Method::PATCH, &path, json!({"rating": 1})),
        (Method::DELETE, &path, Value::Null),
        (Method::POST, &format!("{path}/restore"), Value::Null),
        (Method::POST, "/api/auth/logout", Value::Null),
    ];
    for (method, path, body) in writes {
        let request = owner.request(method.clone(), path);
        let answer = owner.send(if body.is_null() { request } else { request.json(&body) }).await;
        assert_eq!(answer.status, 503, "{method} {path}: {}", answer.text());
        answer.problem(503, "schema_newer");
    }
    running.stop().await;
    assert_eq!(dump(&file), before);
}

//! Resources that `spin.toml` does not grant are denied.

use serde_json::json;
use tempfile::TempDir;
use tests::{App, Caller, PASSWORD, records, repository};

/// The project's manifest with one line changed.
fn manifest(from: &str, to: &str) -> String {
    let text = std::fs::read_to_string(repository().join("spin.toml")).expect("spin.toml");
    assert!(text.contains(from), "spin.toml does not contain `{from}`");
    text.replace(from, to)
}

async fn serve(manifest: String, state: &TempDir) -> (host::Running, Caller) {
    let running = App::builder(&repository().join("spin.toml"), state.path())
        .manifest_text(manifest)
        .start()
        .await
        .expect("the application starts");
    let caller = Caller::anonymous(&running.url());
    (running, caller)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_without_a_database_grant_cannot_use_the_database() {
    let state = TempDir::new().expect("a temporary folder");
    let granted = r#""vinyl:collection" = { component = "collection", inherit_configuration = ["sqlite_databases"] }"#;
    let denied = r#""vinyl:collection" = { component = "collection", inherit_configuration = [] }"#;

    // With the grant, the same requests succeed.
    let (_running, anonymous) = serve(manifest(granted, granted), &state).await;
    let owner = anonymous.register("collector@example.org").await;
    owner.add(records::full()).await;

    let (_running, anonymous) = serve(manifest(granted, denied), &state).await;
    let caller = anonymous.login("collector@example.org").await;
    let problem = caller.get("/api/collection").await.problem(500, "internal");
    assert!(!problem.to_string().to_lowercase().contains("access"), "the answer reveals the cause: {problem}");
    caller.post("/api/collection", records::full()).await.problem(500, "internal");
    caller.get("/api/auth/me").await.expect(200);
}

#[test]
fn no_service_can_ask_the_host_for_variables() {
    let manifest = manifest("", "");
    let dependencies = manifest.split("[component.gateway.dependencies]").nth(1).expect("the services");
    let dependencies = dependencies.split("\n[").next().expect("a section");
    assert_eq!(dependencies.matches("inherit_configuration").count(), 6);
    assert!(!dependencies.contains("\"variables\""), "a service inherits every variable:{dependencies}");
    for name in ["auth", "chat", "collection", "discogs_proxy", "musicbrainz", "system"] {
        let wasm = repository().join(format!("target/wasm32-wasip2/release/{name}.wasm"));
        let wasm = std::fs::read(wasm).expect("`cargo vault build` builds the components");
        // The imports of a component are in its bytes, by their names.
        let names = |interface: &str| wasm.windows(interface.len()).any(|window| window == interface.as_bytes());
        assert!(names("spin:sqlite") && !names("spin:variables"), "{name} imports the variables");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_has_only_the_variables_that_it_was_handed() {
    let state = TempDir::new().expect("a temporary folder");
    let handed = r#"init_secret = "{{ init_secret }}""#;
    let initialize = async |caller: &Caller| {
        let request = caller.request(reqwest::Method::POST, "/system/initialize-database");
        caller.send(request.header("x-init-secret", "open sesame")).await
    };
    let secret = |text: String| {
        text.replace(r#"init_secret = { default = "", "#, r#"init_secret = { default = "open sesame", "#)
    };

    let (_running, anonymous) = serve(secret(manifest(handed, handed)), &state).await;
    initialize(&anonymous).await.expect(200);
    // The application has the variable, but the gateway, which hands it over, does not.
    let (_running, anonymous) = serve(secret(manifest(handed, "")), &state).await;
    initialize(&anonymous).await.problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_without_a_key_value_grant_is_unhealthy() {
    let state = TempDir::new().expect("a temporary folder");
    let granted = r#""system", inherit_configuration = ["sqlite_databases", "key_value_stores"] }"#;
    let denied = r#""system", inherit_configuration = ["sqlite_databases"] }"#;
    let (_running, anonymous) = serve(manifest(granted, denied), &state).await;
    anonymous.post("/api/auth/register", json!({"email": "a@example.org", "password": PASSWORD})).await.expect(201);
    let health = anonymous.get("/system/health").await.expect(503).json();
    assert_eq!(health["status"], "unhealthy");
    assert_eq!(health["checks"]["database"], "ok");
    assert_ne!(health["checks"]["key_value"], "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_the_manifest_does_not_name_is_not_created() {
    let state = TempDir::new().expect("a temporary folder");
    let named = r#"sqlite_databases = ["default"]"#;
    let (_running, anonymous) = serve(manifest(named, "sqlite_databases = []"), &state).await;
    anonymous.get("/api/health").await.expect(200);
    let answer = anonymous.post("/api/auth/register", json!({"email": "a@example.org", "password": PASSWORD})).await;
    assert!(answer.status >= 500, "{}", answer.text());
    assert!(!state.path().join("sqlite_db.db").exists(), "a database was created");
}

//! Failures at the start, and their messages.

use std::{net::SocketAddr, path::Path};

use super::Application;

const MANIFEST: &str = r#"
spin_manifest_version = 2
application = { name = "x" }
[[trigger.http]]
route = "/..."
component = "c"
[component.c]
source = "c.wasm"
"#;

async fn failure(application: Application) -> String {
    match application.inherit_env(false).start().await {
        Ok(_) => panic!("it started"),
        Err(error) => format!("{error:#}"),
    }
}

fn application(dir: &Path) -> Application {
    std::fs::write(dir.join("spin.toml"), MANIFEST).unwrap();
    Application::builder(dir.join("spin.toml")).listen(SocketAddr::from(([127, 0, 0, 1], 0)))
}

#[tokio::test]
async fn the_error_about_a_port_in_use_names_the_option() {
    let dir = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let message = failure(application(dir.path()).listen(taken.local_addr().unwrap())).await;
    assert!(message.contains("--listen"), "{message}");
}

#[tokio::test]
async fn the_error_about_a_missing_component_names_the_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let message = failure(application(dir.path())).await;
    assert!(message.contains("build commands"), "{message}");
    std::fs::write(dir.path().join("c.wasm"), b"\0asm\x01\0\0\0").unwrap();
    let message = failure(application(dir.path())).await;
    assert!(message.contains("wasm32-wasip2"), "{message}");
}

#[tokio::test]
async fn an_unknown_database_and_an_unknown_store_type_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!("{MANIFEST}sqlite_databases = [\"other\"]\n");
    let message = failure(application(dir.path()).manifest_text(text)).await;
    assert!(message.contains("sqlite_database.other"), "{message}");
    let config = dir.path().join("runtime-config.toml");
    std::fs::write(&config, "[sqlite_database.default]\ntype = \"libsql\"\n").unwrap();
    let message = failure(application(dir.path()).runtime_config(&config)).await;
    assert!(message.contains("line 1: ") && message.contains("`libsql`"), "{message}");
}

//! How starting fails, and what it says.

use std::net::SocketAddr;
use std::path::Path;

use crate::vault::Vault;

const MANIFEST: &str = r#"
spin_manifest_version = 2
application = { name = "x" }
[[trigger.http]]
route = "/..."
component = "c"
[component.c]
source = "c.wasm"
"#;

async fn failure(vault: Vault) -> String {
    match vault.inherit_env(false).start().await {
        Ok(_) => panic!("it started"),
        Err(error) => format!("{error:#}"),
    }
}

fn vault(dir: &Path) -> Vault {
    std::fs::write(dir.join("spin.toml"), MANIFEST).unwrap();
    Vault::builder(dir.join("spin.toml")).listen(SocketAddr::from(([127, 0, 0, 1], 0)))
}

#[tokio::test]
async fn a_taken_port_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let told = failure(vault(dir.path()).listen(taken.local_addr().unwrap())).await;
    assert!(told.contains("--listen"), "{told}");
}

#[tokio::test]
async fn a_component_that_is_not_built_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let told = failure(vault(dir.path())).await;
    assert!(told.contains("cargo vault build"), "{told}");
    std::fs::write(dir.path().join("c.wasm"), b"\0asm\x01\0\0\0").unwrap();
    let told = failure(vault(dir.path())).await;
    assert!(told.contains("wasm32-wasip2"), "{told}");
}

#[tokio::test]
async fn unknown_databases_and_types_of_stores_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!("{MANIFEST}sqlite_databases = [\"other\"]\n");
    let told = failure(vault(dir.path()).manifest_text(text)).await;
    assert!(told.contains("sqlite_database.other"), "{told}");
    let config = dir.path().join("runtime-config.toml");
    std::fs::write(&config, "[sqlite_database.default]\ntype = \"libsql\"\n").unwrap();
    let told = failure(vault(dir.path()).runtime_config(&config)).await;
    assert!(told.contains("line 1: ") && told.contains("`libsql`"), "{told}");
}

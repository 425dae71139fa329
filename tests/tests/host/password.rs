//! `vault password`: for an owner who is locked out.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::json;
use tempfile::TempDir;
use tests::{PASSWORD, Process, repository, vault_binary};

fn set_password(state: &Path, email: &str, password: &str) -> Output {
    let mut child = Command::new(vault_binary())
        .args(["password", email, "--state-dir"])
        .arg(state)
        .arg("--from")
        .arg(repository().join("spin.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("`cargo vault test` builds the vault command");
    writeln!(child.stdin.take().expect("an input"), "{password}").expect("a line");
    child.wait_with_output().expect("an end")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_is_set_while_the_vault_is_served_and_ends_all_sessions() {
    let state = TempDir::new().expect("a temporary folder");
    let process = Process::start(state.path()).await;
    let owner = process.anonymous().register("Ada@example.org").await;
    let login = async |password: &str| {
        process.anonymous().post("/api/auth/login", json!({"email": "ada@example.org", "password": password})).await
    };
    for _ in 0..10 {
        login("forgotten, perhaps").await.problem(401, "bad_credentials");
    }
    login(PASSWORD).await.problem(429, "rate_limited");
    let stranger = process.anonymous().from_address("127.0.0.9");
    let guess = json!({"email": "eve@example.org", "password": "a guess of a stranger"});
    for _ in 0..10 {
        stranger.post("/api/auth/login", guess.clone()).await.problem(401, "bad_credentials");
    }

    for (email, password, why) in [
        ("ada@example.org", "password", "most common"),
        ("ada@example.org", "short", "8 characters"),
        ("eve@example.org", "the new password 7", "no account"),
    ] {
        let refused = set_password(state.path(), email, password);
        let text = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && text.contains(why), "{text}");
    }
    let set = set_password(state.path(), " ADA@example.org", "the new password 7");
    assert!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
    assert!(!String::from_utf8_lossy(&set.stdout).contains("the new password"), "the password was printed");

    owner.get("/api/auth/me").await.problem(401, "unauthenticated");
    login("the new password 7").await.expect(200);
    login(PASSWORD).await.problem(401, "bad_credentials");
    // The guesses at another account still count.
    stranger.post("/api/auth/login", guess).await.problem(429, "rate_limited");
}

#[test]
fn a_database_that_is_not_a_file_of_this_machine_is_refused_in_words() {
    let state = TempDir::new().expect("a temporary folder");
    let config = state.path().join("runtime-config.toml");
    let text = "[sqlite_database.default]\ntype = \"libsql\"\nurl = \"https://db.example.org\"\ntoken = \"secret\"\n";
    std::fs::write(&config, text).expect("a file");
    for options in [vec!["--runtime-config-file".into(), config], vec!["--state-dir".into(), state.path().to_owned()]] {
        let mut command = Command::new(vault_binary());
        command.args(["password", "ada@example.org"]).args(options).arg("--from").arg(repository().join("spin.toml"));
        let output = command.stdin(Stdio::null()).output().expect("`cargo vault test` builds the vault command");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && text.contains("not on a libSQL server"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}

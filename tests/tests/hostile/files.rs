//! Other users of the machine: they can read neither the data nor a backup of it.

use std::{
    fs::{File, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::Command,
};

use serde_json::json;
use tempfile::TempDir;
use tests::{App, Caller, Process, repository, vault_binary};

/// The files and folders below a folder, and it, that others than the owner may use.
fn loose(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(path) = rest.pop() {
        let metadata = std::fs::metadata(&path).expect("a file");
        if metadata.mode() & 0o077 != 0 {
            found.push(format!("{} {:o}", path.display(), metadata.mode() & 0o777));
        }
        if metadata.is_dir() {
            rest.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn new_data_and_backups_belong_to_their_owner_alone() {
    let parent = TempDir::new().expect("a temporary folder");
    let state = parent.path().join("new/state");
    let host = App::builder(&repository().join("spin.toml"), &state).code_cache(state.join("code-cache"));
    let running = host.start().await.expect("the application starts");
    let collector = Caller::anonymous(&running.url()).register("private@example.org").await;
    collector.add(json!({"artist": "Nina Simone", "album": "Nuff Said"})).await;
    let backup = state.join("backup.db");
    let vault = |task: &str, state: &Path| {
        let mut command = Command::new(vault_binary());
        command.arg(task).arg(&backup).arg("--from").arg(repository().join("spin.toml")).arg("--state-dir").arg(state);
        assert!(command.status().expect("`cargo vault test` builds the vault command").success(), "{task}");
    };
    vault("backup", &state);
    vault("restore", &parent.path().join("new/restored"));
    assert_eq!(loose(&parent.path().join("new")), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_others_may_read_is_reported_with_the_command_that_repairs_it() {
    let parent = TempDir::new().expect("a temporary folder");
    let state = parent.path().join("state");
    assert!(Process::start(&state).await.terminate().is_some_and(|code| code == 0));
    let database = state.join("sqlite_db.db");
    std::fs::set_permissions(&state, Permissions::from_mode(0o755)).expect("a folder of ours");
    std::fs::set_permissions(&database, Permissions::from_mode(0o644)).expect("a file of ours");
    let log = parent.path().join("log");
    let process = Process::spawn_with_log(&state, File::create(&log).expect("a file"));
    process.wait_for_answer().await;
    let log = std::fs::read_to_string(&log).expect("the log");
    let (_, after) = log.split_once("run `").unwrap_or_else(|| panic!("{log}"));
    let (command, _) = after.split_once('`').expect("the end of the command");
    assert!(Command::new("sh").args(["-c", command]).status().expect("sh").success(), "{command}");
    assert_eq!(loose(&state), Vec::<String>::new());
}

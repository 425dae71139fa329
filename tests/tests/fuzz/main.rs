//! The fuzz run: schemathesis derives requests from the OpenAPI document, valid and invalid ones, for every route, and
//! checks the answers. Its checks are in `tests/fuzz`. The requests are the same in each run.
//!
//! It needs Python. The first run installs the packages into `target/fuzz-venv`. Without Python, the test is reported
//! as skipped, with the reason. `ROUTE=/api/collection cargo test -p tests --test fuzz` tests one route only.

mod python;

use std::{fs, io::Write as _, os::unix::fs::symlink, process::Output, time::Duration};

use serde_json::json;
use stand_ins::discogs::Discogs;
use tempfile::TempDir;
use tests::{App, Caller, PASSWORD, repository};
use tokio::process::Command;

use self::python::{Schemathesis, folder};

const SECRET: &str = "a secret of at least thirty-two bytes";
const ADMIN: &str = "admin@example.org";
/// Ten times as long as on an idle machine with two cores.
const LIMIT: Duration = Duration::from_secs(900);

#[tokio::test(flavor = "multi_thread")]
async fn the_application_answers_every_request_as_the_document_says() {
    let schemathesis = match tokio::task::spawn_blocking(Schemathesis::install).await.expect("a result") {
        Ok(schemathesis) => schemathesis,
        Err(why) => {
            // Written to the terminal directly, because the test harness captures the output of tests that pass.
            let _ = writeln!(std::io::stderr(), "fuzz: skipped: {why}");
            return;
        }
    };
    let target = start().await;
    let url = target.running.url();
    let anonymous = Caller::anonymous(&url);
    let admin = sign_in_as_admin(&anonymous).await;
    let token_to_revoke = anonymous.login(ADMIN).await.access_token;
    run(schemathesis.command(&url, &admin.access_token, &token_to_revoke), "as a super admin").await;
    // Otherwise the later answers of the run were all 401.
    admin.get("/api/auth/me").await.expect(200);

    let mut without_token = schemathesis.command(&url, "", "");
    without_token.args(["--phases", "fuzzing", "--max-examples", "4", "--exclude-checks", "ignored_auth"]);
    run(without_token, "without a token").await;
}

/// A running application, with what must live as long.
struct Target {
    running: host::Running,
    _discogs: Discogs,
    _folder: TempDir,
}

/// Starts the application with a Discogs that has no rate limit, and without the hosts of language models: a key that
/// the run stores must not be sent anywhere.
async fn start() -> Target {
    let discogs = Discogs::start().await;
    discogs.limit(Some(1_000_000));
    let folder = TempDir::new().expect("a temporary folder");
    let manifest = folder.path().join("spin.toml");
    let mut text = fs::read_to_string(repository().join("spin.toml")).expect("the manifest");
    for host in ["https://api.together.xyz", "https://api.openai.com", "https://api.anthropic.com"] {
        assert!(text.contains(host), "{host} is not in the manifest");
        text = text.replace(host, "https://127.0.0.1:9");
    }
    fs::write(&manifest, text).expect("a manifest");
    symlink(repository().join("target"), folder.path().join("target")).expect("a link to the components");
    let url = discogs.url();
    let variables = [
        ("init_secret", SECRET),
        ("admin_email", ADMIN),
        ("admin_password", PASSWORD),
        ("discogs_base_url", &url),
        ("discogs_image_url", &url),
        // It has no such routes, so no record is at MusicBrainz.
        ("musicbrainz_url", &url),
        ("musicbrainz_interval", "0"),
        ("discogs_daily_quota", "0"),
        ("discogs_installation_quota", "0"),
        ("chat_daily_quota", "1000000"),
        ("chat_installation_quota", "0"),
    ];
    let running = App::serve(&manifest, &folder.path().join("state"), &variables).await;
    Target { running, _discogs: discogs, _folder: folder }
}

async fn sign_in_as_admin(anonymous: &Caller) -> Caller {
    let initialize = anonymous.request(reqwest::Method::POST, "/system/initialize-database");
    anonymous.send(initialize.header("x-init-secret", SECRET)).await.expect(200);
    let admin = anonymous.login(ADMIN).await;
    let user = admin.get("/api/auth/me").await.expect(200).json();
    assert_eq!(user["role"], json!("super_admin"));
    admin
}

async fn run(mut command: Command, who: &str) {
    command.current_dir(folder()).kill_on_drop(true);
    if let Some(route) = std::env::var_os("ROUTE") {
        command.arg("--include-path").arg(route);
    }
    let output = tokio::time::timeout(LIMIT, command.output()).await;
    let Output { status, stdout, stderr } =
        output.unwrap_or_else(|_| panic!("the run {who} takes longer than {LIMIT:?}")).expect("schemathesis starts");
    let (report, errors) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "the run {who} failed:\n{report}\n{errors}");
    assert!(report.contains("No issues found") || report.contains("passed"), "the run {who} tested nothing:\n{report}");
}

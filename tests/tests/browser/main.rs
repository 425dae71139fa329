//! The web app: its logic by `node --test`, and the whole of it in Chromium against the real components. Each case is a line of
//! output; what cannot run here is reported as skipped, in words. The cases are in `tests/browser`.
//!
//! `CASE=words cargo test -p tests --test browser` runs those whose names hold the words.

mod tools;

use std::io::Write as _;

use tests::App;

use self::tools::Tools;

#[test]
fn the_logic_of_the_web_app() {
    let Some(node) = skipped(tools::node()) else { return };
    let status = node.command().args(["--test", "--test-reporter=tap", "unit/"]).status().expect("node starts");
    assert!(status.success(), "see the lines that begin with `not ok` above");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_web_app_in_a_browser() {
    let Some(Tools { node, chromium }) = skipped(tools::all()) else { return };
    let app = App::start().await;
    let case = std::env::var("CASE").unwrap_or_default();
    let mut run = tokio::process::Command::from(node.command());
    let run = run.args(["run.js", &app.url(), &case]).env("CHROMIUM", chromium).kill_on_drop(true);
    let status = run.status().await.expect("node starts");
    assert!(status.success(), "see the lines with FAILED above");
}

/// Says on the terminal, past the test harness that would keep it to itself, why something is not run.
fn skipped<T>(tools: Result<T, String>) -> Option<T> {
    tools.map_err(|why| writeln!(std::io::stderr(), "browser: skipped: {why}")).ok()
}

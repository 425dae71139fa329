//! Tests of the web app: its logic with `node --test`, and the whole app in Chromium with the shipped components. The
//! cases are in `tests/browser`. Each case prints a line. Tests that cannot run on this machine are reported as
//! skipped, with the reason.
//!
//! `CASE=words cargo test -p tests --test browser` runs the cases whose names contain the words.

mod tools;

use std::io::Write as _;

use tests::App;

use self::tools::Tools;

#[test]
fn the_logic_of_the_web_app_passes_its_unit_tests() {
    let Some(node) = report_skipped(tools::node()) else { return };
    let status = node.command().args(["--test", "--test-reporter=tap", "unit/"]).status().expect("node starts");
    assert!(status.success(), "see the lines that begin with `not ok` above");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_web_app_works_in_a_browser() {
    let Some(Tools { node, chromium }) = report_skipped(tools::all()) else { return };
    let app = App::start().await;
    let case = std::env::var("CASE").unwrap_or_default();
    let mut run = tokio::process::Command::from(node.command());
    let run = run.args(["run.js", &app.url(), &case]).env("CHROMIUM", chromium).kill_on_drop(true);
    let status = run.status().await.expect("node starts");
    assert!(status.success(), "see the lines with FAILED above");
}

/// Prints the reason why a test is skipped. It writes to the terminal directly, because the test harness captures the
/// output of tests that pass.
fn report_skipped<T>(tools: Result<T, String>) -> Option<T> {
    tools.map_err(|why| writeln!(std::io::stderr(), "browser: skipped: {why}")).ok()
}

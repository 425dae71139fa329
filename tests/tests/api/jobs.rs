//! `POST /system/jobs/run` and `GET /system/jobs`: what is due runs once, and what ran is kept.

mod access;
mod tickers;

use std::path::Path;

use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{App, Caller, PASSWORD, repository};

const RUN: &str = "/system/jobs/run";
const LIST: &str = "/system/jobs";
const TOKEN: &str = "0123456789abcdefghijklmnopqrstuv";
const VARIABLES: [(&str, &str); 2] = [("jobs_token", TOKEN), ("init_secret", "open sesame")];
/// An entry of the cache whose purge is one deletion.
const EXPIRED: &str = "INSERT INTO discogs_cache_index (key, expires_at, bytes) VALUES ('old', 1, 10)";
const IS_LOOKUPS: &str = "kind = 'purge_lookups'";
/// Milliseconds since 1970.
const NOW: &str = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

async fn run(caller: &Caller) -> Value {
    let scheduler = caller.bearing(TOKEN);
    scheduler.send(scheduler.request(Method::POST, RUN)).await.expect(200).json()
}

/// An application with the jobs of the installation, none of which is due.
async fn start() -> App {
    let app = App::with(&VARIABLES).await;
    let first = run(&app.anonymous()).await;
    assert_eq!(first["items"], json!([]));
    change(&app.database(), &format!("UPDATE jobs SET run_at = {NOW} + 3600000"));
    app
}

fn change(database: &Path, statements: &str) {
    Connection::open(database).expect("the database").execute_batch(statements).expect(statements);
}

fn make_due(app: &App, condition: &str) {
    change(&app.database(), &format!("UPDATE jobs SET run_at = 1 WHERE {condition}"));
}

async fn list(app: &App, query: &str) -> Value {
    let caller = app.anonymous();
    let request = caller.request(Method::GET, &format!("{LIST}{query}")).header("x-init-secret", "open sesame");
    caller.send(request).await.expect(200).json()
}

async fn lookups(app: &App) -> Value {
    list(app, "?kind=purge_lookups").await["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_due_job_runs_once_and_is_recorded() {
    let app = start().await;
    change(&app.database(), EXPIRED);
    make_due(&app, IS_LOOKUPS);
    let ran = run(&app.anonymous()).await;
    let item = &ran["items"][0];
    assert_eq!(
        (&item["kind"], &item["outcome"], &item["user_id"]),
        (&json!("purge_lookups"), &json!("ended"), &json!(null))
    );
    assert_eq!(ran["items"].as_array().expect("items").len(), 1);
    assert!((3_000..=3_600).contains(&ran["next_in"].as_i64().expect("seconds")), "{ran}");

    let job = lookups(&app).await;
    assert_eq!(
        (&job["status"], &job["progress"], &job["slices"]),
        (&json!("waiting"), &json!({"removed": 1}), &json!(1))
    );
    assert_eq!((&job["error"], &job["failures"]), (&json!(null), &json!(0)));
    let runs = job["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 1);
    assert!(runs[0]["milliseconds"].is_i64() && runs[0]["request_id"].is_string(), "{runs:?}");
    let left: i64 = app.connect().query_row("SELECT count(*) FROM discogs_cache_index", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
    // Its next turn is an hour later.
    assert_eq!(run(&app.anonymous()).await["items"], json!([]));
    let hour = app
        .connect()
        .query_row(&format!("SELECT run_at - {NOW} FROM jobs WHERE {IS_LOOKUPS}"), [], |row| row.get::<_, i64>(0));
    assert!((3_500_000..=3_600_000).contains(&hour.unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_purges_remove_what_has_expired_and_nothing_else() {
    let app = start().await;
    let collector = app.collector().await;
    let ended = app.collector().await;
    let user = ended.get("/api/auth/me").await.expect(200).json()["id"].clone();
    change(
        &app.database(),
        &format!(
            "UPDATE sessions SET expires_at = '2020-01-01T00:00:00.000Z' WHERE user_id = {user};
         INSERT INTO attempts VALUES 
             ('a', 's', 'n', 1, 0, '2020-01-01T00:00:00.000Z'), ('b', 's', 'n', 1, 0, '2999-01-01');
         INSERT INTO known_addresses VALUES ({user}, 'old', '2020-01-01T00:00:00.000Z');
         INSERT INTO invitations (id, code_hash, created_at, expires_at) VALUES
             ('old', 'x', '2020-01-01', '2020-01-02'), ('new', 'y', '2020-01-01', '2999-01-01');
         UPDATE jobs SET run_at = 1"
        ),
    );
    let ran = run(&app.anonymous()).await;
    assert_eq!(ran["items"].as_array().expect("items").len(), 2, "{ran}");
    let count = |sql: &str| app.connect().query_row(sql, [], |row| row.get::<_, i64>(0)).expect(sql);
    assert_eq!(count(&format!("SELECT count(*) FROM sessions WHERE user_id = {user}")), 0);
    assert_eq!(count("SELECT count(*) FROM refresh_tokens WHERE session_id NOT IN (SELECT id FROM sessions)"), 0);
    for table in ["sessions", "attempts", "invitations"] {
        assert_eq!(count(&format!("SELECT count(*) FROM {table}")), 1, "{table}");
    }
    assert_eq!(count("SELECT count(*) FROM known_addresses WHERE address = 'old'"), 0);
    let removed = list(&app, "?kind=purge_accounts").await["items"][0]["progress"].clone();
    assert_eq!(removed, json!({"removed": 4}));
    collector.get("/api/auth/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_kept_in_words_and_repeated_later_and_later() {
    let app = start().await;
    change(&app.database(), EXPIRED);
    let failing = "CREATE TRIGGER failing BEFORE DELETE ON discogs_cache_index
        BEGIN SELECT RAISE(ABORT, 'out_of_order'); END";
    change(&app.database(), failing);
    for (failures, least, most) in [(1, 20_000, 30_000), (2, 50_000, 60_000), (3, 110_000, 120_000)] {
        make_due(&app, IS_LOOKUPS);
        let ran = run(&app.anonymous()).await;
        assert_eq!(ran["items"][0]["outcome"], "failed", "{ran}");
        let job = lookups(&app).await;
        assert_eq!(job["failures"], failures);
        assert!(job["error"].as_str().expect("words").contains("out_of_order"), "{job}");
        let delay = format!("SELECT run_at - {NOW} FROM jobs WHERE {IS_LOOKUPS}");
        let delay: i64 = app.connect().query_row(&delay, [], |row| row.get(0)).unwrap();
        assert!((least..=most).contains(&delay), "{delay}");
        assert_eq!(run(&app.anonymous()).await["items"], json!([]), "it was repeated at once");
    }
    assert_eq!(list(&app, "?failing=true").await["total"], 1);

    change(&app.database(), "DROP TRIGGER failing");
    make_due(&app, IS_LOOKUPS);
    assert_eq!(run(&app.anonymous()).await["items"][0]["outcome"], "ended");
    let job = lookups(&app).await;
    assert_eq!((&job["failures"], &job["error"], &job["status"]), (&json!(0), &json!(null), &json!("waiting")));
    let errors: Vec<_> = job["runs"].as_array().expect("runs").iter().map(|run| run["error"].is_null()).collect();
    assert_eq!(errors, [true, false, false, false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_taken_over_when_it_has_expired_and_not_before() {
    let app = start().await;
    let leased = |run_at: &str| {
        format!(
            "UPDATE jobs SET slice = 7, request_id = 'killed', leased_at = 1000, run_at = {run_at} WHERE {IS_LOOKUPS}"
        )
    };
    change(&app.database(), &leased(&format!("{NOW} + 20000")));
    assert_eq!(run(&app.anonymous()).await["items"], json!([]));
    assert_eq!(lookups(&app).await["status"], "running");

    change(&app.database(), &leased("2000"));
    assert_eq!(run(&app.anonymous()).await["items"][0]["kind"], "purge_lookups");
    let job = lookups(&app).await;
    assert_eq!((&job["slices"], &job["failures"], &job["error"]), (&json!(8), &json!(0), &json!(null)));
    assert_eq!((&job["runs"][0]["error"], &job["runs"][1]["request_id"]), (&json!(null), &json!("killed")));
    assert!(job["runs"][1]["error"].as_str().expect("words").contains("cut off"), "{job}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_was_too_slow_cannot_write_its_result() {
    let app = start().await;
    change(&app.database(), EXPIRED);
    // While the slice works, another one takes over.
    let taken_over = format!(
        "CREATE TRIGGER taken_over AFTER DELETE ON discogs_cache_index BEGIN
             UPDATE jobs SET slice = slice + 1, request_id = 'faster', run_at = {NOW} + 30000 WHERE {IS_LOOKUPS}; END"
    );
    change(&app.database(), &taken_over);
    make_due(&app, IS_LOOKUPS);
    assert_eq!(run(&app.anonymous()).await["items"][0]["outcome"], "superseded");
    let job = lookups(&app).await;
    assert_eq!((&job["status"], &job["slices"], &job["progress"]), (&json!("running"), &json!(2), &json!({})));
    assert_eq!(job["runs"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_never_run_the_same_slice() {
    let (manifest, state) = (repository().join("spin.toml"), TempDir::new().expect("a temporary folder"));
    let hosts =
        [App::serve(&manifest, state.path(), &VARIABLES).await, App::serve(&manifest, state.path(), &VARIABLES).await];
    let callers = hosts.each_ref().map(|host| Caller::anonymous(&host.url()));
    run(&callers[0]).await;
    run(&callers[1]).await;
    let database = state.path().join("sqlite_db.db");
    let mut shares = [0, 0];
    for round in 1..=20 {
        change(&database, "UPDATE jobs SET run_at = 1");
        let runs: Vec<_> = (0..6)
            .map(|number| {
                let caller = callers[number % 2].clone();
                tokio::spawn(async move { run(&caller).await })
            })
            .collect();
        let mut kinds = Vec::new();
        for (number, ran) in runs.into_iter().enumerate() {
            let ran = ran.await.expect("an answer");
            let items = ran["items"].as_array().expect("items");
            shares[number % 2] += items.len();
            kinds.extend(items.iter().map(|item| item["kind"].as_str().expect("a kind").to_owned()));
        }
        kinds.sort();
        assert_eq!(kinds, ["purge_accounts", "purge_lookups"], "round {round}");
    }
    assert!(shares.iter().all(|share| *share > 0), "only one host took part: {shares:?}");
    let slices = "SELECT min(slice) || ' ' || max(slice) FROM jobs WHERE failures = 0 AND leased_at IS NULL";
    let connection = Connection::open(&database).expect("the database");
    assert_eq!(connection.query_row(slices, [], |row| row.get::<_, String>(0)).expect("a row"), "20 20");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_ends_with_its_account_and_waits_for_a_release_that_knows_its_kind() {
    let app = start().await;
    let collector = app.collector().await;
    let user = collector.get("/api/auth/me").await.expect(200).json()["id"].clone();
    let job = format!(
        "INSERT INTO jobs (kind, user_id, state, run_at, enqueued_at) VALUES ('of_the_future', {user}, '{{}}', 1, 1)"
    );
    change(&app.database(), &job);
    assert_eq!(run(&app.anonymous()).await["items"], json!([]));
    let jobs = list(&app, "?kind=of_the_future").await;
    assert_eq!((&jobs["total"], &jobs["items"][0]["user_id"]), (&json!(1), &user));
    assert_eq!(jobs["items"][0]["status"], "waiting");
    assert!(jobs["items"][0].get("state").is_none(), "the state may be private: {jobs}");

    let request = collector.request(Method::DELETE, "/api/auth/me").json(&json!({"password": PASSWORD}));
    collector.send(request).await.expect(204);
    assert_eq!(list(&app, "?kind=of_the_future").await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_pages_and_a_bounded_number_of_runs() {
    let app = start().await;
    for (condition, error) in [(IS_LOOKUPS, "NULL"), (IS_LOOKUPS, "'x'")] {
        let slice = format!(
            "UPDATE jobs SET leased_at = 1 WHERE {condition};
             UPDATE jobs SET leased_at = NULL, error = {error} WHERE {condition};"
        );
        change(&app.database(), &slice.repeat(30));
    }
    let kept = "SELECT count(*) || ' ' || count(error) FROM job_runs";
    let kept: String = app.connect().query_row(kept, [], |row| row.get(0)).expect("a row");
    assert_eq!(kept, "40 20");

    let (mut cursor, mut kinds) = (String::new(), Vec::new());
    for _ in 0..2 {
        let page = list(&app, &format!("?limit=1{cursor}")).await;
        assert_eq!(page["total"], 2);
        kinds.push(page["items"][0]["kind"].as_str().expect("a kind").to_owned());
        cursor = page["next_cursor"].as_str().map_or_else(String::new, |next| format!("&cursor={next}"));
    }
    assert_eq!((kinds.len(), cursor.as_str()), (2, ""));
    kinds.sort();
    assert_eq!(kinds, ["purge_accounts", "purge_lookups"]);
    assert!(lookups(&app).await["runs"].as_array().expect("runs").len() <= 5);
}

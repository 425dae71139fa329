//! Lookups without end: by one account, by all of them, and without an account.

use rusqlite::Connection;
use serde_json::json;
use stand_ins::Discogs;
use tests::{Answer, App, Caller};

struct Setup {
    app: App,
    discogs: Discogs,
}

impl Setup {
    async fn with(variables: &[(&str, &str)]) -> Self {
        let discogs = Discogs::start().await;
        let url = discogs.url();
        let mut all =
            vec![("discogs_base_url", url.as_str()), ("discogs_image_url", &url), ("discogs_token", "a-token")];
        all.extend(variables);
        Self { app: App::with(&all).await, discogs }
    }
}

/// Looks up a word that no one has looked up.
async fn look_up(caller: &Caller, number: usize) -> Answer {
    caller.get(&format!("/api/discogs/search?q=the&limit={}", 1 + number % 100)).await
}

/// Asserts that a refusal says when a request may succeed: at the end of the day.
fn refused(answer: Answer, status: u16, code: &str) {
    let seconds: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=86_400).contains(&seconds), "{seconds}");
    answer.problem(status, code);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_a_day_of_lookups_and_no_more() {
    let setup = Setup::with(&[("discogs_daily_quota", "3")]).await;
    let (caller, other) = (setup.app.collector().await, setup.app.collector().await);
    for number in 0..3 {
        look_up(&caller, number).await.expect(200);
    }
    refused(look_up(&caller, 3).await, 429, "quota_exceeded");
    // An answer that is cached costs no lookup, and others have lookups of their own.
    look_up(&caller, 0).await.expect(200);
    look_up(&other, 3).await.expect(200);
    look_up(&caller, 3).await.expect(200);
    // A new album is stored only with the facts of its release, so it says why there are none.
    refused(caller.post("/api/collection", json!({"discogs_id": 1_000_001})).await, 429, "quota_exceeded");
    assert_eq!(setup.discogs.received().len(), 4);

    let database = setup.app.connect();
    database.execute("UPDATE discogs_usage SET day = '2020-01-01'", []).expect("the lookups are of an earlier day");
    look_up(&caller, 4).await.expect(200);
    let days: i64 = count(&database, "SELECT count(DISTINCT day) FROM discogs_usage");
    assert_eq!(days, 1, "the counts of past days are deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn simultaneous_lookups_stay_within_the_budget_of_the_day() {
    let setup = Setup::with(&[("discogs_daily_quota", "4")]).await;
    let caller = setup.app.collector().await;
    let lookups = (0..16).map(|number| {
        let caller = caller.clone();
        tokio::spawn(async move { look_up(&caller, number).await.status })
    });
    let mut statuses = Vec::new();
    for lookup in lookups.collect::<Vec<_>>() {
        statuses.push(lookup.await.expect("an answer"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [[200; 4].as_slice(), &[429; 12]].concat());
    assert_eq!(setup.discogs.received().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_accounts_together_have_a_budget_that_covers_count_against() {
    let setup = Setup::with(&[("discogs_installation_quota", "3")]).await;
    let (caller, other) = (setup.app.collector().await, setup.app.collector().await);
    let page = look_up(&caller, 9).await.expect(200).json();
    let covers: Vec<_> =
        page["items"].as_array().expect("items").iter().filter_map(|item| item["cover"].as_str()).collect();
    setup.app.anonymous().get(covers[0]).await.expect(200);
    look_up(&other, 1).await.expect(200);
    refused(look_up(&caller, 2).await, 503, "installation_quota_exceeded");
    refused(look_up(&other, 2).await, 503, "installation_quota_exceeded");
    refused(setup.app.anonymous().get(covers[1]).await, 503, "installation_quota_exceeded");
    setup.app.anonymous().get(covers[0]).await.expect(200);
    assert_eq!(setup.discogs.received().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_account_lookups_are_counted_by_address() {
    let setup = Setup::with(&[("public_lookup", "true"), ("discogs_daily_quota", "2")]).await;
    let (stranger, other) =
        (setup.app.anonymous().from_address("127.0.0.2"), setup.app.anonymous().from_address("127.0.0.3"));
    for number in 0..2 {
        look_up(&stranger, number).await.expect(200);
    }
    refused(look_up(&stranger, 2).await, 429, "quota_exceeded");
    look_up(&other, 2).await.expect(200);
    look_up(&setup.app.collector().await, 3).await.expect(200);
    let database = setup.app.connect();
    let plain = count(&database, "SELECT count(*) FROM discogs_usage WHERE caller LIKE '%127.0.0%'");
    assert_eq!(plain, 0, "the database has addresses of visitors");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_lookup_writes_nothing() {
    let setup = Setup::with(&[("discogs_daily_quota", "1")]).await;
    let caller = setup.app.collector().await;
    look_up(&caller, 0).await.expect(200);
    let written = || {
        let database = setup.app.connect();
        let rows = ["discogs_requests", "discogs_leases", "discogs_cache_index", "discogs_cover_sources"];
        rows.map(|table| count(&database, &format!("SELECT count(*) FROM {table}")))
    };
    let before = written();
    for number in 1..40 {
        refused(look_up(&caller, number).await, 429, "quota_exceeded");
    }
    assert_eq!(written(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_lookups_leave_nothing_behind() {
    let setup = Setup::with(&[]).await;
    let caller = setup.app.collector().await;
    setup.discogs.always(Some(stand_ins::Fault::status(404)));
    for number in 0..5 {
        look_up(&caller, number).await;
    }
    let database = setup.app.connect();
    database.execute("UPDATE discogs_leases SET until = until - 100000", []).expect("the leases are old");
    setup.discogs.always(None);
    look_up(&caller, 50).await.expect(200);
    let leases = count(&database, "SELECT count(*) FROM discogs_leases");
    assert_eq!(leases, 0, "a failed lookup leaves a lease forever");
}

/// Half of the limit, in one entry: so three of them cannot be stored.
const HALF: i64 = 32 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn stored_documents_have_a_limit_and_the_oldest_go_first() {
    let setup = Setup::with(&[]).await;
    let caller = setup.app.collector().await;
    for number in 0..3 {
        look_up(&caller, number).await.expect(200);
        let database = setup.app.connect();
        let grow = "UPDATE discogs_cache_index SET bytes = ?1 WHERE used_at = (SELECT max(used_at) FROM
            discogs_cache_index)";
        database.execute(grow, [HALF]).expect("the entry counts as large");
    }
    look_up(&caller, 3).await.expect(200);
    let asked = setup.discogs.received().len();
    look_up(&caller, 3).await.expect(200);
    look_up(&caller, 2).await.expect(200);
    assert_eq!(setup.discogs.received().len(), asked, "the latest documents are stored");
    look_up(&caller, 0).await.expect(200);
    assert_eq!(setup.discogs.received().len(), asked + 1, "the oldest document was deleted");
    let database = setup.app.connect();
    assert!(count(&database, "SELECT sum(bytes) FROM discogs_cache_index") <= 2 * HALF);
    assert_eq!(
        count(&database, "SELECT sum(bytes) FROM discogs_cache_index"),
        count(&database, "SELECT sum(bytes) FROM discogs_cache_size")
    );
}

fn count(database: &Connection, statement: &str) -> i64 {
    database.query_row(statement, [], |row| row.get(0)).expect("a number")
}

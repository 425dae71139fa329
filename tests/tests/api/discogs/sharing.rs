//! Callers that search for the same at the same time share one request: within one host, and between two.

use std::time::Duration;

use serde_json::Value;
use stand_ins::Fault;
use tests::{Answer, App, Caller, repository};
use tokio::task::JoinSet;

use super::{DiscogsSetup, PASTEL_BLUES, SEARCH, search_for};

/// Sends these requests at the same time.
async fn get_all(callers: impl IntoIterator<Item = (Caller, String)>) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for (caller, path) in callers {
        tasks.spawn(async move { caller.get(&path).await });
    }
    tasks.join_all().await
}

/// The number of answers that did not come from the cache.
fn fresh(answers: &[Value]) -> usize {
    answers.iter().filter(|answer| answer["cached"] == false).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_equal_searches_are_one_request() {
    let setup = DiscogsSetup::start().await;
    setup.discogs.delay(Duration::from_millis(300));
    let answers = get_all((0..50).map(|_| (setup.collector.clone(), PASTEL_BLUES.to_owned()))).await;
    let answers: Vec<Value> = answers.into_iter().map(|answer| answer.expect(200).json()).collect();
    assert!(answers.iter().all(|answer| answer["year"] == 1965));
    assert_eq!((setup.discogs.count(SEARCH), fresh(&answers)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_share_cache_budget_and_requests() {
    let setup = DiscogsSetup::start().await;
    let url = setup.discogs.url();
    let state = setup.app.database().parent().expect("the state folder").to_owned();
    let variables =
        [("discogs_base_url", url.as_str()), ("discogs_image_url", url.as_str()), ("discogs_token", "a-token")];
    let second = App::serve(&repository().join("spin.toml"), &state, &variables).await;
    let there = Caller::anonymous(&second.url()).login(&setup.collector.email).await;
    setup.discogs.delay(Duration::from_millis(300));
    let both =
        (0..50).map(|n| (if n % 2 == 0 { setup.collector.clone() } else { there.clone() }, PASTEL_BLUES.to_owned()));
    let answers: Vec<Value> = get_all(both).await.into_iter().map(|answer| answer.expect(200).json()).collect();
    assert_eq!((setup.discogs.count(SEARCH), fresh(&answers)), (1, 1));
    // After a 429 to one host, the other sends no request either.
    setup.discogs.delay(Duration::ZERO);
    setup.discogs.next(Fault::too_many(40));
    setup.collector.get(&search_for("Can", "Tago Mago")).await.problem(503, "discogs_busy");
    let before = setup.discogs.received().len();
    there.get(&search_for("Can", "Ege Bamyasi")).await.problem(503, "discogs_busy");
    assert_eq!(setup.discogs.received().len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_equal_searches_fail_together() {
    let setup = DiscogsSetup::start().await;
    setup.discogs.delay(Duration::from_millis(200));
    setup.discogs.always(Some(Fault::status(500)));
    for answer in get_all((0..50).map(|_| (setup.collector.clone(), PASTEL_BLUES.to_owned()))).await {
        answer.problem(502, "discogs_failed");
    }
    assert_eq!(setup.discogs.count(SEARCH), 3, "one lookup, with its retries");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_whose_holder_died_delays_others_only_until_it_expires() {
    let setup = DiscogsSetup::start().await;
    setup.get(PASTEL_BLUES).await;
    let key: String =
        setup.app.connect().query_row("SELECT key FROM discogs_cache_index", [], |row| row.get(0)).expect("a key");
    setup.store().execute("DELETE FROM spin_key_value", []).expect("the cache is emptied");
    // What a host leaves behind if it is killed during a lookup.
    let lease = "INSERT INTO discogs_leases (key, holder, until) VALUES (?1, 'dead', unixepoch('subsec') * 1000 + 500)";
    setup
        .app
        .connect()
        .execute(&lease.replace("unixepoch('subsec') * 1000", "CAST(unixepoch('subsec') * 1000 AS INTEGER)"), [key])
        .expect("a lease");
    let answer = setup.get(PASTEL_BLUES).await;
    assert_eq!((&answer["year"], &answer["cached"]), (&1965.into(), &false.into()));
}

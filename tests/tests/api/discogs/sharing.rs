//! Several who want the same ask once: in one host, and in two.

use std::time::Duration;

use serde_json::Value;
use stand_ins::Fault;
use tests::{Answer, App, Caller, repository};
use tokio::task::JoinSet;

use super::{PASTEL_BLUES, SEARCH, Shop, search_for};

/// So many clients ask at once.
async fn at_once(callers: impl IntoIterator<Item = (Caller, String)>) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for (caller, path) in callers {
        tasks.spawn(async move { caller.get(&path).await });
    }
    tasks.join_all().await
}

fn fresh(answers: &[Value]) -> usize {
    answers.iter().filter(|answer| answer["cached"] == false).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_who_want_the_same_are_one_request() {
    let shop = Shop::open().await;
    shop.discogs.delay(Duration::from_millis(300));
    let answers = at_once((0..50).map(|_| (shop.collector.clone(), PASTEL_BLUES.to_owned()))).await;
    let answers: Vec<Value> = answers.into_iter().map(|answer| answer.expect(200).json()).collect();
    assert!(answers.iter().all(|answer| answer["year"] == 1965));
    assert_eq!((shop.discogs.count(SEARCH), fresh(&answers)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_share_the_cache_the_budget_and_the_request() {
    let shop = Shop::open().await;
    let url = shop.discogs.url();
    let state = shop.app.database().parent().expect("the state").to_owned();
    let variables =
        [("discogs_base_url", url.as_str()), ("discogs_image_url", url.as_str()), ("discogs_token", "a-token")];
    let second = App::serve(&repository().join("spin.toml"), &state, &variables).await;
    let there = Caller::anonymous(&second.url()).login(&shop.collector.email).await;
    shop.discogs.delay(Duration::from_millis(300));
    let both =
        (0..50).map(|n| (if n % 2 == 0 { shop.collector.clone() } else { there.clone() }, PASTEL_BLUES.to_owned()));
    let answers: Vec<Value> = at_once(both).await.into_iter().map(|answer| answer.expect(200).json()).collect();
    assert_eq!((shop.discogs.count(SEARCH), fresh(&answers)), (1, 1));
    // A 429 to one silences the other.
    shop.discogs.delay(Duration::ZERO);
    shop.discogs.next(Fault::too_many(40));
    shop.collector.get(&search_for("Can", "Tago Mago")).await.problem(503, "discogs_busy");
    let before = shop.discogs.received().len();
    there.get(&search_for("Can", "Ege Bamyasi")).await.problem(503, "discogs_busy");
    assert_eq!(shop.discogs.received().len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_fail_as_one() {
    let shop = Shop::open().await;
    shop.discogs.delay(Duration::from_millis(200));
    shop.discogs.always(Some(Fault::status(500)));
    for answer in at_once((0..50).map(|_| (shop.collector.clone(), PASTEL_BLUES.to_owned()))).await {
        answer.problem(502, "discogs_failed");
    }
    assert_eq!(shop.discogs.count(SEARCH), 3, "one lookup, with its retries");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_died_holds_nobody_up_for_long() {
    let shop = Shop::open().await;
    shop.get(PASTEL_BLUES).await;
    let key: String =
        shop.database().query_row("SELECT key FROM discogs_cache_index", [], |row| row.get(0)).expect("a key");
    shop.store().execute("DELETE FROM spin_key_value", []).expect("emptied");
    // As a host that was killed a while ago leaves it.
    let lease = "INSERT INTO discogs_leases (key, holder, until) VALUES (?1, 'dead', unixepoch('subsec') * 1000 + 500)";
    shop.database()
        .execute(&lease.replace("unixepoch('subsec') * 1000", "CAST(unixepoch('subsec') * 1000 AS INTEGER)"), [key])
        .expect("a lease");
    let answer = shop.get(PASTEL_BLUES).await;
    assert_eq!((&answer["year"], &answer["cached"]), (&1965.into(), &false.into()));
}

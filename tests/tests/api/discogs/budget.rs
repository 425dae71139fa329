//! The request budget: all callers together never send more requests in a minute than Discogs allows.

use std::time::{Duration, Instant};

use stand_ins::Fault;
use tests::{Answer, Caller};
use tokio::task::JoinSet;

use super::{DiscogsSetup, PASTEL_BLUES, SEARCH, search_for};

const MINUTE: Duration = Duration::from_secs(60);

/// A setup whose Discogs allows this many requests a minute. One request has been sent, so the application knows the
/// limit.
async fn setup_with_limit(limit: u32) -> DiscogsSetup {
    let setup = DiscogsSetup::start().await;
    setup.discogs.limit(Some(limit));
    setup.get(PASTEL_BLUES).await;
    setup
}

/// Searches for different albums, all at the same time.
async fn ask(setup: &DiscogsSetup, caller: &Caller, which: std::ops::Range<usize>) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for first in &setup.firsts()[which] {
        let (caller, path) = (caller.clone(), search_for(first.artist, first.title));
        tasks.spawn(async move { caller.get(&path).await });
    }
    tasks.join_all().await
}

/// The number of answers that are refused because the budget is used up.
fn refused(answers: Vec<Answer>) -> usize {
    let busy = answers.into_iter().filter(|answer| answer.status != 200);
    busy.map(|answer| {
        let wait: u32 = answer.header("retry-after").parse().expect("seconds");
        assert!((1..=70).contains(&wait), "{wait}");
        answer.problem(503, "discogs_busy");
    })
    .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_simultaneous_searches_stay_within_the_limit() {
    let setup = setup_with_limit(10).await;
    let began = Instant::now();
    // Nine requests are left. Each of these searches takes one. (The search for the album 116, "( )", takes two; the
    // one for the album 20 takes none.)
    assert_eq!(refused(ask(&setup, &setup.collector, 21..71).await), 41);
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}: a search that would wait long is refused at once",
        began.elapsed()
    );
    assert_eq!((setup.discogs.most_within(MINUTE), setup.discogs.received().len()), (10, 10));
    // A cached answer costs no request.
    assert_eq!(setup.get(PASTEL_BLUES).await["cached"], true);

    setup.next_minute();
    setup.discogs.forget();
    assert_eq!(refused(ask(&setup, &setup.collector, 71..116).await), 35);
    assert_eq!(setup.discogs.received().len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_credentials_the_limit_of_25_applies_from_the_start() {
    let setup = DiscogsSetup::with(&[]).await;
    assert_eq!(refused(ask(&setup, &setup.collector, 21..71).await), 25);
    assert_eq!(setup.discogs.most_within(MINUTE), 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn covers_count_as_requests() {
    let setup = setup_with_limit(3).await;
    let page = setup.get("/api/discogs/search?q=kraftwerk&limit=5").await;
    let covers: Vec<_> =
        page["items"].as_array().expect("items").iter().filter_map(|item| item["thumb"].as_str()).collect();
    let mut statuses = Vec::new();
    for cover in &covers[..3] {
        statuses.push(setup.app.anonymous().get(cover).await.status);
    }
    assert_eq!(statuses, [200, 503, 503]);
    assert_eq!(setup.discogs.received().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_other_clients_behind_the_same_address_count() {
    let setup = DiscogsSetup::start().await;
    setup.discogs.limit(Some(10));
    setup.discogs.others(6);
    setup.get(PASTEL_BLUES).await;
    // Seven are used: six by others, one by this search, which the header does not count yet.
    assert_eq!(refused(ask(&setup, &setup.collector, 21..41).await), 17);
    assert_eq!(setup.discogs.received().len(), 4, "none was refused by Discogs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_waits_if_the_budget_is_free_again_soon() {
    let setup = setup_with_limit(2).await;
    ask(&setup, &setup.collector, 21..22).await;
    let soon =
        "UPDATE discogs_requests SET used = NULL, counts_until = CAST(unixepoch('subsec') * 1000 AS INTEGER) + 1000";
    setup.app.connect().execute(soon, []).expect("the requests count for one more second");
    setup.discogs.next_minute();
    let began = Instant::now();
    setup.get(&search_for("Can", "Tago Mago")).await;
    let took = began.elapsed();
    assert!((Duration::from_millis(800)..Duration::from_secs(2)).contains(&took), "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_429_no_request_is_sent_until_retry_after_has_passed() {
    for (fault, seconds) in [(Fault::too_many(7), 7), (Fault::status(429), 60)] {
        let setup = DiscogsSetup::start().await;
        setup.discogs.next(fault);
        let answer = setup.collector.get(PASTEL_BLUES).await;
        assert_eq!(answer.header("retry-after"), seconds.to_string());
        answer.problem(503, "discogs_busy");
        let other = setup.app.collector().await.get(&search_for("Can", "Tago Mago")).await;
        let wait: i32 = other.header("retry-after").parse().expect("seconds");
        assert!((seconds - 2..=seconds).contains(&wait), "{wait}");
        other.problem(503, "discogs_busy");
        assert_eq!(setup.discogs.count(SEARCH), 1);
        setup.next_minute();
        // Another search, because a failed one is answered with the same failure for two seconds.
        setup.get(&search_for("Can", "Ege Bamyasi")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_collector_cannot_use_up_the_budget_of_all() {
    let setup = setup_with_limit(12).await;
    let other = setup.app.collector().await;
    assert_eq!(refused(ask(&setup, &other, 21..22).await), 0);
    // Two of twelve are used. The last three are reserved for collectors who used less than a quarter.
    assert_eq!(refused(ask(&setup, &setup.collector, 30..50).await), 13);
    assert_eq!(refused(ask(&setup, &other, 50..52).await), 0);
    assert_eq!(setup.discogs.most_within(MINUTE), 11);
}

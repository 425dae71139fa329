//! Politeness: never more requests than Discogs allows in a minute, whoever asks.

use std::time::{Duration, Instant};

use stand_ins::Fault;
use tests::{Answer, Caller};
use tokio::task::JoinSet;

use super::{PASTEL_BLUES, SEARCH, Shop, search_for};

const MINUTE: Duration = Duration::from_secs(60);

/// A shop whose Discogs allows so many requests a minute, and has said so.
async fn shop_with(limit: u32) -> Shop {
    let shop = Shop::open().await;
    shop.discogs.limit(Some(limit));
    shop.get(PASTEL_BLUES).await;
    shop
}

/// Asks for so many albums, each another one, all at once.
async fn ask(shop: &Shop, caller: &Caller, which: std::ops::Range<usize>) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for first in &shop.firsts()[which] {
        let (caller, path) = (caller.clone(), search_for(first.artist, first.title));
        tasks.spawn(async move { caller.get(&path).await });
    }
    tasks.join_all().await
}

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
async fn fifty_clients_stay_within_the_limit_of_any_minute() {
    let shop = shop_with(10).await;
    let began = Instant::now();
    // Nine are left; the self-titled album of Fleetwood Mac is not among these, so each takes one.
    assert_eq!(refused(ask(&shop, &shop.collector, 21..71).await), 41);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}: who must wait for long is told at once", began.elapsed());
    assert_eq!((shop.discogs.most_within(MINUTE), shop.discogs.received().len()), (10, 10));
    // What is cached costs nothing.
    assert_eq!(shop.get(PASTEL_BLUES).await["cached"], true);

    shop.next_minute();
    shop.discogs.forget();
    assert_eq!(refused(ask(&shop, &shop.collector, 71..121).await), 40);
    assert_eq!(shop.discogs.received().len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_the_lower_limit_holds_from_the_start() {
    let shop = Shop::with(&[]).await;
    assert_eq!(refused(ask(&shop, &shop.collector, 21..71).await), 25);
    assert_eq!(shop.discogs.most_within(MINUTE), 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn covers_are_requests_too() {
    let shop = shop_with(3).await;
    let page = shop.get("/api/discogs/search?q=kraftwerk&limit=5").await;
    let covers: Vec<_> =
        page["items"].as_array().expect("items").iter().filter_map(|item| item["thumb"].as_str()).collect();
    let mut statuses = Vec::new();
    for cover in &covers[..3] {
        statuses.push(shop.app.anonymous().get(cover).await.status);
    }
    assert_eq!(statuses, [200, 503, 503]);
    assert_eq!(shop.discogs.received().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_others_behind_the_same_address_count() {
    let shop = Shop::open().await;
    shop.discogs.limit(Some(10));
    shop.discogs.others(6);
    shop.get(PASTEL_BLUES).await;
    // Six and one are used, as the header says, which lags by one.
    assert_eq!(refused(ask(&shop, &shop.collector, 21..41).await), 17);
    assert_eq!(shop.discogs.received().len(), 4, "none was one too many");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_wait_is_waited() {
    let shop = shop_with(2).await;
    ask(&shop, &shop.collector, 21..22).await;
    let soon =
        "UPDATE discogs_requests SET used = NULL, counts_until = CAST(unixepoch('subsec') * 1000 AS INTEGER) + 1000";
    shop.database().execute(soon, []).expect("a second is left");
    shop.discogs.next_minute();
    let began = Instant::now();
    shop.get(&search_for("Can", "Tago Mago")).await;
    let took = began.elapsed();
    assert!((Duration::from_millis(800)..Duration::from_secs(2)).contains(&took), "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_429_everybody_is_silent_for_as_long_as_asked() {
    for (fault, seconds) in [(Fault::too_many(7), 7), (Fault::status(429), 60)] {
        let shop = Shop::open().await;
        shop.discogs.next(fault);
        let answer = shop.collector.get(PASTEL_BLUES).await;
        assert_eq!(answer.header("retry-after"), seconds.to_string());
        answer.problem(503, "discogs_busy");
        let other = shop.app.collector().await.get(&search_for("Can", "Tago Mago")).await;
        let wait: i32 = other.header("retry-after").parse().expect("seconds");
        assert!((seconds - 2..=seconds).contains(&wait), "{wait}");
        other.problem(503, "discogs_busy");
        assert_eq!(shop.discogs.count(SEARCH), 1);
        shop.next_minute();
        // Another question: for two seconds the same one fails as it did.
        shop.get(&search_for("Can", "Ege Bamyasi")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_uses_up_what_is_there_for_all() {
    let shop = shop_with(12).await;
    let other = shop.app.collector().await;
    assert_eq!(refused(ask(&shop, &other, 21..22).await), 0);
    // Two of twelve are used; the last three are for those who had less than a quarter.
    assert_eq!(refused(ask(&shop, &shop.collector, 30..50).await), 13);
    assert_eq!(refused(ask(&shop, &other, 50..52).await), 0);
    assert_eq!(shop.discogs.most_within(MINUTE), 11);
}

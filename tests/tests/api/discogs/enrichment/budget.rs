//! People go before jobs, and accounts with jobs have equal shares.

use serde_json::{Value, json};
use tests::Caller;

use super::{add_all, asked, bare, counts, finish, releases, run_jobs, start, until};
use crate::discogs::{DiscogsSetup, PASTEL_BLUES, search_for};

/// A Discogs that allows this many requests a minute; one was sent.
async fn start_with(limit: u32) -> DiscogsSetup {
    let setup = start().await;
    setup.discogs.limit(Some(limit));
    setup.get(PASTEL_BLUES).await;
    setup
}

async fn filled(caller: &Caller) -> i64 {
    counts(&super::progress(caller).await)[1]
}

fn due(setup: &DiscogsSetup) {
    let due = "UPDATE jobs SET run_at = 1 WHERE kind = 'enrichment' AND leased_at IS NULL AND run_at IS NOT NULL";
    setup.app.connect().execute(due, []).expect("jobs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarter_of_the_budget_is_left_to_people() {
    let setup = start_with(20).await;
    let caller = &setup.collector;
    let albums: Vec<Value> = releases(&setup, 40).into_iter().skip(1).map(bare).collect();
    add_all(caller, &albums).await;
    let waiting = until(&setup, caller, |progress| progress["state"] == "waiting").await;
    // One of 15 was the search.
    assert_eq!((counts(&waiting), asked(&setup)), ([39, 14, 25, 0, 0], 14));
    let seconds = waiting["seconds_left"].as_i64().expect("seconds");
    assert_eq!(seconds, 25 * 60 / 15);
    due(&setup);
    run_jobs(&setup).await;
    assert_eq!(asked(&setup), 14);
    // The same account may use the rest, and none of its requests waits.
    let firsts = setup.firsts();
    for pressing in &firsts[45..50] {
        setup.get(&search_for(pressing.artist, pressing.title)).await;
    }
    // A release that the job was refused is not refused to a person.
    setup.next_minute();
    setup.get(&format!("/api/discogs/releases/{}", firsts[2].id)).await;
    assert_eq!(filled(caller).await, 15);
    while filled(caller).await < 39 {
        due(&setup);
        run_jobs(&setup).await;
        setup.next_minute();
    }
    finish(&setup, caller).await;
    assert_eq!((asked(&setup), setup.discogs.repeated("/releases/")), (39, vec![]));
}

/// Everything is as if this many milliseconds had passed.
fn pass(setup: &DiscogsSetup, milliseconds: u32) {
    let statements = format!(
        "UPDATE discogs_requests SET counts_until = counts_until - {milliseconds}, used = NULL, silence = NULL;
         UPDATE jobs SET run_at = run_at - {milliseconds}
         WHERE kind = 'enrichment' AND leased_at IS NULL AND run_at IS NOT NULL"
    );
    setup.app.connect().execute_batch(&statements).expect("requests and jobs");
    setup.discogs.next_minute();
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_with_jobs_have_equal_shares() {
    let setup = start_with(28).await;
    let other = setup.app.collector().await;
    let albums: Vec<Value> = releases(&setup, 90).into_iter().map(bare).collect();
    assert_eq!(albums.len(), 90);
    // The first one has used everything when the other begins.
    add_all(&setup.collector, &albums[..60]).await;
    until(&setup, &setup.collector, |progress| progress["state"] == "waiting").await;
    assert_eq!(filled(&setup.collector).await, 20);
    add_all(&other, &albums[60..]).await;
    let mut rounds = 0;
    while filled(&other).await < 15 {
        pass(&setup, 1_500);
        run_jobs(&setup).await;
        rounds += 1;
        assert!(rounds < 200, "{} and {}", filled(&setup.collector).await, filled(&other).await);
    }
    let first = filled(&setup.collector).await;
    assert!((20..=40).contains(&first), "{first}: of 20 more, the other one has had its half");
    assert_eq!(setup.discogs.repeated("/releases/"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_counts_for_the_installation_and_not_for_the_account() {
    let setup = DiscogsSetup::with(&[
        ("discogs_token", "a-token"),
        ("jobs_token", super::TOKEN),
        ("discogs_daily_quota", "2"),
        ("discogs_installation_quota", "8"),
    ])
    .await;
    let caller = &setup.collector;
    add_all(caller, &releases(&setup, 9).into_iter().map(bare).collect::<Vec<_>>()).await;
    let waiting = until(&setup, caller, |progress| progress["state"] == "waiting").await;
    assert_eq!((counts(&waiting)[1], asked(&setup)), (6, 6));
    // Two are left to people.
    setup.get(PASTEL_BLUES).await;
    setup.get(&search_for("Can", "Tago Mago")).await;
    caller.get(&search_for("Can", "Ege Bamyasi")).await.problem(429, "quota_exceeded");
    assert_eq!(setup.discogs.received().len(), 8);
    assert_eq!(super::progress(caller).await["error"], json!(null));
}

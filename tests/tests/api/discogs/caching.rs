//! The age of cached answers, and how answers report it.

use serde_json::json;
use stand_ins::Fault;

use super::{DiscogsSetup, PASTEL_BLUES, SEARCH};

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_its_age_in_the_document_and_in_the_header() {
    let setup = DiscogsSetup::start().await;
    let first = setup.collector.get(PASTEL_BLUES).await.expect(200);
    assert_eq!((first.header("age"), first.header("cache-control")), ("0", "private, max-age=10800"));
    setup.age(100);
    let second = setup.collector.get(PASTEL_BLUES).await.expect(200);
    let (old, new) = (second.json(), first.json());
    assert_eq!((&old["cached"], &old["stale"], &new["cached"]), (&json!(true), &json!(false), &json!(false)));
    let age = old["age"].as_i64().expect("an age");
    assert!((100..110).contains(&age) && second.header("age") == age.to_string(), "{age}");
    assert_eq!(second.header("cache-control"), "private, max-age=10800");
    assert_eq!(old["id"], new["id"]);
    assert_eq!(setup.discogs.count(SEARCH), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_answer_is_not_sent_again() {
    let setup = DiscogsSetup::start().await;
    for path in [PASTEL_BLUES, "/api/discogs/releases/1000003", "/api/discogs/price?id=1000003"] {
        let tag = setup.collector.get(path).await.expect(200).header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        let request = setup.collector.request(reqwest::Method::GET, path).header("if-none-match", &tag);
        let answer = setup.collector.send(request).await.expect(304);
        assert!(answer.body.is_empty() && answer.header("etag") == tag);
        let request = setup.collector.request(reqwest::Method::GET, path).header("if-none-match", "W/\"other\"");
        setup.collector.send(request).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_that_differ_only_in_case_and_punctuation_share_one_cache_entry() {
    let setup = DiscogsSetup::start().await;
    setup.get(PASTEL_BLUES).await;
    for path in [
        "/api/discogs/search?artist=NINA+SIMONE&album=Pastel+Blues",
        "/api/discogs/search?album=pastel%20%20blues!&artist=Nina%20Simone%20",
    ] {
        assert_eq!(setup.get(path).await["cached"], true, "{path}");
    }
    assert_eq!(setup.discogs.count(SEARCH), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_answer_is_served_while_discogs_is_down_and_replaced_afterwards() {
    let setup = DiscogsSetup::start().await;
    setup.get(PASTEL_BLUES).await;
    setup.age(4 * 3_600);
    setup.discogs.always(Some(Fault::status(500)));
    let answer = setup.collector.get(PASTEL_BLUES).await.expect(200);
    let stale = answer.json();
    assert_eq!((&stale["stale"], &stale["cached"], &stale["year"]), (&json!(true), &json!(true), &json!(1965)));
    let age: i64 = answer.header("age").parse().expect("seconds");
    assert!(age >= 4 * 3_600 && stale["age"] == age, "{age}");
    setup.discogs.always(None);
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    let fresh = setup.get(PASTEL_BLUES).await;
    assert_eq!((&fresh["stale"], &fresh["cached"], &fresh["age"]), (&json!(false), &json!(false), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_older_than_six_hours_is_not_served() {
    let setup = DiscogsSetup::start().await;
    setup.get(PASTEL_BLUES).await;
    setup.age(6 * 3_600);
    setup.discogs.always(Some(Fault::status(500)));
    setup.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_cache_entry_counts_as_missing() {
    let setup = DiscogsSetup::start().await;
    setup.get(PASTEL_BLUES).await;
    for damage in [
        "UPDATE spin_key_value SET value = x'00'",
        "UPDATE spin_key_value SET value = ''",
        "UPDATE spin_key_value SET value = substr(value, 1, length(value) - 5)",
        "UPDATE spin_key_value SET value = CAST(replace(CAST(value AS TEXT), '1965', '1999') AS BLOB)",
        "DELETE FROM spin_key_value",
    ] {
        let before = setup.discogs.count(SEARCH);
        setup.store().execute(damage, []).expect("the entry is damaged");
        assert_eq!(setup.get(PASTEL_BLUES).await["year"], 1965, "{damage}");
        assert_eq!(setup.discogs.count(SEARCH), before + 1, "{damage}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_entries_are_removed_by_later_searches() {
    let setup = DiscogsSetup::start().await;
    setup.get(PASTEL_BLUES).await;
    let count = |from: &str| -> i64 {
        let connection = if from.starts_with("spin") { setup.store() } else { setup.app.connect() };
        connection.query_row(&format!("SELECT count(*) FROM {from}"), [], |row| row.get(0)).expect("a count")
    };
    assert_eq!((count("discogs_cache_index"), count("spin_key_value")), (1, 1));
    setup.app.connect().execute("UPDATE discogs_cache_index SET expires_at = 1", []).expect("the entry has expired");
    setup.get("/api/discogs/search?q=kraftwerk").await;
    assert_eq!((count("discogs_cache_index"), count("spin_key_value")), (1, 1));
    assert_eq!(count("discogs_leases"), 0);
}

//! How old an answer may be, and what it says of that.

use serde_json::json;
use stand_ins::Fault;

use super::{PASTEL_BLUES, SEARCH, Shop};

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_tells_its_age() {
    let shop = Shop::open().await;
    let first = shop.collector.get(PASTEL_BLUES).await.expect(200);
    assert_eq!((first.header("age"), first.header("cache-control")), ("0", "private, max-age=10800"));
    shop.age(100);
    let second = shop.collector.get(PASTEL_BLUES).await.expect(200);
    let (old, new) = (second.json(), first.json());
    assert_eq!((&old["cached"], &old["stale"], &new["cached"]), (&json!(true), &json!(false), &json!(false)));
    let age = old["age"].as_i64().expect("an age");
    assert!((100..110).contains(&age) && second.header("age") == age.to_string(), "{age}");
    assert_eq!(second.header("cache-control"), "private, max-age=10800");
    assert_eq!(old["id"], new["id"]);
    assert_eq!(shop.discogs.count(SEARCH), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_an_answer_is_told_so() {
    let shop = Shop::open().await;
    for path in [PASTEL_BLUES, "/api/discogs/releases/1000003", "/api/discogs/price?id=1000003"] {
        let tag = shop.collector.get(path).await.expect(200).header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        let request = shop.collector.request(reqwest::Method::GET, path).header("if-none-match", &tag);
        let answer = shop.collector.send(request).await.expect(304);
        assert!(answer.body.is_empty() && answer.header("etag") == tag);
        let request = shop.collector.request(reqwest::Method::GET, path).header("if-none-match", "W/\"other\"");
        shop.collector.send(request).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_question_is_the_same_however_it_is_typed() {
    let shop = Shop::open().await;
    shop.get(PASTEL_BLUES).await;
    for path in [
        "/api/discogs/search?artist=NINA+SIMONE&album=Pastel+Blues",
        "/api/discogs/search?album=pastel%20%20blues!&artist=Nina%20Simone%20",
    ] {
        assert_eq!(shop.get(path).await["cached"], true, "{path}");
    }
    assert_eq!(shop.discogs.count(SEARCH), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_answer_is_asked_for_anew_and_shown_while_discogs_is_down() {
    let shop = Shop::open().await;
    shop.get(PASTEL_BLUES).await;
    shop.age(4 * 3_600);
    shop.discogs.always(Some(Fault::status(500)));
    let answer = shop.collector.get(PASTEL_BLUES).await.expect(200);
    let stale = answer.json();
    assert_eq!((&stale["stale"], &stale["cached"], &stale["year"]), (&json!(true), &json!(true), &json!(1965)));
    let age: i64 = answer.header("age").parse().expect("seconds");
    assert!(age >= 4 * 3_600 && stale["age"] == age, "{age}");
    shop.discogs.always(None);
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    let fresh = shop.get(PASTEL_BLUES).await;
    assert_eq!((&fresh["stale"], &fresh["cached"], &fresh["age"]), (&json!(false), &json!(false), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_older_than_six_hours_is_shown() {
    let shop = Shop::open().await;
    shop.get(PASTEL_BLUES).await;
    shop.age(6 * 3_600);
    shop.discogs.always(Some(Fault::status(500)));
    shop.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_entry_is_a_miss() {
    let shop = Shop::open().await;
    shop.get(PASTEL_BLUES).await;
    for damage in [
        "UPDATE spin_key_value SET value = x'00'",
        "UPDATE spin_key_value SET value = ''",
        "UPDATE spin_key_value SET value = substr(value, 1, length(value) - 5)",
        "UPDATE spin_key_value SET value = CAST(replace(CAST(value AS TEXT), '1965', '1999') AS BLOB)",
        "DELETE FROM spin_key_value",
    ] {
        let before = shop.discogs.count(SEARCH);
        shop.store().execute(damage, []).expect("damaged");
        assert_eq!(shop.get(PASTEL_BLUES).await["year"], 1965, "{damage}");
        assert_eq!(shop.discogs.count(SEARCH), before + 1, "{damage}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_removed_on_the_way() {
    let shop = Shop::open().await;
    shop.get(PASTEL_BLUES).await;
    let count = |from: &str| -> i64 {
        let connection = if from.starts_with("spin") { shop.store() } else { shop.database() };
        connection.query_row(&format!("SELECT count(*) FROM {from}"), [], |row| row.get(0)).expect("a count")
    };
    assert_eq!((count("discogs_cache_index"), count("spin_key_value")), (1, 1));
    shop.database().execute("UPDATE discogs_cache_index SET expires_at = 1", []).expect("expired");
    shop.get("/api/discogs/search?q=kraftwerk").await;
    assert_eq!((count("discogs_cache_index"), count("spin_key_value")), (1, 1));
    assert_eq!(count("discogs_leases"), 0);
}

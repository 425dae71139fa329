//! `GET /api/discogs/price`.

use serde_json::{Value, json};

use super::Shop;

/// The first pressing that is so.
fn which(shop: &Shop, blocked: bool, sold: bool) -> u64 {
    let mut all = shop.discogs.pressings().iter();
    all.find(|one| one.is_blocked() == blocked && one.lowest_price().is_some() == sold).expect("one").id
}

async fn price(shop: &Shop, id: u64, more: &str) -> Value {
    shop.get(&format!("/api/discogs/price?id={id}{more}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_says_in_what_money_when_and_where() {
    let shop = Shop::open().await;
    let id = which(&shop, false, true);
    for (more, currency) in [("", "EUR"), ("&currency=JPY", "JPY"), ("&currency=gbp", "GBP")] {
        let answer = price(&shop, id, more).await;
        assert_eq!((&answer["status"], &answer["id"]), (&json!("for_sale"), &json!(id)));
        let snapshot = &answer["price"];
        assert_eq!((&snapshot["currency"], &snapshot["source"]), (&json!(currency), &json!("Discogs")));
        assert!(snapshot["value"].as_f64().expect("a value") > 0.0 && answer["num_for_sale"].as_i64() > Some(0));
        assert!(snapshot["at"].as_str().expect("a time").ends_with('Z'));
        assert_eq!(answer["suggestions"]["status"], "available");
        let mint = &answer["suggestions"]["grades"]["Mint (M)"];
        assert_eq!((&mint["currency"], &mint["source"]), (&json!("USD"), &json!("Discogs")));
        assert!(mint["at"].is_string());
    }
    // The suggestions are the same in any money.
    assert_eq!(shop.discogs.count("/marketplace/price_suggestions"), 1);
    assert_eq!(shop.discogs.count("/marketplace/stats"), 3);
    assert_eq!(price(&shop, id, "").await["cached"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_price_has_its_reason() {
    let shop = Shop::open().await;
    for (id, status) in [(which(&shop, false, false), "none_for_sale"), (which(&shop, true, false), "blocked")] {
        let answer = price(&shop, id, "").await;
        assert_eq!((&answer["status"], &answer["price"]), (&json!(status), &json!(null)), "{answer}");
        assert_eq!(answer["suggestions"]["status"], "none");
    }
    shop.collector.get("/api/discogs/price?id=999").await.problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_seller_settings_are_no_missing_release() {
    let shop = Shop::open().await;
    shop.discogs.seller_settings(false);
    let answer = price(&shop, which(&shop, false, true), "").await;
    assert_eq!(
        (&answer["status"], &answer["suggestions"]["status"]),
        (&json!("for_sale"), &json!("seller_settings_missing"))
    );
    assert_eq!(answer["suggestions"]["grades"], json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_need_a_personal_token_and_prices_none() {
    let shop = Shop::with(&[("discogs_key", "k"), ("discogs_secret", "s"), ("discogs_currency", "CHF")]).await;
    let answer = price(&shop, which(&shop, false, true), "").await;
    assert_eq!((&answer["price"]["currency"], &answer["suggestions"]["status"]), (&json!("CHF"), &json!("no_token")));
    assert_eq!(shop.discogs.count("/marketplace/price_suggestions"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_question_are_named() {
    let shop = Shop::open().await;
    for (query, fields) in [
        ("", &["id"][..]),
        ("?id=0", &["id"]),
        ("?id=x", &["id"]),
        ("?id=1&currency=DM", &["currency"]),
        ("?id=1&curr_abbr=EUR", &["curr_abbr"]),
    ] {
        assert_eq!(shop.collector.get(&format!("/api/discogs/price{query}")).await.faults(), fields, "{query}");
    }
    assert_eq!(shop.discogs.received().len(), 0);
}

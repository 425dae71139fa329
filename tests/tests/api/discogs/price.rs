//! `GET /api/discogs/price`.

use serde_json::{Value, json};

use super::DiscogsSetup;

/// The id of the first pressing with these properties.
fn pressing_id(setup: &DiscogsSetup, blocked: bool, for_sale: bool) -> u64 {
    let mut all = setup.discogs.pressings().iter();
    all.find(|pressing| pressing.is_blocked() == blocked && pressing.lowest_price().is_some() == for_sale)
        .expect("a pressing")
        .id
}

async fn price(setup: &DiscogsSetup, id: u64, more: &str) -> Value {
    setup.get(&format!("/api/discogs/price?id={id}{more}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_has_its_currency_time_and_source() {
    let setup = DiscogsSetup::start().await;
    let id = pressing_id(&setup, false, true);
    for (more, currency) in [("", "EUR"), ("&currency=JPY", "JPY"), ("&currency=gbp", "GBP")] {
        let answer = price(&setup, id, more).await;
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
    // The suggestions do not depend on the currency, so they are fetched once.
    assert_eq!(setup.discogs.count("/marketplace/price_suggestions"), 1);
    assert_eq!(setup.discogs.count("/marketplace/stats"), 3);
    assert_eq!(price(&setup, id, "").await["cached"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_price_has_a_reason() {
    let setup = DiscogsSetup::start().await;
    for (id, status) in
        [(pressing_id(&setup, false, false), "none_for_sale"), (pressing_id(&setup, true, false), "blocked")]
    {
        let answer = price(&setup, id, "").await;
        assert_eq!((&answer["status"], &answer["price"]), (&json!(status), &json!(null)), "{answer}");
        assert_eq!(answer["suggestions"]["status"], "none");
    }
    setup.collector.get("/api/discogs/price?id=999").await.problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_seller_settings_are_reported_and_are_not_a_missing_release() {
    let setup = DiscogsSetup::start().await;
    setup.discogs.seller_settings(false);
    let answer = price(&setup, pressing_id(&setup, false, true), "").await;
    assert_eq!(
        (&answer["status"], &answer["suggestions"]["status"]),
        (&json!("for_sale"), &json!("seller_settings_missing"))
    );
    assert_eq!(answer["suggestions"]["grades"], json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_personal_token_there_are_prices_but_no_suggestions() {
    let setup = DiscogsSetup::with(&[("discogs_key", "k"), ("discogs_secret", "s"), ("discogs_currency", "CHF")]).await;
    let answer = price(&setup, pressing_id(&setup, false, true), "").await;
    assert_eq!((&answer["price"]["currency"], &answer["suggestions"]["status"]), (&json!("CHF"), &json!("no_token")));
    assert_eq!(setup.discogs.count("/marketplace/price_suggestions"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_parameters_are_named() {
    let setup = DiscogsSetup::start().await;
    for (query, fields) in [
        ("", &["id"][..]),
        ("?id=0", &["id"]),
        ("?id=x", &["id"]),
        ("?id=1&currency=DM", &["currency"]),
        ("?id=1&curr_abbr=EUR", &["curr_abbr"]),
    ] {
        assert_eq!(setup.collector.get(&format!("/api/discogs/price{query}")).await.faults(), fields, "{query}");
    }
    assert_eq!(setup.discogs.received().len(), 0);
}

//! `GET /api/collection/stats`.

use serde_json::json;
use tests::App;

#[tokio::test(flavor = "multi_thread")]
async fn stats_count_copies_and_sum_by_currency() {
    let app = App::start().await;
    let collector = app.collector().await;
    for album in [
        json!({"artist": "A", "album": "1", "genre": "Jazz", "year": 1959, "quantity": 2,
            "price": 10.1, "price_currency": "EUR"}),
        json!({"artist": "A", "album": "2", "genre": "Jazz", "year": 1965, "price": 5, "price_currency": "USD"}),
        json!({"artist": "B", "album": "3", "genre": "Rock", "year": 1969,
            "purchase_price": 7.25, "purchase_currency": "EUR"}),
        json!({"artist": "C", "album": "4"}),
    ] {
        collector.add(album).await;
    }
    let deleted = collector.add(json!({"artist": "D", "album": "5", "genre": "Folk"})).await;
    collector.delete(&format!("/api/collection/{}", deleted["id"])).await.expect(204);

    let stats = collector.get("/api/collection/stats").await.expect(200).json();
    assert_eq!((&stats["total"], &stats["copies"]), (&json!(4), &json!(5)));
    assert_eq!(stats["by_genre"], json!([{"name": "Jazz", "count": 3}, {"name": "Rock", "count": 1}]));
    assert_eq!(stats["by_decade"], json!([{"name": "1950s", "count": 2}, {"name": "1960s", "count": 2}]));
    assert_eq!(stats["by_artist"][0], json!({"name": "A", "count": 3}));
    assert_eq!(
        stats["value"],
        json!([{"currency": "EUR", "albums": 1, "total": 20.2}, {"currency": "USD", "albums": 1, "total": 5.0}])
    );
    assert_eq!(stats["spent"], json!([{"currency": "EUR", "albums": 1, "total": 7.25}]));
    assert_eq!(stats["growth"].as_array().map(Vec::len), Some(1));
    assert_eq!((&stats["growth"][0]["added"], &stats["growth"][0]["total"]), (&json!(5), &json!(5)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stats_of_an_empty_collection_are_zero() {
    let app = App::start().await;
    let stats = app.collector().await.get("/api/collection/stats").await.expect(200).json();
    assert_eq!((&stats["total"], &stats["by_genre"], &stats["growth"]), (&json!(0), &json!([]), &json!([])));
}

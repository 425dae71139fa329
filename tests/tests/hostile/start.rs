//! The defaults serve an ordinary collector.

use serde_json::json;
use tests::App;

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_is_served_with_the_limits_of_the_manifest() {
    let app = App::with_defaults(&[]).await;
    let collector = app.collector().await;
    let album = json!({"artist": "Nina Simone", "album": "Little Girl Blue"});
    collector.add(album).await;
    assert_eq!(collector.list("").await.len(), 1);
}

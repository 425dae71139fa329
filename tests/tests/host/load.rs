//! Many simultaneous requests.

use serde_json::json;
use tests::{App, records};

/// More requests than instances and connections: those that find none free wait, and none fails.
#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_simultaneous_requests_are_all_answered() {
    let app = App::start().await;
    let collector = app.collector().await;
    collector.post("/api/collection/sync", json!({"albums": records::many(1_000)})).await.expect(200);
    for path in ["/api/collection?limit=100", "/api/collection?sort=-year&limit=100"] {
        let requests: Vec<_> = (0..300)
            .map(|_| {
                let collector = collector.clone();
                tokio::spawn(async move { collector.get(path).await.expect(200).json()["total"].clone() })
            })
            .collect();
        for request in requests {
            assert_eq!(request.await.expect("an answer"), 1_000, "{path}");
        }
    }
}

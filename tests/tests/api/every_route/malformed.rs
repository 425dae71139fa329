//! Requests that are too long, or that are not HTTP.

use tests::App;

use super::{HEAD, JSON, LOGIN, send_raw, status};

#[tokio::test(flavor = "multi_thread")]
async fn long_paths_queries_and_tokens_are_client_errors() {
    let app = App::start().await;
    for (request, expected) in [
        (format!("GET /api/{} {HEAD}\r\n", "x".repeat(60_000)), 404),
        (format!("GET /api/collection?q={} {HEAD}\r\n", "x".repeat(60_000)), 401),
        (format!("GET /api/collection?{} {HEAD}\r\n", "a=b&".repeat(10_000)), 401),
        (format!("GET /api/collection {HEAD}authorization: Bearer {}\r\n\r\n", "x".repeat(50_000)), 401),
    ] {
        assert_eq!(status(&send_raw(&app, &request).await), expected, "{request:.100}");
    }
    let collector = app.collector().await;
    let query = format!("/api/collection?{}", "a=b&".repeat(10_000));
    assert_eq!(collector.get(&query).await.status, 422);
    assert_eq!(collector.get(&format!("/api/collection?q={}", "x".repeat(60_000))).await.faults(), ["q"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_violates_http_is_refused() {
    let app = App::start().await;
    let login = format!("POST {LOGIN} {HEAD}content-type: {JSON}\r\n");
    for (what, request) in [
        ("an endless path", format!("GET /{} {HEAD}\r\n", "x".repeat(300_000))),
        ("an endless query", format!("GET /api/collection?q={} {HEAD}\r\n", "x".repeat(300_000))),
        ("an endless header", format!("GET /api/health {HEAD}x: {}\r\n\r\n", "x".repeat(300_000))),
        ("many headers", format!("GET /api/health {HEAD}{}\r\n", "x: y\r\n".repeat(5_000))),
        ("two lengths", format!("{login}content-length: 2\r\ncontent-length: 3\r\n\r\n{{}}")),
        ("a length of nonsense", format!("{login}content-length: two\r\n\r\n{{}}")),
        ("no HTTP", "hello\r\n\r\n".to_owned()),
    ] {
        let answer = send_raw(&app, request).await;
        assert!((400..500).contains(&status(&answer)), "{what}: {answer:.300}");
    }
    app.anonymous().get("/api/health").await.expect(200);
}

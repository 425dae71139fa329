//! The files of the web app, served by the component `assets`.

use reqwest::Method;
use tests::{Answer, App, Caller};

async fn get(caller: &Caller, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request =
        headers.iter().fold(caller.request(Method::GET, path), |request, (name, value)| request.header(*name, *value));
    caller.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_compressed_and_has_a_content_type_and_a_security_policy() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let plain = get(&anonymous, "/", &[]).await.expect(200);
    assert!(plain.text().starts_with("<!doctype html>"), "{:.80}", plain.text());
    assert_eq!(plain.body, get(&anonymous, "/index.html", &[]).await.expect(200).body);
    for (path, content_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/js/models/app.js", "text/javascript; charset=utf-8"),
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/manifest.json", "application/manifest+json"),
    ] {
        for encoding in ["br", "gzip"] {
            let answer = get(&anonymous, path, &[("accept-encoding", encoding)]).await.expect(200);
            assert_eq!(answer.header("content-encoding"), encoding, "{path}");
            assert_eq!(answer.header("content-type"), content_type);
            assert_eq!(answer.header("vary"), "accept-encoding");
            assert_eq!(answer.header("cache-control"), "no-cache");
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(answer.header("content-length"), answer.body.len().to_string());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_file_is_not_sent_again() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let first = get(&anonymous, "/js/models/app.js", &[("accept-encoding", "br")]).await.expect(200);
    let etag = first.header("etag").to_owned();
    let known = [("accept-encoding", "br"), ("if-none-match", etag.as_str())];
    let again = get(&anonymous, "/js/models/app.js", &known).await.expect(304);
    assert!(again.body.is_empty());
    assert_eq!(again.header("etag"), etag);
    get(&anonymous, "/js/models/app.js", &[("if-none-match", &etag)]).await.expect(200);
    let head = anonymous.send(anonymous.request(Method::HEAD, "/js/models/app.js")).await.expect(200);
    assert!(head.body.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_is_answered_with_the_404_page() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    for path in [
        "/nothing",
        "/js",
        "/js/",
        "/API/HEALTH",
        "/%00",
        "/%FF",
        "/%2e%2e/etc/passwd",
        "/frontend/index.html",
        "/.hidden",
    ] {
        let answer = get(&anonymous, path, &[]).await.expect(404);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(answer.headers.get("etag").is_none(), "{path}");
    }
    let refused = anonymous.send(anonymous.request(Method::POST, "/index.html")).await.expect(405);
    assert_eq!(refused.header("allow"), "GET, HEAD");
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_of_the_api_are_not_answered_by_the_web_app() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    for path in ["/api", "/api/nothing", "/api/docs/nothing", "/system/nothing", "/cache/nothing"] {
        anonymous.get(path).await.problem(404, "not_found");
    }
    anonymous.get("/api/docs").await.expect(200);
}

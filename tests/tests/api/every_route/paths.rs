//! Paths, percent-encoding and methods.

use std::collections::BTreeSet;

use serde_json::json;
use tests::App;

use super::{LOGIN, send_raw, status};

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_is_a_404_problem() {
    let app = App::start().await;
    let collector = app.collector().await;
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/health/",
        "/api/collection/",
        "/api/collection/1/cover",
        "/api/auth",
        "/api/auth/sessions/",
        "/api//collection",
        "/system",
        "/system/nothing",
        "/cache/images/../nothing",
        "/api/collection%2f1",
    ] {
        collector.get(path).await.problem(404, "not_found");
    }
    for target in [
        "/../etc/passwd",
        "/api/collection/../health",
        "/api/collection/%2e%2e/health",
        "/api/../api/nothing",
        "//",
        "/api/\u{e9}",
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let status = status(&send_raw(&app, request).await);
        assert!((400..500).contains(&status), "{target}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_and_queries_are_percent_decoded() {
    let app = App::start().await;
    let collector = app.collector().await;
    let album = collector.add(json!({"artist": "Sigur Rós", "album": "Takk"})).await;
    let id = album["id"].to_string();
    let encoded: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
    assert_eq!(collector.get(&format!("/api/collection/{encoded}")).await.expect(200).json(), album);
    for query in ["artist=Sigur%20R%C3%B3s", "artist=Sigur+R%c3%b3s", "%61rtist=sigur%20r%C3%B3s", ""] {
        assert_eq!(collector.list(&format!("?{query}")).await.len(), 1, "{query}");
    }
    for query in ["artist=%FF", "artist=%C3", "%FF=x"] {
        collector.get(&format!("/api/collection?{query}")).await.problem(400, "invalid_query");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_is_refused_with_the_allowed_methods() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    for (path, methods) in [
        ("/api/health", vec!["GET", "HEAD"]),
        (LOGIN, vec!["POST"]),
        ("/api/auth/me", vec!["DELETE", "GET", "HEAD", "PATCH"]),
        ("/api/collection", vec!["GET", "HEAD", "POST"]),
        ("/api/collection/sync", vec!["POST"]),
        ("/api/collection/1", vec!["DELETE", "GET", "HEAD", "PATCH", "PUT"]),
        ("/api/collection/1/restore", vec!["POST"]),
        ("/system/initialize-database", vec!["POST"]),
    ] {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            let answer = anonymous.send(anonymous.request(method.parse().expect("a method"), path)).await;
            if methods.contains(&method) {
                assert_ne!(answer.status, 405, "{method} {path}");
                continue;
            }
            assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text());
            let allowed: BTreeSet<_> =
                answer.header("allow").split(',').map(|method| method.trim().to_owned()).collect();
            assert_eq!(allowed.iter().map(String::as_str).collect::<Vec<_>>(), methods, "{method} {path}");
            if method == "HEAD" {
                assert!(answer.body.is_empty(), "{path}");
            } else {
                answer.problem(405, "method_not_allowed");
            }
        }
    }
}

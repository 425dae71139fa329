//! The paths, methods and security requirements of the document, and the page made from it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::App;

use super::{fetch_document, operations};

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_openapi_3_1() {
    let app = App::start().await;
    let answer = app.anonymous().get("/api/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let document = answer.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")), "{}", document["openapi"]);
    let health = app.anonymous().get("/api/health").await.expect(200).json();
    assert_eq!(document["info"]["version"], health["version"]);

    let ids: Vec<_> = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|item| item.as_object().expect("a path").values())
        .map(|operation| operation["operationId"].as_str().expect("an id"))
        .collect();
    assert!(ids.len() > 20, "{ids:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    check_references(&document, &document);
}

/// Fails if a reference in `part` has no target in the document.
fn check_references(document: &Value, part: &Value) {
    if let Some(reference) = part.get("$ref").and_then(Value::as_str) {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} has no target");
    }
    match part {
        Value::Object(members) => members.values().for_each(|member| check_references(document, member)),
        Value::Array(items) => items.iter().for_each(|item| check_references(document, item)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_accepts_exactly_the_documented_methods() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let document = fetch_document(&app).await;
    for (path, mut documented) in operations(&document) {
        let real = path.replace("{id}", "1");
        for method in &documented {
            let request = anonymous.request(method.parse().expect("a method"), &real);
            let status = anonymous.send(request).await.status;
            // A cover with this name does not exist, so 404 is right for its path.
            let is_routed = status != 404 || path.starts_with("/cache/");
            assert!(is_routed && status != 405 && status < 500, "{method} {path}: {status}");
        }
        let refused = anonymous.send(anonymous.request("BREW".parse().expect("a method"), &real)).await.expect(405);
        let allowed: BTreeSet<_> = refused.header("allow").split(',').map(|method| method.trim().to_owned()).collect();
        if documented.contains("GET") {
            documented.insert("HEAD".to_owned());
        }
        assert_eq!(allowed, documented, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_requires_a_token_exactly_if_the_document_says_so() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let document = fetch_document(&app).await;
    let mut protected = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path") {
            let method = method.to_uppercase();
            let request = anonymous.request(method.parse().expect("a method"), &path.replace("{id}", "1"));
            let schemes = operation["security"].as_array().expect("a list of security requirements");
            let is_open = schemes.is_empty() || schemes.contains(&json!({}));
            let status = anonymous.send(request.json(&json!({}))).await.status;
            assert_eq!(status == 401, !is_open, "{method} {path}: {status}");
            protected += usize::from(!is_open);
        }
    }
    assert!(protected > 10, "{protected}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_html_page_has_no_scripts_and_loads_nothing_from_other_hosts() {
    let app = App::start().await;
    let answer = app.anonymous().get("/api/docs").await.expect(200);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    let page = answer.text();
    assert!(!page.contains("<script") && !page.contains("src=\"http"), "the policy would block it");
    for (path, _) in operations(&fetch_document(&app).await) {
        assert!(page.contains(path.as_str()), "{path} is not on the page");
    }
}

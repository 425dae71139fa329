//! Authorization on every route: anonymous callers and other accounts can neither read nor change a collection.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{App, records};

/// Every route of an album, with a body that is valid for its owner.
fn album_routes(id: &Value) -> Vec<(Method, String, Value)> {
    let path = format!("/api/collection/{id}");
    vec![
        (Method::GET, path.clone(), Value::Null),
        (Method::PUT, path.clone(), records::album("Mine", "now")),
        (Method::PATCH, path.clone(), json!({"rating": 1})),
        (Method::DELETE, path.clone(), Value::Null),
        (Method::POST, format!("{path}/restore"), Value::Null),
        (Method::POST, format!("{path}/history/1/restore"), Value::Null),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_of_another_account_is_not_found() {
    let app = App::start().await;
    let owner = app.collector().await;
    let outsider = app.collector().await;
    let album = owner.add(records::full()).await;
    let trashed = owner.add(records::album("Trashed", "x")).await;
    owner.delete(&format!("/api/collection/{}", trashed["id"])).await.expect(204);

    for id in [&album["id"], &trashed["id"]] {
        for (method, path, body) in album_routes(id) {
            let request = outsider.request(method.clone(), &path);
            let request = if body.is_null() { request } else { request.json(&body) };
            outsider.send(request).await.problem(404, "not_found");
        }
    }
    for query in ["", "?trashed=true", "?q=sigur", "?artist=Sigur%20R%C3%B3s", "?q=u1"] {
        assert_eq!(outsider.list(query).await.len(), 0, "{query}");
    }
    assert_eq!(outsider.get("/api/collection/stats").await.expect(200).json()["total"], 0);
    assert_eq!(outsider.post("/api/collection/sync", json!({})).await.expect(200).json(), json!([]));
    assert_eq!(outsider.get("/api/collection/changes").await.expect(200).json()["changes"], json!([]));
    let exported = outsider.get("/api/collection/export").await.expect(200).json();
    assert_eq!((&exported["albums"], &exported["history"]), (&json!([]), &json!([])));
    let exported = outsider.get("/api/collection/export?format=csv").await.expect(200).text();
    assert_eq!(exported.lines().count(), 1, "{exported}");
    outsider.get(&format!("/api/collection/{}/history", album["id"])).await.problem(404, "not_found");
    assert_eq!(outsider.delete("/api/collection/trash").await.expect(200).json()["removed"], 0);

    // The owner still finds the albums, so they existed while the outsider was refused.
    assert_eq!(owner.list("").await, [album]);
    assert_eq!(owner.list("?trashed=true").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_caller_is_refused_on_every_protected_route() {
    let app = App::start().await;
    let owner = app.collector().await;
    let anonymous = app.anonymous();
    let album = owner.add(records::full()).await;

    let mut routes = album_routes(&album["id"]);
    routes.extend([
        (Method::GET, "/api/collection".to_owned(), Value::Null),
        (Method::POST, "/api/collection".to_owned(), records::full()),
        (Method::POST, "/api/collection/sync".to_owned(), json!({})),
        (Method::GET, "/api/collection/stats".to_owned(), Value::Null),
        (Method::GET, "/api/collection/changes".to_owned(), Value::Null),
        (Method::GET, "/api/collection/export".to_owned(), Value::Null),
        (Method::POST, "/api/collection/import".to_owned(), json!({"albums": [records::full()]})),
        (Method::GET, "/api/collection/import/discogs".to_owned(), Value::Null),
        (Method::POST, "/api/collection/import/discogs".to_owned(), json!({"username": "x"})),
        (Method::DELETE, "/api/collection/import/discogs".to_owned(), Value::Null),
        (Method::GET, "/api/collection/owned?barcode=1".to_owned(), Value::Null),
        (Method::DELETE, "/api/collection/trash".to_owned(), Value::Null),
        (Method::GET, "/api/collection/enrichment".to_owned(), Value::Null),
        (Method::POST, "/api/collection/enrichment".to_owned(), json!({"action": "start"})),
        (Method::GET, "/api/collection/crates".to_owned(), Value::Null),
        (Method::POST, "/api/collection/crates".to_owned(), json!({"name": "x"})),
        (Method::PATCH, "/api/collection/crates/0190163d-8694-739b-aea5-966c26f8ad91".to_owned(), json!({"name": "x"})),
        (Method::DELETE, "/api/collection/crates/0190163d-8694-739b-aea5-966c26f8ad91".to_owned(), Value::Null),
        (Method::GET, "/api/discogs/search?q=x".to_owned(), Value::Null),
        (Method::GET, "/api/discogs/releases/1000001".to_owned(), Value::Null),
        (Method::GET, "/api/discogs/price?id=1000001".to_owned(), Value::Null),
        (Method::POST, "/api/chat".to_owned(), json!({"message": "x"})),
        (Method::GET, "/api/chat/conversations".to_owned(), Value::Null),
        (Method::GET, "/api/chat/conversations/1".to_owned(), Value::Null),
        (Method::PATCH, "/api/chat/conversations/1".to_owned(), json!({"title": "x"})),
        (Method::DELETE, "/api/chat/conversations/1".to_owned(), Value::Null),
        (Method::GET, "/api/chat/providers".to_owned(), Value::Null),
        (Method::GET, "/api/chat/key".to_owned(), Value::Null),
        (Method::PUT, "/api/chat/key".to_owned(), json!({"provider": "together", "key": "12345678"})),
        (Method::DELETE, "/api/chat/key".to_owned(), Value::Null),
        (Method::GET, "/api/auth/me".to_owned(), Value::Null),
        (Method::PATCH, "/api/auth/me".to_owned(), json!({"name": "x"})),
        (Method::DELETE, "/api/auth/me".to_owned(), json!({"password": tests::PASSWORD})),
        (
            Method::POST,
            "/api/auth/password".to_owned(),
            json!({"current_password": tests::PASSWORD, "new_password": "x".repeat(12)}),
        ),
        (Method::GET, "/api/auth/sessions".to_owned(), Value::Null),
        (Method::DELETE, "/api/auth/sessions/0190163d-8694-739b-aea5-966c26f8ad91".to_owned(), Value::Null),
        (Method::POST, "/system/initialize-database".to_owned(), Value::Null),
        (Method::GET, "/system/jobs".to_owned(), Value::Null),
        (Method::POST, "/system/jobs/run".to_owned(), Value::Null),
        (Method::GET, "/system/invitations".to_owned(), Value::Null),
        (Method::POST, "/system/invitations".to_owned(), json!({})),
        (Method::DELETE, "/system/invitations/x".to_owned(), Value::Null),
    ]);
    for (method, path, body) in routes {
        let request = anonymous.request(method.clone(), &path);
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer = anonymous.send(request).await;
        assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text());
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{method} {path}");
        answer.problem(401, "unauthenticated");
    }
    assert_eq!(owner.list("").await, [album]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_a_deleted_account_reads_and_writes_nothing() {
    let app = App::start().await;
    let owner = app.collector().await;
    owner.add(records::full()).await;
    let request = owner.request(Method::DELETE, "/api/auth/me").json(&json!({"password": tests::PASSWORD}));
    owner.send(request).await.expect(204);

    owner.get("/api/collection").await.problem(401, "unauthenticated");
    owner.post("/api/collection", records::full()).await.problem(401, "unauthenticated");
    owner.get("/api/auth/me").await.problem(401, "unauthenticated");
}

//! `POST /api/auth/logout`.

use reqwest::Method;
use serde_json::json;
use tests::{App, Caller};

use super::{assert_signed_in, assert_signed_out};

const LOGOUT: &str = "/api/auth/logout";

/// Signs out by the access token alone, without a body and without a content type.
async fn sign_out_by_access_token(caller: &Caller) {
    let answer = caller.send(caller.request(Method::POST, LOGOUT)).await.expect(204);
    assert!(answer.body.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_alone_signs_out() {
    let app = App::start().await;
    let here = app.collector().await;
    let there = app.anonymous().login(&here.email).await;
    let body = json!({"refresh_token": here.refresh_token});
    app.anonymous().post(LOGOUT, body.clone()).await.expect(204);
    assert_signed_out(&here).await;
    app.anonymous().post(LOGOUT, body).await.expect(204);
    app.anonymous().post(LOGOUT, json!({"refresh_token": "vvr_unknown"})).await.expect(204);
    assert_signed_in(&there).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_alone_signs_out() {
    let app = App::start().await;
    let here = app.collector().await;
    let there = app.anonymous().login(&here.email).await;
    sign_out_by_access_token(&here).await;
    assert_signed_out(&here).await;
    here.send(here.request(Method::POST, LOGOUT)).await.problem(401, "unauthenticated");
    assert_signed_in(&there).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_of_the_refresh_token_ends_not_that_of_the_access_token() {
    let app = App::start().await;
    let here = app.collector().await;
    let there = app.anonymous().login(&here.email).await;
    here.post(LOGOUT, json!({"refresh_token": there.refresh_token})).await.expect(204);
    assert_signed_out(&there).await;
    assert_signed_in(&here).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_without_a_token_or_with_an_invalid_body_is_refused() {
    let app = App::start().await;
    let collector = app.collector().await;
    let anonymous = app.anonymous();
    anonymous.send(anonymous.request(Method::POST, LOGOUT)).await.problem(401, "unauthenticated");
    for (body, field) in
        [(json!({}), "refresh_token"), (json!({"refresh_token": 1}), "refresh_token"), (json!({"all": true}), "all")]
    {
        assert_eq!(collector.post(LOGOUT, body).await.faults(), [field]);
    }
    let body = json!({"refresh_token": collector.refresh_token}).to_string();
    collector.raw(Method::POST, LOGOUT, "text/plain", body).await.problem(415, "unsupported_media_type");
    assert_signed_in(&collector).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_access_token_does_not_prevent_a_logout_by_refresh_token() {
    let app = App::start().await;
    let caller = app.collector().await;
    let stale = caller.bearing("expired.long.ago");
    stale.post("/api/auth/logout", json!({"refresh_token": caller.refresh_token})).await.expect(204);
    let refresh = app.anonymous().post("/api/auth/refresh", json!({"refresh_token": caller.refresh_token})).await;
    refresh.problem(401, "unauthenticated");
}

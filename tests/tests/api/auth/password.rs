//! `POST /api/auth/password`.

use serde_json::json;
use tests::{Answer, App, Caller, PASSWORD};

use super::{assert_signed_in, assert_signed_out, bearing, execute, sign_in, value};

const NEW: &str = "staple battery";

async fn change(caller: &Caller, current: &str, new: &str) -> Answer {
    caller.post("/api/auth/password", json!({"current_password": current, "new_password": new})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_every_other_session() {
    let app = App::start().await;
    let here = app.collector().await;
    let there = app.anonymous().login(&here.email).await;
    let stranger = app.collector().await;
    let answer = change(&here, PASSWORD, NEW).await.expect(204);
    assert!(answer.body.is_empty());

    assert_signed_out(&there).await;
    assert_signed_in(&here).await;
    assert_signed_in(&stranger).await;
    sign_in(&here, &here.email, PASSWORD).await.problem(401, "bad_credentials");
    assert_signed_in(&bearing(&here, sign_in(&here, &here.email, NEW).await)).await;
    sign_in(&stranger, &stranger.email, PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_current_password_changes_nothing() {
    let app = App::start().await;
    let here = app.collector().await;
    let there = app.anonymous().login(&here.email).await;
    let before: String = value(&app, "SELECT password_hash FROM users", []);
    change(&here, "incorrect horse", NEW).await.problem(401, "bad_credentials");
    change(&here, "", NEW).await.problem(401, "bad_credentials");
    for (body, field) in [
        (json!({"current_password": PASSWORD, "new_password": "1234567"}), "new_password"),
        (json!({"current_password": PASSWORD, "new_password": "x".repeat(1025)}), "new_password"),
        (json!({"current_password": PASSWORD, "new_password": null}), "new_password"),
        (json!({"current_password": PASSWORD}), "new_password"),
        (json!({"current_password": null, "new_password": NEW}), "current_password"),
        (json!({"new_password": NEW}), "current_password"),
        (json!({"current_password": PASSWORD, "new_password": NEW, "user_id": null}), "user_id"),
    ] {
        assert_eq!(here.post("/api/auth/password", body.clone()).await.faults(), [field], "{body}");
    }
    assert_eq!(value::<String>(&app, "SELECT password_hash FROM users", []), before);
    assert_signed_in(&here).await;
    assert_signed_in(&there).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_cannot_change_the_password() {
    let app = App::start().await;
    let here = app.collector().await;
    let there = app.anonymous().login(&here.email).await;
    there.post("/api/auth/logout", json!({"refresh_token": here.refresh_token})).await.expect(204);
    change(&here, PASSWORD, NEW).await.problem(401, "unauthenticated");
    assert_signed_in(&there).await;
    sign_in(&here, &here.email, PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_simultaneous_changes_exactly_one_succeeds() {
    let app = App::start().await;
    let here = app.collector().await;
    let (one, two) =
        tokio::join!(change(&here, PASSWORD, "the first of two"), change(&here, PASSWORD, "the second of two"));
    let won = if one.status == 204 { "the first of two" } else { "the second of two" };
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 401]);
    sign_in(&here, &here.email, won).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_password_is_also_checked_against_a_legacy_hash() {
    let app = App::start().await;
    let here = app.collector().await;
    let sha256 = "9028ea0d15decaa35b2da21c0290af3b1a5ba0a30a591906f89b5074e209ea72";
    execute(&app, "UPDATE users SET password_hash = ?1", [sha256]);
    change(&here, "incorrect horse", NEW).await.problem(401, "bad_credentials");
    change(&here, PASSWORD, NEW).await.expect(204);
    sign_in(&here, &here.email, NEW).await.expect(200);
}

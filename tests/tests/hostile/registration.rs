//! A stranger registers where accounts are by invitation, or before the operator.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, App, Caller, PASSWORD};

const REGISTER: &str = "/api/auth/register";
const INVITATIONS: &str = "/system/invitations";

fn account(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

async fn register_with(caller: &Caller, email: &str, code: &Value) -> Answer {
    caller.post(REGISTER, json!({"email": email, "password": PASSWORD, "invitation": code})).await
}

async fn registration(app: &App) -> Value {
    app.anonymous().get("/api/auth/registration").await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_account_becomes_the_super_admin_in_every_mode_and_no_later_one() {
    for mode in ["open", "invite", "closed"] {
        let app = App::with_defaults(&[("registration", mode)]).await;
        assert_eq!(registration(&app).await, json!({"mode": mode, "first_account": true}));
        let anonymous = app.anonymous();
        let (one, two) = tokio::join!(
            anonymous.post(REGISTER, account("one@example.org")),
            anonymous.post(REGISTER, account("two@example.org"))
        );
        assert_eq!(registration(&app).await, json!({"mode": mode, "first_account": false}));
        let roles: Vec<_> = [&one, &two].map(|answer| answer.json()["user"]["role"].clone()).into();
        let admins = roles.iter().filter(|role| *role == "super_admin").count();
        assert_eq!(admins, 1, "{mode}: {roles:?}");
        let second = if roles[0] == "super_admin" { two } else { one };
        match mode {
            "open" => assert_eq!(second.expect(201).json()["user"]["role"], "member"),
            "invite" => assert_eq!(second.faults(), ["invitation"]),
            _ => drop(second.problem(403, "registration_closed")),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_configured_operator_a_stranger_who_comes_first_is_an_ordinary_member_or_refused() {
    let admin = ("admin_email", "root@example.org");
    for (mode, status) in [("open", 201), ("invite", 422), ("closed", 403)] {
        let app = App::with_defaults(&[("registration", mode), admin]).await;
        assert_eq!(registration(&app).await, json!({"mode": mode, "first_account": false}));
        let answer = app.anonymous().post(REGISTER, account("eve@example.org")).await.expect(status);
        if status == 201 {
            assert_eq!(answer.json()["user"]["role"], "member");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_whose_accounts_were_deleted_gives_itself_to_no_one() {
    let app = App::with_defaults(&[("registration", "closed")]).await;
    let owner = app.anonymous().register("ada@example.org").await;
    let delete = owner.request(Method::DELETE, "/api/auth/me").json(&json!({"password": PASSWORD}));
    owner.send(delete).await.expect(204);
    assert_eq!(registration(&app).await["first_account"], false);
    app.anonymous().post(REGISTER, account("eve@example.org")).await.problem(403, "registration_closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_admits_one_person_once() {
    let app = App::with_defaults(&[("registration", "invite")]).await;
    let owner = app.anonymous().register("ada@example.org").await;
    let anonymous = app.anonymous();
    assert_eq!(anonymous.post(REGISTER, account("eve@example.org")).await.faults(), ["invitation"]);

    let created = owner.post(INVITATIONS, json!({})).await.expect(201);
    assert_eq!(created.header("cache-control"), "no-store");
    let invitation = created.json();
    assert_eq!(created.header("location"), format!("{INVITATIONS}/{}", invitation["id"].as_str().expect("an id")));
    let code = &invitation["code"];
    let listed = owner.get(INVITATIONS).await.expect(200).json();
    assert_eq!(listed["items"][0]["state"], "pending");
    assert!(!listed.to_string().contains(code.as_str().expect("a code")), "the list has the code");

    let (one, two) = tokio::join!(
        register_with(&anonymous, "bob@example.org", code),
        register_with(&anonymous, "carol@example.org", code)
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422]);
    assert_eq!(register_with(&anonymous, "dan@example.org", code).await.faults(), ["invitation"]);
    assert_eq!(owner.get(INVITATIONS).await.expect(200).json()["items"][0]["state"], "used");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_of_another_address_a_wrong_an_expired_or_a_deleted_one_admits_no_one() {
    let app = App::with_defaults(&[("registration", "invite")]).await;
    let owner = app.anonymous().register("ada@example.org").await;
    let anonymous = app.anonymous();
    let invite = async |body: Value| owner.post(INVITATIONS, body).await.expect(201).json();

    let bound = invite(json!({"email": "Bob@example.org", "expires_in_days": 1})).await;
    assert_eq!(register_with(&anonymous, "eve@example.org", &bound["code"]).await.faults(), ["invitation"]);
    assert_eq!(register_with(&anonymous, "eve@example.org", &json!("vvi_x")).await.faults(), ["invitation"]);
    register_with(&anonymous, "bob@EXAMPLE.org", &bound["code"]).await.expect(201);

    let deleted = invite(json!({})).await;
    let path = format!("{INVITATIONS}/{}", deleted["id"].as_str().expect("an id"));
    owner.delete(&path).await.expect(204);
    owner.delete(&path).await.problem(404, "not_found");
    assert_eq!(register_with(&anonymous, "eve@example.org", &deleted["code"]).await.faults(), ["invitation"]);

    let expired = invite(json!({})).await;
    let update = "UPDATE invitations SET expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE used_at IS NULL";
    app.connect().execute(update, []).expect("an update");
    assert_eq!(register_with(&anonymous, "eve@example.org", &expired["code"]).await.faults(), ["invitation"]);
    let states: Vec<_> = owner.get(INVITATIONS).await.json()["items"].as_array().expect("items").clone();
    assert_eq!(states.iter().map(|item| &item["state"]).collect::<Vec<_>>(), ["expired", "used"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_operator_invites() {
    let app = App::with_defaults(&[("init_secret", "open sesame")]).await;
    let owner = app.anonymous().register("ada@example.org").await;
    let member = app.anonymous().register("bob@example.org").await;
    for (caller, status) in [(&member, 403), (&app.anonymous(), 401)] {
        caller.get(INVITATIONS).await.expect(status);
        caller.post(INVITATIONS, json!({})).await.expect(status);
        caller.delete(&format!("{INVITATIONS}/x")).await.expect(status);
    }
    let by_secret = app.anonymous().request(Method::POST, INVITATIONS).header("x-init-secret", "open sesame");
    app.anonymous().send(by_secret.json(&json!({}))).await.expect(201);
    for (body, field) in [
        (json!({"expires_in_days": 0}), "expires_in_days"),
        (json!({"expires_in_days": 31}), "expires_in_days"),
        (json!({"expires_in_days": -1}), "expires_in_days"),
        (json!({"email": "ada"}), "email"),
        (json!({"code": "x"}), "code"),
    ] {
        assert_eq!(owner.post(INVITATIONS, body.clone()).await.faults(), [field], "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_mode_is_refused_instead_of_being_open() {
    let app = App::with_defaults(&[("registration", "Open!")]).await;
    app.anonymous().post(REGISTER, account("eve@example.org")).await.problem(500, "misconfigured");
    app.anonymous().get("/api/auth/registration").await.problem(500, "misconfigured");
}

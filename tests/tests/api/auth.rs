//! `/api/auth`: accounts, sessions and tokens.

mod legacy;
mod login;
mod logout;
mod me;
mod password;
mod refresh;
mod register;
mod sessions;
mod tokens;

use rusqlite::{Params, types::FromSql};
use serde_json::json;
use tests::{Answer, App, Caller};

async fn sign_in(caller: &Caller, email: &str, password: &str) -> Answer {
    caller.post("/api/auth/login", json!({"email": email, "password": password})).await
}

async fn refresh(caller: &Caller, token: &str) -> Answer {
    caller.post("/api/auth/refresh", json!({"refresh_token": token})).await
}

/// The same caller with the tokens from the answer to a login or a refresh.
#[track_caller]
fn bearing(caller: &Caller, tokens: Answer) -> Caller {
    let tokens = tokens.expect(200).json();
    let token = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("{name} in {tokens}")).to_owned();
    let mut caller = caller.bearing(&token("access_token"));
    caller.refresh_token = token("refresh_token");
    caller
}

/// Fails unless both tokens of the caller work. Returns the caller with the tokens of the refresh.
async fn assert_signed_in(caller: &Caller) -> Caller {
    caller.get("/api/auth/me").await.expect(200);
    let refreshed = bearing(caller, refresh(caller, &caller.refresh_token).await);
    refreshed.get("/api/auth/me").await.expect(200);
    refreshed
}

/// Fails unless both tokens of the caller are refused.
async fn assert_signed_out(caller: &Caller) {
    refresh(caller, &caller.refresh_token).await.problem(401, "unauthenticated");
    caller.get("/api/auth/me").await.problem(401, "unauthenticated");
}

/// The first column of the statement's only row.
#[track_caller]
fn value<T: FromSql>(app: &App, statement: &str, parameters: impl Params) -> T {
    app.connect().query_row(statement, parameters, |row| row.get(0)).expect(statement)
}

#[track_caller]
fn execute(app: &App, statement: &str, parameters: impl Params) {
    let changed = app.connect().execute(statement, parameters).expect(statement);
    assert_ne!(changed, 0, "{statement}");
}

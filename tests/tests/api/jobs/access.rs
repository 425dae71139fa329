//! Who may see the jobs and have them run.

use reqwest::Method;
use tests::{App, Caller};

use super::{LIST, RUN, TOKEN, start};

#[tokio::test(flavor = "multi_thread")]
async fn only_the_scheduler_and_the_operator_may_run_jobs() {
    let app = start().await;
    let (anonymous, member) = (app.anonymous(), app.collector().await);
    for method_path in [(Method::POST, RUN), (Method::GET, LIST)] {
        let ask = |caller: &Caller, secret: &str| {
            let request = caller.request(method_path.0.clone(), method_path.1);
            let request = if secret.is_empty() { request } else { request.header("x-init-secret", secret) };
            let caller = caller.clone();
            async move { caller.send(request).await }
        };
        let refused = ask(&anonymous, "").await;
        assert_eq!(refused.header("www-authenticate"), "Bearer");
        refused.problem(401, "unauthenticated");
        for token in [&TOKEN[1..], &format!("{TOKEN}x"), "forged"] {
            ask(&anonymous.bearing(token), "").await.problem(401, "unauthenticated");
        }
        ask(&member, "").await.problem(403, "forbidden");
        ask(&anonymous, "wrong").await.problem(403, "forbidden");
        ask(&anonymous, "open sesame").await.expect(200);
    }
    // The token is good for nothing else.
    for path in [LIST, "/system/status", "/api/auth/me"] {
        anonymous.bearing(TOKEN).get(path).await.problem(401, "unauthenticated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_configured_token_none_is_accepted() {
    let app = App::start().await;
    let caller = app.anonymous();
    for token in ["-", "null", TOKEN] {
        let caller = caller.bearing(token);
        caller.send(caller.request(Method::POST, RUN)).await.problem(401, "unauthenticated");
    }
    let header = caller.request(Method::POST, RUN).header("authorization", "Bearer ");
    caller.send(header).await.problem(401, "unauthenticated");
}

//! `/api/health` and `/system`.

use reqwest::Method;
use tests::{App, PASSWORD};

use super::CheckedCaller;

#[tokio::test(flavor = "multi_thread")]
async fn answers_to_the_operator_match_the_document() {
    let variables = [("init_secret", "open sesame"), ("admin_email", "root@example.org"), ("admin_password", PASSWORD)];
    let app = App::with(&variables).await;
    let anonymous = CheckedCaller::new(&app, app.anonymous()).await;
    anonymous.get("/api/health", 200).await;
    anonymous.get("/system/health", 200).await;
    anonymous.get("/system/status", 401).await;
    anonymous.send(Method::POST, "/system/initialize-database", None, 401).await;
    let collector = CheckedCaller::new(&app, app.collector().await).await;
    collector.get("/system/status", 403).await;

    let caller = &anonymous.caller;
    let request = caller.request(Method::POST, "/system/invitations").header("x-init-secret", "open sesame");
    let answer = caller.send(request.json(&serde_json::json!({}))).await.expect(201);
    anonymous.check(&Method::POST, "/system/invitations", &answer);
    let request = caller.request(Method::GET, "/system/invitations").header("x-init-secret", "open sesame");
    let answer = caller.send(request).await.expect(200);
    anonymous.check(&Method::GET, "/system/invitations", &answer);
    for path in ["/system/initialize-database", "/system/maintenance", "/system/jobs/run"] {
        let request = caller.request(Method::POST, path).header("x-init-secret", "open sesame");
        let answer = caller.send(request).await.expect(200);
        anonymous.check(&Method::POST, path, &answer);
    }
    let request = caller.request(Method::GET, "/system/jobs").header("x-init-secret", "open sesame");
    let answer = caller.send(request).await.expect(200);
    anonymous.check(&Method::GET, "/system/jobs", &answer);
}

//! A request for another host: a page of a stranger whose name leads to this installation.

use reqwest::Method;
use tests::{Answer, App};

async fn get(app: &App, path: &str, host: &str) -> Answer {
    let caller = app.anonymous();
    caller.send(caller.request(Method::GET, path).header("host", host)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_another_host_is_refused() {
    for variables in [
        &[("public_url", "https://vinyl.example.org")][..],
        &[("allowed_hosts", "vinyl.example.org,192.0.2.7"), ("public_url", "https://other.example")],
    ] {
        let app = App::with(variables).await;
        for host in ["evil.example", "vinyl.example.org.evil.example", "xvinyl.example.org"] {
            get(&app, "/api/auth/registration", host).await.problem(421, "misdirected");
            get(&app, "/cache/images/x.jpg", host).await.problem(421, "misdirected");
            for page in ["/", "/sw.js", "/api/docs", "/api/openapi.json", "/nothing"] {
                let answer = get(&app, page, host).await.expect(421);
                assert_eq!(answer.text(), "This installation has another host name.\n", "{page}");
            }
        }
        for host in ["vinyl.example.org", "VINYL.EXAMPLE.ORG:8443", "localhost", "127.0.0.1:3000"] {
            get(&app, "/api/auth/registration", host).await.expect(200);
            get(&app, "/", host).await.expect(200);
        }
        // A probe knows only the address of the machine.
        get(&app, "/api/health", "10.1.2.3:3000").await.expect(200);
        get(&app, "/system/health", "10.1.2.3:3000").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_name_any_host_is_served() {
    let app = App::start().await;
    get(&app, "/api/auth/registration", "records.lan").await.expect(200);
    get(&app, "/", "records.lan").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_cannot_be_one_is_a_misconfiguration() {
    for variable in [("public_url", "vinyl.example.org"), ("allowed_hosts", "https://vinyl.example.org")] {
        let app = App::with(&[variable]).await;
        app.anonymous().get("/api/auth/registration").await.problem(500, "misconfigured");
        app.anonymous().get("/").await.expect(500);
        app.anonymous().get("/api/health").await.expect(200);
    }
}

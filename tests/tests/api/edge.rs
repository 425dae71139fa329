//! What every request goes through, whatever its route: ids, headers, sizes, and answers that are always a problem.

use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use tests::{App, Caller, PASSWORD};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LOGIN: &str = "/api/auth/login";
const JSON: &str = "application/json";

/// Sends bytes as they are, and reads until the other side closes.
async fn bytes(app: &App, request: impl AsRef<[u8]>) -> String {
    let address = app.url().trim_start_matches("http://").to_owned();
    let (mut read, mut write) = TcpStream::connect(address).await.expect("a connection").into_split();
    // An answer may come before all is sent, and the rest may find nobody who reads it.
    let sending = async {
        let _ = write.write_all(request.as_ref()).await;
    };
    let mut answer = Vec::new();
    let reading = tokio::time::timeout(Duration::from_secs(20), read.read_to_end(&mut answer));
    let ((), ended) = tokio::join!(sending, reading);
    let ended = ended.unwrap_or_else(|_| panic!("no end: {}", String::from_utf8_lossy(&answer)));
    assert!(ended.is_ok() || !answer.is_empty(), "{ended:?}");
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> u16 {
    let code = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).and_then(|code| code.parse().ok());
    code.unwrap_or_else(|| panic!("no status in {answer:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_leads_nowhere_is_a_problem() {
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
        let status = status(&bytes(&app, request).await);
        assert!((400..500).contains(&status), "{target}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_is_what_its_percent_encoding_says() {
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
async fn a_method_that_a_path_does_not_take_is_told_which_it_takes() {
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

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_is_taken_over_if_it_is_sane() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let with = |id: Vec<u8>| {
        let request = anonymous.request(Method::GET, "/api/nothing").header("x-request-id", id);
        anonymous.send(request)
    };
    let longest = "x".repeat(128);
    for id in ["7b0f", "0190163d-8694-739b-aea5-966c26f8ad91", "A.b_C-9", &longest] {
        assert_eq!(with(id.into()).await.problem(404, "not_found")["request_id"], id);
    }
    let mut given = BTreeSet::new();
    let insane: [&[u8]; 7] = [b"", b"a b", b"a\"b", b"a,b", b"<script>", b"\xff\xfe", &[b'x'; 129]];
    for id in insane {
        let answer = with(id.to_vec()).await;
        assert_ne!(answer.headers["x-request-id"].as_bytes(), id);
        let problem = answer.problem(404, "not_found");
        given.insert(problem["request_id"].as_str().expect("an id").to_owned());
    }
    given.insert(anonymous.get("/api/health").await.header("x-request-id").to_owned());
    assert_eq!(given.len(), insane.len() + 1, "ids are given once: {given:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_forbids_guessing_its_type() {
    let app = App::start().await;
    let collector = app.collector().await;
    for path in [
        "/api/health",
        "/api/docs",
        "/api/openapi.json",
        "/system/health",
        "/api/collection",
        "/api/auth/me",
        "/nothing",
        "/api/collection/0",
    ] {
        let answer = collector.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(!answer.headers.contains_key("server") && !answer.headers.contains_key("x-powered-by"), "{path}");
    }
    let album = collector.add(json!({"artist": "a", "album": "b"})).await;
    let gone = collector.delete(&format!("/api/collection/{}", album["id"])).await.expect(204);
    assert_eq!(gone.header("x-content-type-options"), "nosniff");
    assert!(!gone.headers.contains_key("content-length") && !gone.headers.contains_key("content-type"));
    // What is about one caller stays with that caller.
    for path in ["/api/auth/me", "/api/auth/sessions", "/api/collection", "/api/collection/stats"] {
        let control = collector.get(path).await.expect(200);
        let control = control.header("cache-control");
        assert!(control.contains("no-store") || control.contains("private"), "{path}: {control}");
    }
    let problem = collector.bearing("x").get("/api/collection").await;
    assert_eq!(problem.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_a_list_is_that_of_the_list() {
    let app = App::start().await;
    let collector = app.collector().await;
    let album = collector.add(json!({"artist": "a", "album": "b"})).await;
    for path in [
        "/api/collection".to_owned(),
        format!("/api/collection/{}", album["id"]),
        "/api/auth/me".into(),
        "/api/auth/sessions".into(),
    ] {
        let whole = collector.get(&path).await.expect(200);
        let head = collector.send(collector.request(Method::HEAD, &path)).await.expect(200);
        assert!(head.body.is_empty() && !whole.body.is_empty(), "{path}");
        for name in ["content-type", "etag", "cache-control"] {
            assert_eq!(head.headers.get(name), whole.headers.get(name), "{name} of {path}");
        }
    }
    let anonymous = app.anonymous();
    let head = anonymous.send(anonymous.request(Method::HEAD, "/api/collection")).await.expect(401);
    assert!(head.body.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callers_word_about_its_address_counts_for_nothing() {
    let app = App::start().await;
    let collector = app.collector().await;
    let mut request = collector.request(Method::POST, LOGIN);
    for name in ["spin-client-addr", "x-forwarded-for", "x-real-ip", "forwarded", "true-client-ip", "cf-connecting-ip"]
    {
        request = request.header(name, "203.0.113.9").header(name, "203.0.113.9:80");
    }
    let account = json!({"email": collector.email, "password": PASSWORD});
    collector.send(request.json(&account)).await.expect(200);

    let sessions = collector.get("/api/auth/sessions").await.expect(200).json();
    let addresses: Vec<_> = sessions["items"].as_array().expect("items").iter().map(|item| &item["address"]).collect();
    assert_eq!(addresses, ["127.0.0.1", "127.0.0.1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_must_say_that_it_is_json() {
    let app = App::start().await;
    let collector = app.collector().await;
    let account = json!({"email": collector.email, "password": PASSWORD}).to_string();
    for content_type in [
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin1",
        "application",
        "json",
        "*/*",
        "",
    ] {
        let answer = collector.raw(Method::POST, LOGIN, content_type, account.clone()).await;
        assert_eq!(answer.status, 415, "{content_type}");
        answer.problem(415, "unsupported_media_type");
    }
    let bare = collector.request(Method::POST, LOGIN).body(account.clone());
    collector.send(bare).await.problem(415, "unsupported_media_type");
    let twice =
        collector.request(Method::POST, LOGIN).header("content-type", JSON).header("content-type", "text/plain");
    collector.send(twice.body(account.clone())).await.problem(400, "invalid_header");
    collector.raw(Method::POST, LOGIN, "Application/JSON;charset=\"UTF-8\"", account).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_refused_however_it_is_sent() {
    let app = App::start().await;
    let collector = app.collector().await;
    let huge = format!(r#"{{"email":"{}","password":"x"}}"#, "a".repeat(2 << 20));
    collector.raw(Method::POST, LOGIN, JSON, huge.clone()).await.problem(413, "body_too_large");
    collector.raw(Method::POST, "/api/auth/logout", JSON, huge.clone()).await.problem(413, "body_too_large");

    let head = format!("POST {LOGIN} {HEAD}content-type: {JSON}\r\n");
    let mut chunked = format!("{head}transfer-encoding: chunked\r\n\r\n");
    for chunk in huge.as_bytes().chunks(50_000) {
        chunked += &format!("{:x}\r\n{}\r\n", chunk.len(), String::from_utf8_lossy(chunk));
    }
    chunked += "0\r\n\r\n";
    let answer = bytes(&app, chunked).await;
    assert_eq!(status(&answer), 413, "{answer}");
    assert!(answer.contains("body_too_large"), "{answer}");

    // Just within the limit is another matter, chunks or not.
    let account = json!({"email": collector.email, "password": PASSWORD}).to_string();
    let account = format!("{account}{}", " ".repeat((1 << 20) - account.len()));
    collector.raw(Method::POST, LOGIN, JSON, account.clone()).await.expect(200);
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n{:x}\r\n{account}\r\n0\r\n\r\n", account.len());
    assert_eq!(status(&bytes(&app, chunked).await), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_ends_early_is_no_body() {
    let app = App::start().await;
    let body = json!({"email": "ada@example.org", "password": PASSWORD}).to_string();
    let register = "/api/auth/register";
    let address = app.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let head =
        format!("POST {register} HTTP/1.1\r\nhost: x\r\ncontent-type: {JSON}\r\ncontent-length: 5000\r\n\r\n{body}");
    stream.write_all(head.as_bytes()).await.expect("sent");
    drop(stream);
    // The account that was half asked for was not made, and the next request works.
    app.anonymous().register("ada@example.org").await;
}

const HEAD: &str = "HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_long_request_is_the_callers_fault() {
    let app = App::start().await;
    for (request, expected) in [
        (format!("GET /api/{} {HEAD}\r\n", "x".repeat(60_000)), 404),
        (format!("GET /api/collection?q={} {HEAD}\r\n", "x".repeat(60_000)), 401),
        (format!("GET /api/collection?{} {HEAD}\r\n", "a=b&".repeat(10_000)), 401),
        (format!("GET /api/collection {HEAD}authorization: Bearer {}\r\n\r\n", "x".repeat(50_000)), 401),
    ] {
        assert_eq!(status(&bytes(&app, &request).await), expected, "{request:.100}");
    }
    let collector = app.collector().await;
    let query = format!("/api/collection?{}", "a=b&".repeat(10_000));
    assert_eq!(collector.get(&query).await.status, 422);
    assert_eq!(collector.get(&format!("/api/collection?q={}", "x".repeat(60_000))).await.faults(), ["q"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_http_is_not_served() {
    let app = App::start().await;
    let login = format!("POST {LOGIN} {HEAD}content-type: {JSON}\r\n");
    for (what, request) in [
        ("an endless path", format!("GET /{} {HEAD}\r\n", "x".repeat(300_000))),
        ("an endless query", format!("GET /api/collection?q={} {HEAD}\r\n", "x".repeat(300_000))),
        ("an endless header", format!("GET /api/health {HEAD}x: {}\r\n\r\n", "x".repeat(300_000))),
        ("many headers", format!("GET /api/health {HEAD}{}\r\n", "x: y\r\n".repeat(5_000))),
        ("two lengths", format!("{login}content-length: 2\r\ncontent-length: 3\r\n\r\n{{}}")),
        ("a length of nonsense", format!("{login}content-length: two\r\n\r\n{{}}")),
        ("no HTTP", "hello\r\n\r\n".to_owned()),
    ] {
        let answer = bytes(&app, request).await;
        assert!((400..500).contains(&status(&answer)), "{what}: {answer:.300}");
    }
    app.anonymous().get("/api/health").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_is_refused_by_line_and_column() {
    let app = App::start().await;
    let collector = app.collector().await;
    let bodies: [&[u8]; 10] = [
        b"",
        b"{",
        b"{\"email\":\"a\",\n\"password\":\"b\",}",
        b"{\"email\":\"a\" \"password\":\"b\"}",
        b"{'email':'a'}",
        b"{\"email\":\"\xff\",\"password\":\"b\"}",
        b"{\"email\":\"\xc3\x28\",\"password\":\"b\"}",
        b"\xef\xbb\xbf{\"email\":\"a\",\"password\":\"b\"}",
        b"{\"email\":\"\\ud800\",\"password\":\"b\"}",
        b"{\"email\":\"a\",\"password\":\"b\"} {}",
    ];
    for path in ["/api/auth/register", LOGIN, "/api/auth/refresh", "/api/auth/password"] {
        for body in bodies {
            let answer = collector.raw(Method::POST, path, JSON, body).await;
            // What names its field already is not wrong either: JSON is read as it comes.
            if answer.status == 422 {
                continue;
            }
            let shown = String::from_utf8_lossy(body).into_owned();
            let detail = answer.problem(400, "malformed_json")["detail"].to_string();
            assert!(detail.contains("line ") && detail.contains("column "), "{path} {shown}: {detail}");
        }
    }
    for body in bodies {
        collector.raw(Method::POST, LOGIN, JSON, body).await.problem(400, "malformed_json");
    }
    let second_line = collector.raw(Method::POST, LOGIN, JSON, bodies[2]).await.problem(400, "malformed_json");
    assert!(second_line["detail"].to_string().contains("line 2 column 16"), "{second_line}");
    let deep = "[".repeat(100_000);
    let status = collector.raw(Method::POST, LOGIN, JSON, format!("{{\"email\":{deep}")).await.status;
    assert!((400..500).contains(&status), "{status}");
    collector.get("/api/auth/me").await.expect(200);
}

/// Every way in for a password, in bodies that are good, wrong and broken.
fn passwords_in(secret: &str, email: &str) -> Vec<(Method, &'static str, String)> {
    let account = |path| (Method::POST, path, json!({"email": email, "password": secret}).to_string());
    let mut requests = vec![
        account("/api/auth/register"),
        account(LOGIN),
        (Method::POST, "/api/auth/password", json!({"current_password": secret, "new_password": secret}).to_string()),
        (Method::PATCH, "/api/auth/me", json!({"email": "x@example.org", "current_password": secret}).to_string()),
        (Method::PATCH, "/api/auth/me", json!({"password": secret}).to_string()),
        (Method::DELETE, "/api/auth/me", json!({"password": secret}).to_string()),
        (Method::POST, "/api/auth/refresh", json!({"refresh_token": secret}).to_string()),
        (Method::POST, "/api/auth/logout", json!({"refresh_token": [secret]}).to_string()),
    ];
    for path in ["/api/auth/register", LOGIN] {
        for broken in [
            format!(r#"{{"email":"{email}","password":"{secret}""#),
            format!(r#"{{"email":"{email}","password":"{secret}" x}}"#),
            format!(r#"{{"email":"{email}","password":"{secret}","password":"{secret}"}}"#),
            format!(r#"{{"email":["{secret}"],"password":"{secret}"}}"#),
            format!(r#"{{"email":"{secret}","password":{{"is":"{secret}"}}}}"#),
            format!(r#"["{email}","{secret}"]"#),
            format!(r#""{secret}""#),
            secret.to_owned(),
        ] {
            requests.push((Method::POST, path, broken));
        }
    }
    requests
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_repeats_a_password() {
    const SECRET: &str = "hunter2-hunter2-hunter2";
    let app = App::start().await;
    let collector: Caller = app.collector().await;
    let mut statuses = BTreeSet::new();
    for (method, path, body) in passwords_in(SECRET, &collector.email) {
        let answer = collector.raw(method.clone(), path, JSON, body.clone()).await;
        let headers = format!("{:?}", answer.headers);
        assert!(
            !answer.text().contains(SECRET) && !headers.contains(SECRET),
            "{method} {path} {body}: {}",
            answer.text()
        );
        assert!((400..500).contains(&answer.status), "{method} {path} {body}: {}", answer.status);
        statuses.insert(answer.status);
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [400, 401, 409, 422]);
    // Nor when all goes well.
    let account = json!({"email": "ada@example.org", "password": SECRET});
    for path in ["/api/auth/register", LOGIN] {
        let answer = collector.post(path, account.clone()).await;
        assert!(matches!(answer.status, 200 | 201) && !answer.text().contains(SECRET), "{}", answer.text());
        let signed_in: Value = answer.json();
        assert!(signed_in["user"].get("password_hash").is_none(), "{signed_in}");
    }
}

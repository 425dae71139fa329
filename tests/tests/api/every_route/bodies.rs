//! Bodies of requests: their content type, their size, and JSON that does not parse.

use reqwest::Method;
use serde_json::json;
use tests::{App, PASSWORD};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{HEAD, JSON, LOGIN, send_raw, status};

#[tokio::test(flavor = "multi_thread")]
async fn a_body_without_the_content_type_of_json_is_refused() {
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
async fn a_body_over_the_limit_is_refused_with_content_length_and_in_chunks() {
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
    let answer = send_raw(&app, chunked).await;
    assert_eq!(status(&answer), 413, "{answer}");
    assert!(answer.contains("body_too_large"), "{answer}");

    // A body exactly at the limit is accepted in both cases.
    let account = json!({"email": collector.email, "password": PASSWORD}).to_string();
    let account = format!("{account}{}", " ".repeat((1 << 20) - account.len()));
    collector.raw(Method::POST, LOGIN, JSON, account.clone()).await.expect(200);
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n{:x}\r\n{account}\r\n0\r\n\r\n", account.len());
    assert_eq!(status(&send_raw(&app, chunked).await), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_body_ends_early_has_no_effect() {
    let app = App::start().await;
    let body = json!({"email": "ada@example.org", "password": PASSWORD}).to_string();
    let register = "/api/auth/register";
    let address = app.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let head =
        format!("POST {register} HTTP/1.1\r\nhost: x\r\ncontent-type: {JSON}\r\ncontent-length: 5000\r\n\r\n{body}");
    stream.write_all(head.as_bytes()).await.expect("sent");
    drop(stream);
    // The address is still free, so no account was created.
    app.anonymous().register("ada@example.org").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_json_is_refused_with_its_line_and_column() {
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
            // An error of a field is right, too, if the field precedes the malformed part.
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

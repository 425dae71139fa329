//! Clients that send nothing, or too slowly. Each is disconnected in time, and others are served meanwhile.

use std::time::{Duration, Instant};

use host::ConnectionLimits;
use serde_json::json;
use tests::App;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// The limits of time, a tenth to a twentieth of the defaults.
fn short() -> ConnectionLimits {
    ConnectionLimits {
        first_byte: Duration::from_secs(1),
        head: Duration::from_secs(1),
        body_grace: Duration::from_secs(1),
        body: Duration::from_secs(4),
        idle: Duration::from_secs(2),
        ..ConnectionLimits::default()
    }
}

/// A multiple of the limits: the machine may be slow.
const PATIENCE: Duration = Duration::from_secs(60);

async fn connect(app: &App, first: &[u8]) -> TcpStream {
    let mut connection = TcpStream::connect(app.addr()).await.expect("a connection");
    connection.write_all(first).await.expect("a socket that takes the bytes");
    connection
}

/// What the server sends until it closes the connection.
async fn until_closed(mut connection: TcpStream) -> String {
    let mut received = Vec::new();
    // A reset is an end too.
    let _ = timeout(PATIENCE, connection.read_to_end(&mut received)).await.expect("the server closes the connection");
    String::from_utf8_lossy(&received).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_without_a_whole_request_are_closed() {
    let app = App::on_host(|host| host.connection_limits(short())).await;
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let settings = b"\0\0\0\x04\0\0\0\0\0";
    let starts: [&[u8]; 6] =
        [b"", b"P", b"PRI * HTTP", b"GET / HTTP/1.1\r\nhost: x\r\n", preface, &[preface.as_slice(), settings].concat()];
    for start in starts {
        let connection = connect(&app, start).await;
        until_closed(connection).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_closed_after_its_requests_and_not_before() {
    let app = App::on_host(|host| host.connection_limits(short())).await;
    let request = b"GET /api/health HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut connection = connect(&app, request).await;
    let begun = Instant::now();
    let mut buffer = [0; 4096];
    for _ in 0..3 {
        assert!(connection.read(&mut buffer).await.expect("an answer") > 0);
        tokio::time::sleep(Duration::from_millis(500)).await;
        connection.write_all(request).await.expect("an open connection");
    }
    assert!(until_closed(connection).await.starts_with("HTTP/1.1 200"));
    assert!(begun.elapsed() > Duration::from_secs(3));
}

/// An HTTP/2 client that answers nothing but sends pings has no request.
#[tokio::test(flavor = "multi_thread")]
async fn pings_do_not_keep_a_connection_open() {
    let app = App::on_host(|host| host.connection_limits(short())).await;
    let mut connection = connect(&app, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let ping = b"\0\0\x08\x06\0\0\0\0\0abcdefgh";
        if connection.write_all(ping).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the connection is still open");
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_whose_bodies_do_not_arrive_are_answered_with_408_and_stop_no_one() {
    let app =
        App::on_host(|host| host.connection_limits(ConnectionLimits { body_grace: Duration::from_secs(3), ..short() }))
            .await;
    let collector = app.collector().await;
    let head = "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let mut connections = Vec::new();
    for number in 0..270 {
        let length = if number % 2 == 0 {
            "content-length: 100\r\n\r\n{"
        } else {
            "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n"
        };
        connections.push(connect(&app, format!("{head}{length}").as_bytes()).await);
    }
    let bystander = collector.from_address("127.0.0.2");
    let begun = Instant::now();
    bystander.add(json!({"artist": "Nina Simone", "album": "Pastel Blues"})).await;
    assert_eq!(bystander.list("").await.len(), 1);
    // The slow requests have not ended yet.
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    for connection in connections {
        let answer = until_closed(connection).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("\"code\":\"request_timeout\"") && answer.contains("connection: close"), "{answer}");
    }
}

/// A large body waits in a file, and takes none of the places of requests until all of it has arrived.
#[tokio::test(flavor = "multi_thread")]
async fn large_uploads_that_stop_end_with_408_and_stop_no_one() {
    let limits = ConnectionLimits { body_buffer: 64 << 10, body_grace: Duration::from_secs(3), ..short() };
    let app = App::on_host(|host| host.connection_limits(limits).concurrent_requests(4)).await;
    let collector = app.collector().await;
    let token = &collector.access_token;
    let head = format!(
        "POST /api/collection/sync HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 4000000\r\n\r\n"
    );
    let begin = [head.as_bytes(), &[b' '; 128 << 10]].concat();
    let mut connections = Vec::new();
    for _ in 0..60 {
        connections.push(connect(&app, &begin).await);
    }
    let bystander = collector.from_address("127.0.0.2");
    let begun = Instant::now();
    assert!(bystander.list("").await.is_empty());
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    for connection in connections {
        let answer = until_closed(connection).await;
        assert!(answer.starts_with("HTTP/1.1 408 ") || answer.starts_with("HTTP/1.1 503 "), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_steady_body_is_accepted_however_it_is_cut() {
    let app = App::on_host(|host| host.connection_limits(ConnectionLimits { body_rate: 100, ..short() })).await;
    let body = format!("{{\"email\":\"slow@example.org\",\"password\":\"a long passphrase\"{}}}", " ".repeat(400));
    let head = format!(
        "POST /api/auth/register HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    let mut connection = connect(&app, head.as_bytes()).await;
    // 200 bytes a second: slower than the grace alone allows.
    for piece in body.as_bytes().chunks(40) {
        connection.write_all(piece).await.expect("an open connection");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let answer = until_closed(connection).await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
}

/// A host without deadlines of its own, as Spin is: the gateway ends the request. Takes the 15 s that it gives.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_deadline_of_the_host_a_body_that_does_not_arrive_ends_with_408() {
    let never = Duration::from_secs(600);
    let limits =
        ConnectionLimits { body_buffer: 0, body_grace: never, body: never, idle: never, ..ConnectionLimits::default() };
    let app = App::on_host(|host| host.connection_limits(limits)).await;
    let head = "POST /api/auth/login HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n";
    let (mut silent, mut slow) = (
        connect(&app, format!("{head}content-length: 100\r\n\r\n{{").as_bytes()).await,
        connect(&app, format!("{head}transfer-encoding: chunked\r\n\r\n").as_bytes()).await,
    );
    let begun = Instant::now();
    // A byte a second is less than the least rate.
    let trickle = tokio::spawn(async move {
        while slow.write_all(b"1\r\n{\r\n").await.is_ok() && begun.elapsed() < Duration::from_secs(40) {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let mut answer = [0; 64];
            if let Ok(Ok(read)) = timeout(Duration::from_millis(1), slow.read(&mut answer)).await {
                return String::from_utf8_lossy(&answer[..read]).into_owned();
            }
        }
        String::new()
    });
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(60), silent.read_to_end(&mut answer)).await.expect("an end");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("request_timeout"), "{answer}");
    let answer = trickle.await.expect("an end");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_announced_or_becomes_too_large_is_refused_before_it_has_arrived() {
    let hour = Duration::from_secs(3_600);
    let limits = ConnectionLimits { body_bytes: 100_000, body_grace: hour, body: hour, ..ConnectionLimits::default() };
    let app = App::on_host(|host| host.connection_limits(limits)).await;
    let head = "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let announced = format!("{head}content-length: 1073741824\r\n\r\n");
    let sent = format!("{head}transfer-encoding: chunked\r\n\r\n186a1\r\n{}", " ".repeat(100_001));
    for start in [announced, sent] {
        let answer = until_closed(connect(&app, start.as_bytes()).await).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains("\"code\":\"body_too_large\"") && answer.contains("connection: close"), "{answer}");
    }
}

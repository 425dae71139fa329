//! Clients that open many connections, or leave before they are answered. They get a share, and others are served.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use host::ConnectionLimits;
use tests::App;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

const HEALTH: &[u8] = b"GET /api/health HTTP/1.1\r\nhost: x\r\n\r\n";

pub async fn connect_from(address: &str, server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(format!("{address}:0").parse().expect("an address")).expect("an address of this machine");
    socket.connect(server).await.expect("a connection")
}

/// The beginning of the answer to a request; empty if the connection was closed.
async fn answer(connection: &mut TcpStream) -> String {
    // Fails if the server has refused the connection already; its answer may be readable all the same.
    let _ = connection.write_all(HEALTH).await;
    let mut buffer = vec![0; 4096];
    let read = timeout(Duration::from_secs(10), connection.read(&mut buffer)).await.expect("an answer or an end");
    String::from_utf8_lossy(&buffer[..read.unwrap_or(0)]).into_owned()
}

async fn is_served(connection: &mut TcpStream) -> bool {
    let answer = answer(connection).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") || answer.starts_with("HTTP/1.1 503 ") || answer.is_empty(),
        "{answer}"
    );
    answer.starts_with("HTTP/1.1 200 ")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_a_share_of_the_connections_and_others_are_served() {
    let limits = ConnectionLimits { connections_per_address: 20, ..ConnectionLimits::default() };
    let app = App::on_host(|host| host.connection_limits(limits)).await;
    let mut served = Vec::new();
    for _ in 0..20 {
        let mut connection = connect_from("127.0.0.3", app.addr()).await;
        assert!(is_served(&mut connection).await);
        served.push(connection);
    }
    assert!(!is_served(&mut connect_from("127.0.0.3", app.addr()).await).await);
    assert!(is_served(&mut connect_from("127.0.0.2", app.addr()).await).await);
    drop(served);
    let begun = Instant::now();
    // The server notices the end of the connections soon.
    while !is_served(&mut connect_from("127.0.0.3", app.addr()).await).await {
        assert!(begun.elapsed() < Duration::from_secs(20), "the places are not free again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_is_exempt_from_the_limits_of_an_address() {
    let limits =
        ConnectionLimits { connections_per_address: 2, requests_per_address: 1, ..ConnectionLimits::default() };
    let settings = |host: host::Application| {
        host.connection_limits(limits)
            .trusted_proxies_from("trusted_proxies")
            .variable("trusted_proxies", "127.0.0.3/32")
    };
    let app = App::on_host(settings).await;
    let mut open = Vec::new();
    for _ in 0..30 {
        let mut connection = connect_from("127.0.0.3", app.addr()).await;
        assert!(is_served(&mut connection).await);
        open.push(connection);
    }
}

/// Connections beyond the limit of the host are refused at once: they do not wait in the queue of the kernel.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_host_refuses_connections_and_leaves_places_for_new_addresses() {
    let limits = ConnectionLimits { connections: 60, ..ConnectionLimits::default() };
    let app = App::on_host(|host| host.connection_limits(limits)).await;
    let mut open = Vec::new();
    let mut refused = 0;
    for _ in 0..80 {
        let mut connection = connect_from("127.0.0.3", app.addr()).await;
        match is_served(&mut connection).await {
            true => open.push(connection),
            false => refused += 1,
        }
    }
    assert!(refused >= 20 && open.len() < 60, "{refused} refused, {} open", open.len());
    let begun = Instant::now();
    assert!(is_served(&mut connect_from("127.0.0.2", app.addr()).await).await);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// A guest cannot be cancelled, so a client must not start more calls by disconnecting: 400 logins take a minute.
#[tokio::test(flavor = "multi_thread")]
async fn logins_of_clients_that_leave_at_once_are_not_all_done() {
    let limits = ConnectionLimits { requests_per_address: 4, ..ConnectionLimits::default() };
    let app = App::on_host(|host| host.connection_limits(limits)).await;
    let collector = app.collector().await;
    let body = format!("{{\"email\":\"{}\",\"password\":\"not the right one\"}}", collector.email);
    let length = body.len();
    let login = format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    for _ in 0..400 {
        let mut connection = connect_from("127.0.0.3", app.addr()).await;
        connection.write_all(login.as_bytes()).await.expect("an open connection");
    }
    let begun = Instant::now();
    collector.from_address("127.0.0.2").login(&collector.email).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

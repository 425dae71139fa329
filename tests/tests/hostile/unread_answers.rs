//! Clients that ask for much and read nothing. They are disconnected, hold little, and others are served meanwhile.

use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use host::ConnectionLimits;
use serde_json::json;
use tests::{App, Caller, Process, records};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};

use crate::http2;

const CONNECTIONS: usize = 24;
/// A list of this many records has more bytes than the buffers of two sockets.
const RECORDS: usize = 1_000;
const LIST: &str = "/api/collection?limit=1000";

/// A connection whose socket holds little of what it does not read.
async fn connect(server: SocketAddr, first: &[u8]) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    let mut connection = socket.connect(server).await.expect("a connection");
    connection.write_all(first).await.expect("a socket that takes the bytes");
    connection
}

/// The bytes that arrive until the server has closed the connection.
async fn rest(mut connection: TcpStream) -> usize {
    let mut received = Vec::new();
    // A reset is an end too.
    let _ = timeout(Duration::from_secs(15), connection.read_to_end(&mut received)).await.expect("an end");
    received.len()
}

async fn fill(collector: &Caller) {
    collector.post("/api/collection/sync", json!({"albums": records::many(RECORDS)})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_is_disconnected_and_stops_no_one() {
    let limits = ConnectionLimits { write: Duration::from_secs(2), ..ConnectionLimits::default() };
    let app = App::on_host(|host| host.connection_limits(limits)).await;
    let collector = app.collector().await;
    fill(&collector).await;
    let list = collector.get(LIST).await.expect(200).json().to_string().len();
    let token = &collector.access_token;
    let request = format!("GET {LIST} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    let streams: Vec<u8> = (0..20).flat_map(|number| http2::get(number, LIST, token)).collect();
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS / 3 {
        connections.push(connect(app.addr(), request.as_bytes()).await);
        connections.push(connect(app.addr(), request.repeat(40).as_bytes()).await);
        connections.push(connect(app.addr(), &[http2::start_without_window(), streams.clone()].concat()).await);
    }
    let bystander = collector.from_address("127.0.0.2");
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(6) {
        assert_eq!(bystander.list("?limit=1").await.len(), 1);
        sleep(Duration::from_millis(50)).await;
    }
    for connection in connections {
        let received = rest(connection).await;
        assert!(received < list, "the answer of {list} bytes was kept for the client: it read {received} of them");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_slowly_gets_its_answer() {
    let limits = ConnectionLimits { write: Duration::from_secs(2), ..ConnectionLimits::default() };
    let app = App::on_host(|host| host.connection_limits(limits)).await;
    let collector = app.collector().await;
    fill(&collector).await;
    let token = &collector.access_token;
    let close = "connection: close\r\n";
    let request = format!("GET {LIST} HTTP/1.1\r\nhost: x\r\n{close}authorization: Bearer {token}\r\n\r\n");
    let mut connection = connect(app.addr(), request.as_bytes()).await;
    let (mut received, mut buffer) = (Vec::new(), vec![0; 8192]);
    // 80 kB a second: about 4 s, twice the limit without progress.
    while let Ok(count @ 1..) = connection.read(&mut buffer).await {
        received.extend_from_slice(&buffer[..count]);
        sleep(Duration::from_millis(count as u64 / 80)).await;
    }
    let text = String::from_utf8_lossy(&received);
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(body.trim_end().ends_with(['}', '0']), "{}", &body[body.len() - 100..]);
    assert!(body.len() > 200_000, "{}", body.len());
}

/// 2,400 requests for 400 kB each; without limits they took more than 1 GiB.
#[tokio::test(flavor = "multi_thread")]
async fn answers_that_no_one_reads_do_not_take_the_memory_of_the_machine() {
    let state = tempfile::tempdir().expect("a temporary folder");
    let process = Process::start(state.path()).await;
    let collector = process.anonymous().register("unread@example.org").await;
    fill(&collector).await;
    let server = process.url().trim_start_matches("http://").parse().expect("an address");
    let streams = (0..100).flat_map(|number| http2::get(number, LIST, &collector.access_token));
    let request = [http2::start_without_window(), streams.collect()].concat();
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(connect(server, &request).await);
    }
    let bystander = collector.from_address("127.0.0.2");
    let (begun, mut peak) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_secs(6) {
        peak = peak.max(resident_bytes(process.id()));
        sleep(Duration::from_millis(100)).await;
    }
    bystander.get("/api/health").await.expect(200);
    assert!(peak < 512 << 20, "{} MiB", peak >> 20);
}

fn resident_bytes(process: u32) -> u64 {
    let status = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"));
    let status = status.expect("the status of the process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
}

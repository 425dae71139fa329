//! More bodies at once than there is memory for. Some are refused, others are served, and the memory is free afterwards.

use std::time::{Duration, Instant};

use host::ConnectionLimits;
use tests::App;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::connections::connect_from;

const ATTACKER: &str = "127.0.0.3";
const BODY: usize = 1_000_000;
/// A quarter, 24 MiB, is for one address: 25 of these bodies.
const BUDGET: usize = 96 << 20;
const BODIES: usize = 60;
/// The bodies that cannot be held.
const REFUSED: usize = 30;

/// Bodies that wait in memory, and may do so for longer than the test takes.
fn patient() -> ConnectionLimits {
    let hour = Duration::from_secs(3_600);
    ConnectionLimits { body_buffer: 2 * BODY, body_grace: hour, body: hour, ..ConnectionLimits::default() }
}

fn login(length: usize) -> String {
    format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// Sends so many bytes of a body, and returns the head of the answer.
async fn answer_to(app: &App, sent: usize, announced: usize) -> String {
    let mut connection = connect_from(ATTACKER, app.addr()).await;
    // Fails if the request is refused before all is sent. Its answer may be readable all the same.
    let _ = connection.write_all(login(announced).as_bytes()).await;
    let _ = connection.write_all(&vec![b' '; sent]).await;
    let mut answer = vec![0; 4096];
    let length = connection.read(&mut answer).await.unwrap_or(0);
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_beyond_the_share_of_an_address_are_refused_and_others_are_served() {
    let app = App::on_host(|host| host.memory_budget(BUDGET).connection_limits(patient())).await;
    let bystander = app.collector().await.from_address("127.0.0.2");
    let mut waiting = JoinSet::new();
    let app = std::sync::Arc::new(app);
    for _ in 0..BODIES {
        let app = app.clone();
        waiting.spawn(async move { answer_to(&app, BODY, BODY + 1).await });
    }
    let mut refusals = Vec::new();
    while refusals.len() < REFUSED {
        let ended = timeout(Duration::from_secs(30), waiting.join_next()).await.expect("refusals");
        refusals.push(ended.expect("a request").expect("an answer"));
    }
    // An answer may be lost: the connection is closed while the client still sends.
    for refusal in refusals.iter().filter(|refusal| !refusal.is_empty()) {
        assert!(refusal.starts_with("HTTP/1.1 503 ") && refusal.contains("retry-after: 1\r\n"), "{refusal}");
    }
    assert!(waiting.len() > 4, "bodies within the share are waited for");
    assert!(bystander.list("").await.is_empty());

    waiting.shutdown().await;
    let begun = Instant::now();
    // The host notices soon that the clients have left.
    while !answer_to(&app, BODY, BODY).await.starts_with("HTTP/1.1 400 ") {
        assert!(begun.elapsed() < Duration::from_secs(30), "the memory is not free again");
        sleep(Duration::from_millis(50)).await;
    }
}

/// The heads of requests that were answered take no memory.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_with_many_requests_is_not_taken_for_one_with_a_large_head() {
    let app = App::on_host(|host| host.memory_budget(BUDGET)).await;
    let mut connection = connect_from(ATTACKER, app.addr()).await;
    let padding = "x".repeat(60_000);
    let request = format!("GET /.well-known/spin/health HTTP/1.1\r\nhost: x\r\npadding: {padding}\r\n\r\n");
    // 30 MB in sum: more than the share of an address.
    for number in 0..500 {
        connection.write_all(request.as_bytes()).await.expect("an open connection");
        let mut answer = vec![0; 4096];
        let length = timeout(Duration::from_secs(30), connection.read(&mut answer)).await.expect("an answer in time");
        let length = length.expect("an open connection");
        assert!(answer[..length].starts_with(b"HTTP/1.1 200 "), "request {number}");
    }
}

//! Attacks that hold connections: they send or read little, or nothing.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout_at},
};

use super::{Target, tally::Tally};
use crate::{api::page_path, load::request};

/// Until a connection that has ended is opened again.
const PAUSE: Duration = Duration::from_millis(100);

pub async fn slow_bodies(target: &Target) -> anyhow::Result<Tally> {
    let head = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
        Content-Length: 100\r\n\r\n{";
    hold(target, 270, head.as_bytes()).await
}

pub async fn silent(target: &Target) -> anyhow::Result<Tally> {
    let (mut nothing, preface) = tokio::try_join!(hold(target, 200, b""), hold(target, 200, b"PRI"))?;
    nothing.add(preface);
    Ok(nothing)
}

/// Keeps this many connections, sends these bytes on each, and counts how each ends: by a status, closed, or still
/// open. One that has ended is opened again after a pause.
async fn hold(target: &Target, connections: usize, bytes: &'static [u8]) -> anyhow::Result<Tally> {
    let (address, until) = (target.api.address, target.until);
    let mut held = JoinSet::new();
    for _ in 0..connections {
        held.spawn(async move {
            let mut tally = Tally::default();
            while Instant::now() < until {
                match timeout_at(until.into(), end_of(address, bytes)).await {
                    Ok(end) => tally.count(end),
                    Err(_) => tally.count("still open"),
                }
                sleep(PAUSE).await;
            }
            tally
        });
    }
    Ok(sum(held).await)
}

/// Sends these bytes, and waits for the end of the connection or the status of an answer.
async fn end_of(address: SocketAddr, bytes: &[u8]) -> String {
    let Ok(mut stream) = TcpStream::connect(address).await else { return "refused".to_owned() };
    let mut answer = [0; 64];
    if stream.write_all(bytes).await.is_err() {
        return "closed".to_owned();
    }
    match stream.read(&mut answer).await {
        Ok(count) if count > 0 => status(&answer[..count]),
        _ => "closed".to_owned(),
    }
}

/// `HTTP/1.1 408 …` → `408`.
fn status(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer).split(' ').nth(1).unwrap_or("other").to_owned()
}

pub async fn unread_answers(target: &Target) -> anyhow::Result<Tally> {
    let list = request::get(&page_path(1_000), Some(&target.token));
    let (address, until) = (target.api.address, target.until);
    let mut held = JoinSet::new();
    for _ in 0..24 {
        let list = list.clone();
        held.spawn(async move {
            let mut tally = Tally::default();
            while Instant::now() < until {
                tally.count(send_only(address, &list, until).await);
                sleep(PAUSE).await;
            }
            tally
        });
    }
    Ok(sum(held).await)
}

/// Sends the request again and again on one connection, and reads nothing; the server may hold each answer.
async fn send_only(address: SocketAddr, request: &[u8], until: Instant) -> &'static str {
    let Ok(mut stream) = TcpStream::connect(address).await else { return "refused" };
    while Instant::now() < until {
        match timeout_at(until.into(), stream.write_all(request)).await {
            Ok(Ok(())) => sleep(Duration::from_secs(1)).await,
            Ok(Err(_)) => return "closed",
            Err(_) => break,
        }
    }
    "still open"
}

async fn sum(held: JoinSet<Tally>) -> Tally {
    let mut sum = Tally::default();
    held.join_all().await.into_iter().for_each(|tally| sum.add(tally));
    sum
}

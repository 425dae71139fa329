//! Attacks that hold connections: they send or read little, or nothing.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout_at},
};

use super::{Target, tally::Tally};
use crate::{api::page_path, load::request};

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

/// Opens connections, sends these bytes on each, and counts how each ends: by a status, closed, or still open.
async fn hold(target: &Target, connections: usize, bytes: &'static [u8]) -> anyhow::Result<Tally> {
    let (address, until) = (target.api.address, target.until);
    let mut held = JoinSet::new();
    for _ in 0..connections {
        held.spawn(async move {
            let Ok(mut stream) = TcpStream::connect(address).await else { return "refused".to_owned() };
            if stream.write_all(bytes).await.is_err() {
                return "closed".to_owned();
            }
            let mut answer = [0; 64];
            match timeout_at(until.into(), stream.read(&mut answer)).await {
                Err(_) => "still open".to_owned(),
                Ok(Ok(count)) if count > 0 => status(&answer[..count]),
                Ok(_) => "closed".to_owned(),
            }
        });
    }
    Ok(tally(held).await)
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
            let Ok(mut stream) = TcpStream::connect(address).await else { return "refused".to_owned() };
            // Further requests on the same connection; the server may keep their answers too.
            while Instant::now() < until {
                if stream.write_all(&list).await.is_err() {
                    return "closed".to_owned();
                }
                sleep(Duration::from_secs(1)).await;
            }
            "still open".to_owned()
        });
    }
    Ok(tally(held).await)
}

async fn tally(ends: JoinSet<String>) -> Tally {
    let mut tally = Tally::default();
    ends.join_all().await.into_iter().for_each(|end| tally.count(end));
    tally
}

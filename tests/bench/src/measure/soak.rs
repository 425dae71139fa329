//! Resident memory under mixed load: lists, edits, syncs, logins, questions to the assistant, lookups, and clients that
//! attack. A line a minute; the memory must not grow.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;
use stand_ins::Discogs;
use tokio::{io::AsyncWriteExt as _, net::TcpStream, time::sleep};

use super::{Bench, upstream::Upstream};
use crate::{
    api::{Account, Api, credentials, page_path},
    catalogue,
    load::{Connection, Memory, memory, request},
    process::Process,
    table::{Row, number},
};

const MIB: f64 = 1_048_576.0;
const GOAL_MIB: f64 = 512.0;
/// The last minutes against the first ones.
const GOAL_GROWTH: f64 = 1.1;
/// Pauses between the requests of one client.
const OFTEN: Duration = Duration::from_millis(5);
const SELDOM: Duration = Duration::from_millis(500);

/// How many requests were answered, and how many were not, or with a fault of the server.
#[derive(Default)]
struct Counts {
    answered: AtomicUsize,
    failed: AtomicUsize,
}

pub async fn mixed(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let discogs = Upstream::start(Discogs::start()).await?;
    discogs.limit(Some(1_000_000));
    let url = discogs.url();
    let variables = [
        ("discogs_base_url", url.as_str()),
        ("discogs_image_url", &url),
        ("discogs_daily_quota", "0"),
        ("discogs_installation_quota", "0"),
        ("chat_daily_quota", "1000000"),
        ("chat_installation_quota", "0"),
    ];
    let process = bench.setup.start_ours_with("soak", "code", &variables).await?;
    let (api, counts) = (Api::new(&process), Arc::new(Counts::default()));
    let until = Instant::now() + Duration::from_secs(bench.minutes * 60);
    let account = api.collector("soak", 2_000).await?;
    let catnos = discogs.pressings().iter().map(|pressing| pressing.catno.replace(' ', "%20")).collect();
    let loads = start_loads(api, &account, catnos, until, &counts).await?;
    let found = watch(&process, bench.minutes, &counts).await?;
    for load in loads {
        load.await??;
    }
    Ok(vec![row(&found, &counts, bench.minutes)])
}

type Running = tokio::task::JoinHandle<anyhow::Result<()>>;

async fn start_loads(
    api: Api,
    account: &Account,
    catnos: Vec<String>,
    until: Instant,
    counts: &Arc<Counts>,
) -> anyhow::Result<Vec<Running>> {
    let token = Some(account.token.as_str());
    let ids: Vec<i64> = api.page(account, 100).await?.iter().filter_map(|album| album["id"].as_i64()).collect();
    let edits = (0..40).map(|seed| catalogue::changes(&ids[seed % 10 * 10..][..10], seed as u64));
    let edits: Vec<_> = edits.collect::<Result<_, _>>()?;
    let changes = json!({"device_id": "soak", "cursor": null, "ops": []}).to_string();
    let question = json!({"message": "Which of my jazz records have I not rated?"}).to_string();
    let post = |path: &str, body: &str| request::post(path, token, body);
    let lookups = catnos.iter().map(|catno| request::get(&format!("/api/discogs/search?catno={catno}"), token));
    let loads: Vec<(Vec<Vec<u8>>, usize, Duration)> = vec![
        (vec![request::get(&page_path(100), token), request::get("/api/collection/stats", token)], 4, OFTEN),
        (vec![request::get(&page_path(1_000), token)], 2, OFTEN),
        (edits.iter().map(|body| post("/api/collection/sync", body)).collect(), 2, SELDOM),
        (vec![post("/api/collection/sync", &changes)], 2, SELDOM),
        (vec![request::post("/api/auth/login", None, &credentials(&account.email))], 1, SELDOM),
        (vec![post("/api/chat", &question)], 1, SELDOM),
        (lookups.collect(), 1, OFTEN),
    ];
    let mut running = Vec::new();
    for (requests, clients, pause) in loads {
        for _ in 0..clients {
            let (requests, counts) = (requests.clone(), counts.clone());
            running
                .push(tokio::task::spawn_blocking(move || on_own_thread(repeat(api, requests, pause, until, counts))));
        }
    }
    let unread = request::get(&page_path(1_000), token);
    let slow = b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
        Content-Length: 100\r\n\r\n{";
    for bytes in [unread, slow.to_vec(), b"PRI".to_vec(), Vec::new()] {
        running.push(tokio::task::spawn_blocking(move || on_own_thread(attack(api, bytes, until))));
    }
    Ok(running)
}

fn on_own_thread(load: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(load)
}

async fn repeat(
    api: Api,
    requests: Vec<Vec<u8>>,
    pause: Duration,
    until: Instant,
    counts: Arc<Counts>,
) -> anyhow::Result<()> {
    let mut connection = None;
    for request in requests.iter().cycle() {
        if Instant::now() >= until {
            break;
        }
        let open = match connection.take() {
            Some(open) => Ok(open),
            None => Connection::open(api.address).await,
        };
        let answer = match open {
            Ok(mut open) => open.exchange(request, |_| {}).await.map(|answer| (connection.insert(open), answer).1),
            Err(error) => Err(error),
        };
        let is_answered = answer.is_ok_and(|answer| answer.status < 500);
        if is_answered { &counts.answered } else { &counts.failed }.fetch_add(1, Ordering::Relaxed);
        sleep(pause).await;
    }
    Ok(())
}

/// Five connections at a time that send these bytes and then neither send nor read, for some seconds each.
async fn attack(api: Api, bytes: Vec<u8>, until: Instant) -> anyhow::Result<()> {
    while Instant::now() < until {
        let mut held = Vec::new();
        for _ in 0..5 {
            if let Ok(mut stream) = TcpStream::connect(api.address).await {
                // The server may have closed it, which is fine.
                let _ = stream.write_all(&bytes).await;
                held.push(stream);
            }
        }
        sleep(Duration::from_secs(3)).await;
    }
    Ok(())
}

/// Prints and returns the memory at the end of each minute.
async fn watch(process: &Process, minutes: u64, counts: &Counts) -> anyhow::Result<Vec<Memory>> {
    let mut found = Vec::new();
    let mut before = 0;
    for minute in 1..=minutes {
        sleep(Duration::from_secs(60)).await;
        let now = memory(process.id())?;
        let (answered, failed) = (counts.answered.load(Ordering::Relaxed), counts.failed.load(Ordering::Relaxed));
        let rate = number((answered - before) as f64 / 60.0);
        before = answered;
        eprintln!(
            "minute {minute}: {:.0} MiB resident, {:.0} anonymous, {rate} requests/s, {failed} failed",
            now.resident as f64 / MIB,
            now.anonymous as f64 / MIB
        );
        found.push(now);
    }
    Ok(found)
}

fn row(found: &[Memory], counts: &Counts, minutes: u64) -> Row {
    let part = found.len().div_ceil(4);
    // Without mapped files: the database grows under this load.
    let mean =
        |part: &[Memory]| part.iter().map(|memory| memory.anonymous as f64 / MIB).sum::<f64>() / part.len() as f64;
    let (first, last) = (mean(&found[..part]), mean(&found[found.len() - part..]));
    let peak = found.iter().map(|memory| memory.peak).max().unwrap_or_default() as f64 / MIB;
    let (answered, failed) = (counts.answered.load(Ordering::Relaxed), counts.failed.load(Ordering::Relaxed));
    Row {
        what: format!("anonymous memory over {minutes} minutes of mixed load"),
        ours: format!(
            "first quarter {first:.0} MiB, last {last:.0}, resident peak {peak:.0}; {} answered, {failed} failed",
            number(answered as f64)
        ),
        ratio: Some(last / first),
        goal: format!("≤ {GOAL_GROWTH}, peak < {GOAL_MIB:.0} MiB"),
        met: Some(last / first <= GOAL_GROWTH && peak < GOAL_MIB),
        figures: json!({"minutes": found, "answered": answered, "failed": failed}),
        ..Row::default()
    }
}

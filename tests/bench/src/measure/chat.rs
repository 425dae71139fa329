//! The delay that the assistant adds to its provider. The provider is a stand-in whose tokens are the times at which it
//! sends them, so a client can compute the delay of each token. Our application is a separate process; the stand-in and
//! the clients are threads of this process.

use std::{
    net::SocketAddr,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::ensure;
use serde_json::json;
use stand_ins::{ApiFormat, LanguageModel};
use tokio::task::{LocalSet, spawn_blocking, spawn_local};

use super::{Bench, quantile, upstream::Upstream};
use crate::{
    api::{Api, page_path},
    load::{Connection, Memory, memory, probe, request},
    process::Process,
    table::{Row, number},
};

const MIB: f64 = 1_048_576.0;
/// From the design: the delay of the first token, in the median.
const GOAL_MS: f64 = 10.0;
/// Questions in each round.
const QUESTIONS: usize = 20;
/// Tokens in the answer whose throughput is measured.
const TOKENS: usize = 20_000;
/// Simultaneous answers: of several accounts, because one may have eight at a time.
const STREAMS: usize = 100;
const STREAMS_OF_AN_ACCOUNT: usize = 8;
/// The time between two tokens of a small model.
const PACE: Duration = Duration::from_millis(40);
const PACED_TOKENS: usize = 125;
/// The interval between two requests of a visitor.
const VISITS: Duration = Duration::from_millis(20);

pub async fn beside(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let upstream = Upstream::start(LanguageModel::start(ApiFormat::OpenAi)).await?;
    let url = upstream.url();
    let variables = [
        ("chat_provider", "openai"),
        ("chat_base_url", &url),
        ("chat_api_key", "bench"),
        ("chat_daily_quota", "1000000"),
        ("chat_installation_quota", "0"),
    ];
    let ours = bench.setup.start_ours_with("chat", "code", &variables).await?;
    let api = Api::new(&ours);
    let token = api.collector("chatter", 1_000).await?.token;
    let body = json!({"message": "What should I play on a rainy Sunday?"});
    let ask = question("/api/chat", &token, &body);
    let mut asks = Vec::new();
    for number in 0..STREAMS.div_ceil(STREAMS_OF_AN_ACCOUNT) {
        let token = api.collector(&format!("chatter{number}"), 100).await?.token;
        asks.extend(vec![question("/api/chat", &token, &body); STREAMS_OF_AN_ACCOUNT]);
    }
    let rows = vec![
        first_token(bench, &upstream, &ours, &ask).await?,
        throughput(&upstream, &ours, &ask).await?,
        at_once(&upstream, &ours, &asks[..STREAMS], &token).await?,
    ];
    Ok(rows)
}

/// The delay of the first token between provider and client, one question at a time.
async fn first_token(bench: &Bench<'_>, upstream: &LanguageModel, ours: &Process, ask: &[u8]) -> anyhow::Result<Row> {
    upstream.answer_with_times(1);
    let questions = bench.plan.rounds * QUESTIONS;
    let mut delays = Vec::new();
    for _ in 0..questions {
        delays.extend(read_answers(ours.address, &[ask.to_vec()]).await?.delays);
    }
    ensure!(delays.len() == questions, "{} of {questions} first tokens arrived", delays.len());
    let (p50, p99) = (quantile(&mut delays, 0.5), quantile(&mut delays, 0.99));
    Ok(Row {
        what: format!("first token, provider to client ({questions} questions)"),
        ours: format!("p50 {} ms, p99 {} ms", number(p50), number(p99)),
        goal: format!("p50 ≤ {GOAL_MS:.0} ms"),
        met: Some(p50 <= GOAL_MS),
        figures: json!({"p50_ms": p50, "p99_ms": p99}),
        ..Row::default()
    })
}

/// One answer at full speed: through our application, and directly from the stand-in.
async fn throughput(upstream: &LanguageModel, ours: &Process, ask: &[u8]) -> anyhow::Result<Row> {
    upstream.answer_with_times(TOKENS);
    let body = json!({"model": "m", "stream": true, "messages": [{"role": "user", "content": "x"}]});
    let straight = question("/v1/chat/completions", "bench", &body);
    let (mut chain, mut alone) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        for (address, ask, rates) in
            [(ours.address, ask, &mut chain), (upstream.address(), straight.as_slice(), &mut alone)]
        {
            let received = read_answers(address, &[ask.to_vec()]).await?;
            ensure!(received.delays.len() * 100 >= TOKENS * 99, "{} of {TOKENS} tokens arrived", received.delays.len());
            rates.push(TOKENS as f64 / received.elapsed.as_secs_f64());
        }
    }
    let (chain, alone) = (quantile(&mut chain, 0.5), quantile(&mut alone, 0.5));
    Ok(Row {
        what: format!("tokens a second, one answer of {TOKENS}"),
        ours: format!("{}/s", number(chain)),
        native: format!("{}/s (the stand-in alone)", number(alone)),
        ratio: Some(chain / alone),
        figures: json!({"chain": chain, "alone": alone}),
        ..Row::default()
    })
}

/// Many simultaneous answers at the pace of a model: their delay, their memory, and the latency of other requests.
async fn at_once(upstream: &LanguageModel, ours: &Process, asks: &[Vec<u8>], token: &str) -> anyhow::Result<Row> {
    upstream.answer_with_times(PACED_TOKENS);
    upstream.pace(PACE);
    let visitor = Api::new(ours).load(request::get(&page_path(100), Some(token)), 2).await?;
    let time = PACE * u32::try_from(PACED_TOKENS)?;
    let quiet = probe(&visitor, VISITS, time / 2).await?;
    let before = memory(ours.id())?;
    let answers = read_answers(ours.address, asks);
    let visits = async {
        tokio::time::sleep(time / 4).await;
        let busy = probe(&visitor, VISITS, time / 2).await?;
        anyhow::Ok((busy, memory(ours.id())?))
    };
    let (mut received, (busy, during)) = tokio::try_join!(answers, visits)?;
    ensure!(received.delays.len() * 100 >= STREAMS * PACED_TOKENS * 99, "{} tokens arrived", received.delays.len());
    let (p50, p99) = (quantile(&mut received.delays, 0.5), quantile(&mut received.delays, 0.99));
    let mib = |Memory { resident, .. }: Memory| resident as f64 / MIB;
    let others = |sample: &crate::load::Sample| {
        format!("p50 {} ms, p99 {} ms", number(sample.quantile(0.5)), number(sample.quantile(0.99)))
    };
    Ok(Row {
        what: format!("{STREAMS} answers at once, a token each {} ms", PACE.as_millis()),
        ours: format!(
            "token p50 {} ms, p99 {} ms; memory {:.0} → {:.0} MiB; a page of 100 meanwhile {} (quiet: {})",
            number(p50),
            number(p99),
            mib(before),
            mib(during),
            others(&busy),
            others(&quiet),
        ),
        figures: json!({"token_p50_ms": p50, "token_p99_ms": p99, "before": before, "during": during,
            "others_p99_ms": busy.quantile(0.99), "others_quiet_p99_ms": quiet.quantile(0.99)}),
        ..Row::default()
    })
}

/// A question that requests its answer as server-sent events.
fn question(path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    let request = request::post(path, Some(token), &body.to_string());
    let request = String::from_utf8_lossy(&request).replacen("\r\n", "\r\nAccept: text/event-stream\r\n", 1);
    request.into_bytes()
}

/// The tokens that a client received.
struct Received {
    /// The delay of each token, in milliseconds.
    delays: Vec<f64>,
    elapsed: Duration,
}

/// Sends all requests at once, and reads the answers on a separate thread.
async fn read_answers(address: SocketAddr, asks: &[Vec<u8>]) -> anyhow::Result<Received> {
    let asks = asks.to_vec();
    spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let local = LocalSet::new();
        local.block_on(&runtime, async {
            let begin = Instant::now();
            let readers: Vec<_> = asks.into_iter().map(|ask| spawn_local(read_answer(address, ask))).collect();
            let mut delays = Vec::new();
            for reader in readers {
                delays.append(&mut reader.await??);
            }
            Ok(Received { delays, elapsed: begin.elapsed() })
        })
    })
    .await?
}

async fn read_answer(address: SocketAddr, ask: Vec<u8>) -> anyhow::Result<Vec<f64>> {
    let mut delays = Vec::new();
    let mut last = Vec::new();
    let read = |part: &[u8]| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as f64;
        delays.extend(times(part).map(|sent| (now - sent) / 1e6));
        last = part[part.len().saturating_sub(300)..].to_vec();
    };
    let answer = Connection::open(address).await?.exchange(&ask, read).await?;
    let last = String::from_utf8_lossy(&last);
    ensure!(answer.status == 200, "an answer has the status {}", answer.status);
    ensure!(!last.contains("event: error"), "an answer ended with an error: {last}");
    Ok(delays)
}

/// The times in a part of an answer, in nanoseconds since 1970. A time that is split between two parts is left out.
fn times(part: &[u8]) -> impl Iterator<Item = f64> + '_ {
    let numbers = part.split(|byte| !byte.is_ascii_digit()).filter(|digits| digits.len() == 19);
    numbers.filter_map(|digits| std::str::from_utf8(digits).ok()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_frames_are_found_and_split_ones_left_out() {
        let part = b"event: delta\ndata: {\"text\":\"1795215228530123456 \"}\n\ndata: 17";
        assert_eq!(times(part).collect::<Vec<_>>(), [1_795_215_228_530_123_456.0]);
    }
}

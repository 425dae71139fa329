//! What the assistant adds to its provider: a stand-in that says the time, so that every word tells how long it took to the
//! client. Our application is a process of its own; the stand-in and the clients are threads of this one.

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
/// Of the design: what the chain may add to the first token, in the median.
const GOAL_MS: f64 = 10.0;
/// In each round.
const FIRSTS: usize = 20;
/// In one answer, as fast as they go.
const TOKENS: usize = 20_000;
const STREAMS: usize = 100;
/// As fast as a small model talks.
const PACE: Duration = Duration::from_millis(40);
const PACED_TOKENS: usize = 125;
const VISITS: Duration = Duration::from_millis(20);

pub async fn beside(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let upstream = Upstream::start(LanguageModel::start(ApiFormat::OpenAi)).await?;
    let url = upstream.url();
    let variables = [
        ("chat_provider", "openai"),
        ("chat_base_url", &url),
        ("chat_api_key", "bench"),
        ("chat_daily_quota", "1000000"),
    ];
    let ours = bench.setup.start_ours_with("chat", "code", &variables).await?;
    let api = Api::new(&ours);
    let token = api.collector("talker", 1_000).await?.token;
    let ask = asking("/api/chat", &token, &json!({"message": "What should I play on a rainy Sunday?"}));
    let rows = vec![
        first_token(bench, &upstream, &ours, &ask).await?,
        throughput(&upstream, &ours, &ask).await?,
        at_once(&upstream, &ours, &ask, &token).await?,
    ];
    Ok(rows)
}

/// From the provider's first token to the client's, one question at a time.
async fn first_token(bench: &Bench<'_>, upstream: &LanguageModel, ours: &Process, ask: &[u8]) -> anyhow::Result<Row> {
    upstream.say_the_time(1);
    let firsts = bench.plan.rounds * FIRSTS;
    let mut ways = Vec::new();
    for _ in 0..firsts {
        ways.extend(streams(ours.address, ask, 1).await?.ways);
    }
    ensure!(ways.len() == firsts, "{} of {firsts} first tokens came", ways.len());
    let (p50, p99) = (quantile(&mut ways, 0.5), quantile(&mut ways, 0.99));
    Ok(Row {
        what: format!("first token, provider to client ({firsts} questions)"),
        ours: format!("p50 {} ms, p99 {} ms", number(p50), number(p99)),
        native: String::new(),
        ratio: None,
        goal: format!("p50 ≤ {GOAL_MS:.0} ms"),
        met: Some(p50 <= GOAL_MS),
        figures: json!({"p50_ms": p50, "p99_ms": p99}),
    })
}

/// One answer without any pace: through the chain, and straight from the stand-in.
async fn throughput(upstream: &LanguageModel, ours: &Process, ask: &[u8]) -> anyhow::Result<Row> {
    upstream.say_the_time(TOKENS);
    let body = json!({"model": "m", "stream": true, "messages": [{"role": "user", "content": "x"}]});
    let straight = asking("/v1/chat/completions", "bench", &body);
    let (mut chain, mut alone) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        for (address, ask, rates) in
            [(ours.address, ask, &mut chain), (upstream.address(), straight.as_slice(), &mut alone)]
        {
            let heard = streams(address, ask, 1).await?;
            ensure!(heard.ways.len() * 100 >= TOKENS * 99, "{} of {TOKENS} tokens came", heard.ways.len());
            rates.push(TOKENS as f64 / heard.elapsed.as_secs_f64());
        }
    }
    let (chain, alone) = (quantile(&mut chain, 0.5), quantile(&mut alone, 0.5));
    Ok(Row {
        what: format!("tokens a second, one answer of {TOKENS}"),
        ours: format!("{}/s", number(chain)),
        native: format!("{}/s (the stand-in alone)", number(alone)),
        ratio: Some(chain / alone),
        goal: String::new(),
        met: None,
        figures: json!({"chain": chain, "alone": alone}),
    })
}

/// Many answers at the pace of a model, their memory, and what others feel of them.
async fn at_once(upstream: &LanguageModel, ours: &Process, ask: &[u8], token: &str) -> anyhow::Result<Row> {
    upstream.say_the_time(PACED_TOKENS);
    upstream.pace(PACE);
    let visitor = Api::new(ours).load(request::get(&page_path(100), Some(token)), 2).await?;
    let time = PACE * u32::try_from(PACED_TOKENS)?;
    let quiet = probe(&visitor, VISITS, time / 2).await?;
    let before = memory(ours.id())?;
    let talking = streams(ours.address, ask, STREAMS);
    let watching = async {
        tokio::time::sleep(time / 4).await;
        let busy = probe(&visitor, VISITS, time / 2).await?;
        anyhow::Ok((busy, memory(ours.id())?))
    };
    let (mut heard, (busy, during)) = tokio::try_join!(talking, watching)?;
    ensure!(heard.ways.len() * 100 >= STREAMS * PACED_TOKENS * 99, "{} tokens came", heard.ways.len());
    let (p50, p99) = (quantile(&mut heard.ways, 0.5), quantile(&mut heard.ways, 0.99));
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
        native: String::new(),
        ratio: None,
        goal: String::new(),
        met: None,
        figures: json!({"token_p50_ms": p50, "token_p99_ms": p99, "before": before, "during": during,
            "others_p99_ms": busy.quantile(0.99), "others_quiet_p99_ms": quiet.quantile(0.99)}),
    })
}

/// A question whose answer is to come as events.
fn asking(path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    let request = request::post(path, Some(token), &body.to_string());
    let request = String::from_utf8_lossy(&request).replacen("\r\n", "\r\nAccept: text/event-stream\r\n", 1);
    request.into_bytes()
}

struct Heard {
    /// How long each token took, in milliseconds.
    ways: Vec<f64>,
    elapsed: Duration,
}

/// So many answers at once, heard to their ends on a thread of their own.
async fn streams(address: SocketAddr, ask: &[u8], count: usize) -> anyhow::Result<Heard> {
    let ask = ask.to_vec();
    spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let local = LocalSet::new();
        local.block_on(&runtime, async {
            let begin = Instant::now();
            let hearing: Vec<_> = (0..count).map(|_| spawn_local(hear(address, ask.clone()))).collect();
            let mut ways = Vec::new();
            for one in hearing {
                ways.append(&mut one.await??);
            }
            Ok(Heard { ways, elapsed: begin.elapsed() })
        })
    })
    .await?
}

async fn hear(address: SocketAddr, ask: Vec<u8>) -> anyhow::Result<Vec<f64>> {
    let mut ways = Vec::new();
    let mut last = Vec::new();
    let hear = |part: &[u8]| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as f64;
        ways.extend(times(part).map(|said| (now - said) / 1e6));
        last = part[part.len().saturating_sub(300)..].to_vec();
    };
    let answer = Connection::open(address).await?.exchange(&ask, hear).await?;
    let last = String::from_utf8_lossy(&last);
    ensure!(answer.status == 200, "an answer has the status {}", answer.status);
    ensure!(!last.contains("event: error"), "an answer broke off: {last}");
    Ok(ways)
}

/// The times in what was heard: numbers of nanoseconds since 1970. One that was cut in two is left out.
fn times(part: &[u8]) -> impl Iterator<Item = f64> + '_ {
    let numbers = part.split(|byte| !byte.is_ascii_digit()).filter(|digits| digits.len() == 19);
    numbers.filter_map(|digits| std::str::from_utf8(digits).ok()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_in_frames() {
        let part = b"event: delta\ndata: {\"text\":\"1795215228530123456 \"}\n\ndata: 17";
        assert_eq!(times(part).collect::<Vec<_>>(), [1_795_215_228_530_123_456.0]);
    }
}

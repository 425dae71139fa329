//! The time of Discogs lookups, with and without the cache, and the share that the cache answers. The rate limit of the
//! stand-in is high enough never to be reached.

use std::{net::SocketAddr, time::Instant};

use anyhow::{Context as _, ensure};
use serde_json::json;
use stand_ins::Discogs;

use super::{Bench, quantile, upstream::Upstream};
use crate::{
    api::Api,
    load::{Connection, request},
    process::Process,
    table::{Row, number},
};

/// From the design: p95 of answers from the cache.
const GOAL_MS: f64 = 20.0;
/// From the design: the share of ordinary lookups that the cache answers.
const GOAL_HITS: f64 = 0.8;
const CACHED: usize = 500;
const UNCACHED: usize = 50;
/// Ordinary use: a few records are looked up often, most only once.
const LOOKUPS: usize = 2_000;
const RECORDS: usize = 300;

pub async fn lookups(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let discogs = Upstream::start(Discogs::start()).await?;
    discogs.limit(Some(5_000));
    let url = discogs.url();
    let variables = [
        ("discogs_base_url", url.as_str()),
        ("discogs_image_url", &url),
        ("discogs_key", "bench"),
        ("discogs_secret", "bench"),
    ];
    let ours = bench.setup.start_ours_with("discogs", "code", &variables).await?;
    let token = Api::new(&ours).register("lookups").await?.token;
    let mut client = Client::open(&ours, &token).await?;
    let catnos: Vec<_> = discogs.pressings().iter().map(|pressing| pressing.catno.replace(' ', "%20")).collect();
    ensure!(catnos.len() >= RECORDS + UNCACHED, "the stand-in has {} records", catnos.len());

    let replay = client.replay(&catnos[..RECORDS]).await?;
    let uncached = client.uncached(discogs.address(), &catnos[RECORDS..]).await?;
    let mut rows = vec![replay, uncached];
    let search = format!("/api/discogs/search?catno={}", catnos[0]);
    let (_, body) = client.get(&search).await?;
    let body: serde_json::Value = serde_json::from_slice(&body)?;
    let cover = body["items"][0]["cover"].as_str().context("a cover")?.to_owned();
    for (what, path) in [("a search", search), ("a cover", cover)] {
        client.get(&path).await?;
        rows.push(client.cached(what, &path).await?);
    }
    Ok(rows)
}

struct Client<'a> {
    connection: Connection,
    token: &'a str,
}

impl<'a> Client<'a> {
    async fn open(ours: &Process, token: &'a str) -> anyhow::Result<Self> {
        Ok(Self { connection: Connection::open(ours.address).await?, token })
    }

    /// The time in milliseconds, and the body.
    async fn get(&mut self, path: &str) -> anyhow::Result<(f64, Vec<u8>)> {
        timed(&mut self.connection, &request::get(path, Some(self.token))).await
    }

    async fn cached(&mut self, what: &str, path: &str) -> anyhow::Result<Row> {
        let mut times = Vec::new();
        for _ in 0..CACHED {
            times.push(self.get(path).await?.0);
        }
        let (p50, p95) = (quantile(&mut times, 0.5), quantile(&mut times, 0.95));
        Ok(Row {
            what: format!("{what} from the cache, one after another"),
            ours: format!("p50 {} ms, p95 {} ms", number(p50), number(p95)),
            goal: format!("p95 < {GOAL_MS:.0} ms"),
            met: Some(p95 < GOAL_MS),
            figures: json!({"p50_ms": p50, "p95_ms": p95}),
            ..Row::default()
        })
    }

    /// Searches for records that are not in the cache: through our application, and directly from the stand-in.
    async fn uncached(&mut self, discogs: SocketAddr, catnos: &[String]) -> anyhow::Result<Row> {
        let mut direct = Connection::open(discogs).await?;
        let (mut ours, mut alone) = (Vec::new(), Vec::new());
        for catno in &catnos[..UNCACHED] {
            ours.push(self.get(&format!("/api/discogs/search?catno={catno}")).await?.0);
            let ask = request::get(&format!("/database/search?catno={catno}&type=release"), None);
            let ask = String::from_utf8_lossy(&ask).replacen("\r\n", "\r\nUser-Agent: Bench/1.0\r\n", 1);
            alone.push(timed(&mut direct, ask.as_bytes()).await?.0);
        }
        let (ours, alone) = (quantile(&mut ours, 0.5), quantile(&mut alone, 0.5));
        Ok(Row {
            what: format!("a search beyond the cache ({UNCACHED})"),
            ours: format!("p50 {} ms", number(ours)),
            native: format!("p50 {} ms (the stand-in alone)", number(alone)),
            figures: json!({"ours_ms": ours, "alone_ms": alone, "added_ms": ours - alone}),
            ..Row::default()
        })
    }

    async fn replay(&mut self, catnos: &[String]) -> anyhow::Result<Row> {
        let (mut hits, mut draw) = (0, Zipf::of(catnos.len()));
        for _ in 0..LOOKUPS {
            let (_, body) = self.get(&format!("/api/discogs/search?catno={}", catnos[draw.next()])).await?;
            hits += usize::from(serde_json::from_slice::<serde_json::Value>(&body)?["cached"] == true);
        }
        let rate = hits as f64 / LOOKUPS as f64;
        Ok(Row {
            what: format!("lookups answered from the cache ({LOOKUPS} of {RECORDS} records, by Zipf's law)"),
            ours: format!("{:.1} %", rate * 100.0),
            goal: format!("≥ {:.0} %", GOAL_HITS * 100.0),
            met: Some(rate >= GOAL_HITS),
            figures: json!({"hits": hits, "lookups": LOOKUPS}),
            ..Row::default()
        })
    }
}

async fn timed(connection: &mut Connection, request: &[u8]) -> anyhow::Result<(f64, Vec<u8>)> {
    let mut body = Vec::new();
    let begin = Instant::now();
    let answer = connection.exchange(request, |part| body.extend_from_slice(part)).await?;
    let elapsed = begin.elapsed().as_secs_f64() * 1000.0;
    ensure!(answer.status == 200, "a lookup answers {}: {}", answer.status, String::from_utf8_lossy(&body));
    Ok((elapsed, body))
}

/// Draws the k-th of several items in proportion to 1/k. The draws are the same in every run.
struct Zipf {
    /// For each item, the sum of the weights up to it, as a share of the total.
    cumulated: Vec<f64>,
    state: u64,
}

impl Zipf {
    fn of(count: usize) -> Self {
        let weights = (1..=count).map(|rank| 1.0 / rank as f64);
        let total: f64 = weights.clone().sum();
        let cumulated = weights.scan(0.0, |sum, weight| {
            *sum += weight / total;
            Some(*sum)
        });
        Self { cumulated: cumulated.collect(), state: 1 }
    }

    fn next(&mut self) -> usize {
        // A linear congruential generator with Knuth's multiplier. Its upper bits are the more random ones.
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let share = (self.state >> 11) as f64 / (1_u64 << 53) as f64;
        self.cumulated.partition_point(|upto| *upto < share).min(self.cumulated.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_item_is_drawn_most_often() {
        let (mut zipf, mut counts) = (Zipf::of(300), vec![0; 300]);
        (0..20_000).for_each(|_| counts[zipf.next()] += 1);
        assert!(counts[0] > 2_500 && counts[0] < 3_900, "1/H(300) is 0.159: {}", counts[0]);
        assert!(counts[1] * 2 > counts[0] * 4 / 5 && counts[299] < 30, "{} {}", counts[1], counts[299]);
    }
}

//! A page of 100 albums as the database grows. Two servers of ours are measured in turn: one keeps 1,000 albums, the
//! other is filled step by step. So the ratio shows the effect of the growth, not a change of the machine.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Bench;
use crate::{
    api::{Api, page_path},
    compare::{Figures, compare},
    load::request,
    sides::Pair,
    table::{Row, number},
};

const FIRST: u64 = 1_000;
/// The maximum number of albums per collector. Each sync is answered with the whole collection, so larger collections
/// would take longer to fill than to measure. The measured collector has this number, too.
const EACH: u64 = 20_000;
const CONNECTIONS: usize = 4;
/// After this time, the database does not grow further.
const LIMIT: Duration = Duration::from_secs(15 * 60);
const TOLERANCE: f64 = 0.2;

pub async fn page(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let small = bench.setup.start_ours("growth-small", "code").await?;
    let large = bench.setup.start_ours("growth-large", "code").await?;
    let account = Api::new(&small).collector("small", FIRST).await?;
    let begin = Instant::now();
    let mut rows = Vec::new();
    let mut total = 0;
    let mut size = FIRST;
    while size <= bench.most_albums && begin.elapsed() < LIMIT {
        let filled = fill(Api::new(&large), total, size, begin).await?;
        total = filled.total;
        if total < size {
            eprintln!("the growth ends at {} albums, because {LIMIT:?} have passed", number(total as f64));
            break;
        }
        let page = |token: &str| request::get(&page_path(100), Some(token));
        let loads = Pair {
            ours: Api::new(&large).load(page(&filled.token), CONNECTIONS).await?,
            native: Api::new(&small).load(page(&account.token), CONNECTIONS).await?,
        };
        let comparison = compare(&bench.plan, &loads).await?;
        rows.push(row(size, &comparison.figures, comparison.ratio));
        size *= 10;
    }
    Ok(rows)
}

struct Filled {
    total: u64,
    /// The token of the last collector, whose albums are at the end of the file and least likely to be cached.
    token: String,
}

/// Adds collectors until there are `size` albums in all.
async fn fill(api: Api, mut total: u64, size: u64, begin: Instant) -> anyhow::Result<Filled> {
    let mut token = None;
    while total < size && begin.elapsed() < LIMIT {
        let albums = EACH.min(size - total);
        let account = api.collector(&format!("grower{size}-{total}"), albums).await?;
        token = Some(account.token);
        total += albums;
    }
    Ok(Filled { total, token: token.unwrap_or_default() })
}

fn row(size: u64, figures: &Pair<Figures>, ratio: f64) -> Row {
    // The cost is the inverse of the ratio of requests per second.
    let cost = 1.0 / ratio;
    Row {
        what: format!("a page of 100 of {} albums", number(size as f64)),
        ours: format!("{}/s, {} ms", number(figures.ours.requests_per_second), number(figures.ours.p50_ms)),
        native: format!("with 1,000: {}/s", number(figures.native.requests_per_second)),
        ratio: Some(cost),
        goal: "cost ± 20 %".to_owned(),
        met: Some((cost - 1.0).abs() <= TOLERANCE),
        figures: json!({"large": figures.ours, "small": figures.native}),
    }
}

//! Requests per second at full load, our application and the native server in turn.

use anyhow::ensure;
use serde_json::{Value, json};

use super::Bench;
use crate::{
    api::{Account, page_path},
    catalogue,
    compare::{Comparison, Figures, compare},
    load::{Length, Load, request},
    sides::{BOTH, Pair, Side},
    table::{Row, number},
};

const CONNECTIONS: usize = 16;
/// Fewer connections for writes: SQLite has one writer, and with more connections only the queue for it would be
/// measured.
const WRITERS: usize = 4;

pub async fn health(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let health = || request::get("/api/health", None);
    let loads = Pair {
        ours: bench.servers.api(Side::Ours).load(health(), CONNECTIONS).await?,
        native: bench.servers.api(Side::Native).load(health(), CONNECTIONS).await?,
    };
    let comparison = compare(&bench.plan, &loads).await?;
    Ok(vec![row("GET /api/health".to_owned(), &loads, &comparison, 0.2)])
}

/// A whole collection of this many albums as one page.
pub async fn list(bench: &Bench<'_>, albums: u64) -> anyhow::Result<Vec<Row>> {
    let accounts = collectors(bench, &format!("list{albums}"), albums).await?;
    let mut loads = Vec::new();
    for side in BOTH {
        let request = request::get(&page_path(albums), Some(&accounts.of(side).token));
        loads.push(bench.servers.api(side).load(request, CONNECTIONS).await?);
    }
    let loads = pair(loads)?;
    let comparison = compare(&bench.plan, &loads).await?;
    let goal = if albums < 1_000 { 0.6 } else { 1.0 };
    Ok(vec![row(format!("GET /api/collection, {} albums", number(albums as f64)), &loads, &comparison, goal)])
}

/// Ten changes to a collection of a hundred albums. The answer is the whole collection.
pub async fn sync(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let accounts = collectors(bench, "sync10", 100).await?;
    let mut loads = Vec::new();
    for side in BOTH {
        let (api, account) = (bench.servers.api(side), accounts.of(side));
        let page = api.page(account, 100).await?;
        let ids: Vec<i64> = page.iter().filter_map(|album| album["id"].as_i64()).collect();
        // Forty bodies in turn, so that each request changes other albums or other values.
        let bodies = (0..40)
            .map(|seed| catalogue::changes(&ids[seed % 10 * 10..][..10], seed as u64))
            .collect::<Result<Vec<_>, _>>()?;
        let (_, length) = api.sync(account, &bodies[0]).await?;
        let token = Some(account.token.as_str());
        let requests: Vec<_> = bodies.iter().map(|body| request::post("/api/collection/sync", token, body)).collect();
        loads.push(api.load_of(requests.into(), WRITERS, Length::About(length)));
    }
    let loads = pair(loads)?;
    let comparison = compare(&bench.plan, &loads).await?;
    Ok(vec![row("sync of 10 changes, 100 albums back".to_owned(), &loads, &comparison, 0.6)])
}

/// Registers a collector with the same albums on each server, and checks that both servers return the same albums.
pub async fn collectors(bench: &Bench<'_>, name: &str, albums: u64) -> anyhow::Result<Pair<Account>> {
    let accounts = Pair {
        ours: bench.servers.api(Side::Ours).collector(name, albums).await?,
        native: bench.servers.api(Side::Native).collector(name, albums).await?,
    };
    let mut pages = Vec::new();
    for side in BOTH {
        let page = bench.servers.api(side).page(accounts.of(side), albums.min(1_000)).await?;
        pages.push(page.into_iter().map(content).collect::<Vec<_>>());
    }
    ensure!(pages[0].len() as u64 == albums.min(1_000), "a page of {} albums instead of {albums}", pages[0].len());
    ensure!(pages[0] == pages[1], "the two servers do not return the same albums in the same order");
    Ok(accounts)
}

/// An album without the fields that the server sets.
fn content(mut album: Value) -> Value {
    if let Some(fields) = album.as_object_mut() {
        for name in ["id", "uid", "version", "created_at", "updated_at"] {
            fields.remove(name);
        }
    }
    album
}

fn pair<T>(values: Vec<T>) -> anyhow::Result<Pair<T>> {
    let [ours, native] = <[T; 2]>::try_from(values).map_err(|_| anyhow::anyhow!("there are two sides"))?;
    Ok(Pair { ours, native })
}

fn row(what: String, loads: &Pair<Load>, comparison: &Comparison, goal: f64) -> Row {
    let figures = &comparison.figures;
    Row {
        what: format!("{what} ({} connections)", loads.ours.connections),
        ours: describe(&figures.ours),
        native: describe(&figures.native),
        ratio: Some(comparison.ratio),
        goal: format!("≥ {goal:.1} × native"),
        met: Some(comparison.ratio >= goal),
        figures: json!({"ours": figures.ours, "native": figures.native,
            "body": [length(&loads.ours), length(&loads.native)]}),
    }
}

fn length(load: &Load) -> usize {
    match load.length {
        Length::Exactly(length) | Length::About(length) => length,
    }
}

fn describe(figures: &Figures) -> String {
    let Figures { requests_per_second, p50_ms, p99_ms, processor_ms, .. } = figures;
    format!(
        "{}/s, p50 {} ms, p99 {} ms, CPU {} ms",
        number(*requests_per_second),
        number(*p50_ms),
        number(*p99_ms),
        number(*processor_ms)
    )
}

//! A page of candidates.

use serde::Serialize;

use super::term::SearchTerm;
use crate::{
    attribution::Attribution,
    cache::{CacheEntry, Lifetime},
    candidate::Candidate,
    discogs::{Client, SearchResults},
    error::Result,
    proxy::Fetched,
};

/// Discogs returns at most 10,000 rows of a search.
pub const MAX_PAGE: i64 = 1_000;

#[derive(Serialize)]
struct PageDocument {
    items: Vec<Candidate>,
    next_cursor: Option<String>,
    total: i64,
    attribution: Attribution,
}

/// Asks for page number `page`. Candidates whose number is exactly the one that was searched come first.
pub async fn fetch(client: &Client<'_>, term: &SearchTerm, limit: i64, page: i64) -> Result<Fetched> {
    let mut results = SearchResults::empty();
    for (parameter, text) in term.parameters() {
        let (limit, page) = (limit.to_string(), page.to_string());
        results = client.search(&[(parameter, &text), ("per_page", &limit), ("page", &page)]).await?;
        if !results.is_empty() {
            break;
        }
    }
    let (pages, total) = (results.pagination.pages, results.pagination.items);
    let mut covers = client.covers();
    let mut items: Vec<Candidate> = results
        .into_rows()
        .map(|row| {
            let exact = term.is_exact(&row);
            let mut candidate = Candidate { exact, ..row.into() };
            candidate.replace_addresses(&mut covers);
            candidate
        })
        .collect();
    items.sort_by_key(|item| item.exact == Some(false));
    let lifetime = if items.is_empty() { Lifetime::MISSING } else { Lifetime::SEARCH };
    let next_cursor = (page < pages.min(MAX_PAGE)).then(|| (page + 1).to_string());
    let document = PageDocument { items, next_cursor, total, attribution: Attribution::general() };
    Ok(Fetched { entry: CacheEntry::json(&document, lifetime)?, covers: covers.into_vec() })
}

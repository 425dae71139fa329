//! Lists in pages.

use std::collections::HashMap;

use serde_json::{Value, json};

/// The parameters of a query string. Of a parameter that is given twice, the last value counts.
pub fn parameters(query: Option<&str>) -> HashMap<String, String> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect()
}

/// Returns the page that was asked for, and the member `pagination` of the answer. `path` is the list's own address.
pub fn page<'a, T>(all: &'a [T], asked: &HashMap<String, String>, path: &str) -> (&'a [T], Value) {
    let number = |name: &str, or: usize| asked.get(name).and_then(|text| text.parse().ok()).unwrap_or(or).max(1);
    let (page, per_page) = (number("page", 1), number("per_page", 50).min(100));
    let pages = all.len().div_ceil(per_page).max(1);
    let start = (page.saturating_sub(1).saturating_mul(per_page)).min(all.len());
    let rows = all.get(start..(start + per_page).min(all.len())).unwrap_or_default();
    let address = |page: usize| format!("https://api.discogs.com{path}?page={page}&per_page={per_page}");
    let mut urls = json!({});
    if page < pages {
        urls = json!({"next": address(page + 1), "last": address(pages)});
    }
    (rows, json!({"page": page, "pages": pages, "per_page": per_page, "items": all.len(), "urls": urls}))
}

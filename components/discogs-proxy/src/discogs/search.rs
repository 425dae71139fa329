//! `GET /database/search`.

use serde::Deserialize;
use serde_json::Value;

use super::{
    client::{ApiAnswer, Client},
    year::Year,
};
use crate::{contract::Error, error::Result};

/// A page of a search.
#[derive(Deserialize)]
pub struct SearchResults {
    #[serde(default)]
    pub pagination: Pagination,
    /// Each row is parsed on its own, so that a malformed one does not lose the others.
    results: Vec<Value>,
}

#[derive(Default, Deserialize)]
pub struct Pagination {
    #[serde(default)]
    pub pages: i64,
    /// The number of rows on all pages.
    #[serde(default)]
    pub items: i64,
}

#[derive(Debug, Deserialize)]
pub struct SearchRow {
    pub id: i64,
    /// `Artist - Album`.
    pub title: String,
    #[serde(default)]
    pub year: Option<Year>,
    #[serde(default)]
    pub country: Option<String>,
    #[serde(default)]
    pub format: Vec<String>,
    #[serde(default)]
    pub label: Vec<String>,
    #[serde(default)]
    pub catno: Option<String>,
    #[serde(default)]
    pub genre: Vec<String>,
    #[serde(default)]
    pub style: Vec<String>,
    #[serde(default)]
    pub barcode: Vec<String>,
    /// 0 if the release has no master.
    #[serde(default)]
    pub master_id: Option<i64>,
    #[serde(default)]
    pub cover_image: Option<String>,
    #[serde(default)]
    pub thumb: Option<String>,
    #[serde(default)]
    pub community: Community,
    #[serde(default)]
    r#type: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Community {
    #[serde(default)]
    pub have: i64,
    #[serde(default)]
    pub want: i64,
}

impl SearchResults {
    pub fn empty() -> Self {
        Self { pagination: Pagination::default(), results: vec![] }
    }

    pub fn is_empty(&self) -> bool {
        self.results.is_empty()
    }

    /// Returns the rows that are well-formed releases.
    pub fn into_rows(self) -> impl Iterator<Item = SearchRow> {
        let rows = self.results.into_iter().filter_map(|row| serde_json::from_value::<SearchRow>(row).ok());
        rows.filter(|row| row.r#type.as_deref().is_none_or(|kind| kind == "release"))
    }
}

impl Client<'_> {
    /// Searches releases. `parameters` are Discogs' own, without `type`.
    pub async fn search(&self, parameters: &[(&str, &str)]) -> Result<SearchResults> {
        let mut all = vec![("type", "release")];
        all.extend(parameters);
        match self.get_json("/database/search", &all).await? {
            ApiAnswer::Found(results) => Ok(results),
            ApiAnswer::NotFound(message) => Err(Error::Failed(format!("the search returned status 404: {message}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_row_does_not_lose_the_others() {
        let results: SearchResults = serde_json::from_str(
            r#"{"results": [
                {"id": "x"},
                7,
                {"id": 1, "title": "A - B"},
                {"id": 2, "title": "A", "type": "artist"},
                {"id": 3, "title": "C - D", "type": "release"}
            ]}"#,
        )
        .unwrap();
        assert_eq!(results.into_rows().map(|row| row.id).collect::<Vec<_>>(), [1, 3]);
    }
}

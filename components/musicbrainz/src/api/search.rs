//! `GET /ws/2/release?query=…`: a search, in Lucene's syntax.

use serde::Deserialize;

use super::{
    Client,
    release::{Artist, LabelInfo, Medium},
};
use crate::error::Result;

const LIMIT: &str = "25";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct SearchRow {
    /// The MBID.
    pub id: String,
    pub title: String,
    pub date: Option<String>,
    pub artist_credit: Vec<Artist>,
    pub label_info: Vec<LabelInfo>,
    pub media: Vec<Medium>,
    pub release_group: ReleaseGroup,
}

/// An album: all its pressings have the same one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReleaseGroup {
    pub id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Page {
    releases: Vec<SearchRow>,
}

/// Conditions that all must be met.
#[derive(Debug, Default)]
pub struct Query(Vec<String>);

impl Query {
    /// The field has this text, as a phrase. All characters that mean something to Lucene are escaped.
    pub fn with(mut self, field: &str, text: &str) -> Self {
        self.0.push(format!("{field}:{}", quote(text)));
        self
    }

    /// The field has one of these texts.
    pub fn with_any(mut self, field: &str, texts: &[&str]) -> Self {
        let texts: Vec<String> = texts.iter().map(|text| quote(text)).collect();
        self.0.push(format!("{field}:({})", texts.join(" OR ")));
        self
    }

    fn text(&self) -> String {
        self.0.join(" AND ")
    }
}

/// In a phrase only the quotation mark and the backslash have a meaning.
fn quote(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Client<'_> {
    pub async fn search(&self, query: &Query) -> Result<Vec<SearchRow>> {
        let parameters = [("query", query.text()), ("limit", LIMIT.to_owned())];
        let parameters = parameters.each_ref().map(|(name, value)| (*name, value.as_str()));
        let page: Option<Page> = self.get_json("/ws/2/release", &parameters).await?;
        Ok(page.unwrap_or_default().releases)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_user_typed_cannot_change_the_query() {
        let query = Query::default().with("artist", r#"AC/DC" OR release:"x\"#).with_any("barcode", &["1", "01"]);
        assert_eq!(query.text(), r#"artist:"AC/DC\" OR release:\"x\\" AND barcode:("1" OR "01")"#);
    }
}

//! What `vinyl:collection`'s `context` said of the collection; `wit/collection/collection.wit` describes it.

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub struct Context {
    pub facts: Facts,
    pub reading: Reading,
    pub matches: i64,
    pub copies: i64,
    pub spent: Vec<Spent>,
    #[serde(default)]
    pub groups: Option<Vec<Count>>,
    pub albums: Vec<Album>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Facts {
    pub albums: i64,
    pub played: i64,
}

/// What was recognised in the question.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Reading {
    pub intent: Intent,
    pub by: Option<String>,
    pub genres: Vec<String>,
    pub artists: Vec<String>,
    pub labels: Vec<String>,
    pub formats: Vec<String>,
    pub countries: Vec<String>,
    pub years: Option<(i64, i64)>,
    pub rating: Option<(i64, i64)>,
    pub unrated: Option<bool>,
    pub played: Option<bool>,
    pub words: Vec<String>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    Count,
    List,
    Owned,
    Newest,
    Oldest,
    Added,
    Valuable,
    Spent,
    Rated,
    Pick,
    Breakdown,
    /// One of a newer collection is no error: it is answered like what is not understood.
    #[default]
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
pub struct Spent {
    pub currency: Option<String>,
    pub albums: i64,
    pub total: f64,
}

#[derive(Debug, Deserialize)]
pub struct Count {
    pub name: String,
    pub count: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Album {
    pub artist: String,
    pub album: String,
    pub year: Option<i64>,
    pub genre: Option<String>,
    pub style: Option<String>,
    pub notes: Option<String>,
    pub tags: Vec<String>,
    pub label: Option<String>,
    pub format: Option<String>,
    pub rating: Option<i64>,
    pub quantity: Option<i64>,
    pub paid: Option<f64>,
    pub currency: Option<String>,
    pub bought: Option<String>,
    pub added: Option<String>,
}

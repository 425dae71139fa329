//! What the collection found for a question: the contract's `context`, parsed.
//! `wit/collection/insights.wit` describes the document.

use serde::Deserialize;

use crate::{
    contract::assistant::{self as contract, Reading},
    error::Result,
};

#[derive(Debug)]
pub struct Context {
    pub reading: Reading,
    pub found: Findings,
}

impl Context {
    pub fn parse(context: contract::Context) -> Result<Self> {
        let contract::Context { reading, document } = context;
        Ok(Self { reading, found: serde_json::from_str(&document)? })
    }
}

#[derive(Debug, Default, Deserialize)]
pub struct Findings {
    pub facts: Facts,
    pub matches: i64,
    pub copies: i64,
    pub spent: Vec<Spending>,
    #[serde(default)]
    pub groups: Option<Vec<Group>>,
    pub albums: Vec<Album>,
}

/// About the whole collection.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Facts {
    pub albums: i64,
    pub played: i64,
}

#[derive(Debug, Deserialize)]
pub struct Spending {
    pub currency: Option<String>,
    pub albums: i64,
    pub total: f64,
}

#[derive(Debug, Deserialize)]
pub struct Group {
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

#[cfg(test)]
pub mod tests {
    use super::*;

    pub const KIND_OF_BLUE: &str =
        r#"[{"artist":"Miles Davis","album":"Kind of Blue","year":1959,"label":"Columbia","rating":5}]"#;

    pub fn context(reading: Reading, matches: i64, albums: &str) -> Context {
        let document = format!(
            r#"{{"facts":{{"albums":9,"played":0}},"matches":{matches},"copies":{matches},"spent":[],"groups":null,
            "albums":{albums}}}"#
        );
        Context { reading, found: serde_json::from_str(&document).unwrap() }
    }
}

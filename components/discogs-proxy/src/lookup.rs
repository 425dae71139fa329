//! The outcome of a lookup, and the answer that is made of it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    cache::CacheEntry,
    contract::{Answer, Error},
    error::{Result, internal},
};

pub struct Lookup {
    pub entry: CacheEntry,
    /// Whether it was in the cache, or another caller asked for it.
    pub is_cached: bool,
}

/// A document as clients get it: how fresh it is, then the members of the cached document. Their values are copied
/// without parsing them.
#[derive(Serialize)]
struct AnswerDocument<'a> {
    cached: bool,
    age: u32,
    stale: bool,
    #[serde(flatten)]
    document: BTreeMap<&'a str, &'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestions: Option<&'a RawValue>,
}

impl Lookup {
    /// Returns the cached JSON document.
    ///
    /// # Errors
    /// `NotFound` if Discogs answered that there is no such thing.
    pub fn document(&self) -> Result<&str> {
        if self.entry.is_missing {
            return Err(Error::NotFound);
        }
        std::str::from_utf8(&self.entry.body).map_err(internal)
    }

    /// Identifies the document by the time at which it arrived from Discogs.
    pub fn tag(&self) -> String {
        format!("{:x}", self.entry.fetched_at)
    }

    /// # Errors
    /// As `document`.
    pub fn answer(&self) -> Result<Answer> {
        self.answer_with(None)
    }

    /// Returns the answer with another document as its member `suggestions`.
    pub fn answer_with_suggestions(&self, suggestions: &str) -> Result<Answer> {
        self.answer_with(Some(serde_json::from_str(suggestions)?))
    }

    fn answer_with(&self, suggestions: Option<&RawValue>) -> Result<Answer> {
        let document = serde_json::from_str(self.document()?)?;
        let age = u32::try_from(self.entry.age()).unwrap_or_default();
        let stale = !self.entry.is_fresh();
        let document = AnswerDocument { cached: self.is_cached, age, stale, document, suggestions };
        Ok(Answer { document: serde_json::to_string(&document)?, tag: self.tag(), age, max_age: self.entry.max_age() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Lifetime;

    fn lookup() -> Lookup {
        let document = serde_json::json!({"id": 7, "title": "A \"B\"", "price": 1.50});
        Lookup { entry: CacheEntry::json(&document, Lifetime::PRICE).unwrap(), is_cached: true }
    }

    #[test]
    fn an_answer_has_its_freshness_and_the_members_of_the_document() {
        let answer = lookup().answer().unwrap();
        let expected = r#"{"cached":true,"age":0,"stale":false,"id":7,"price":1.5,"title":"A \"B\""}"#;
        assert_eq!(answer.document, expected);
        assert_eq!((answer.age, answer.max_age), (0, 3_600));
    }

    #[test]
    fn suggestions_are_a_member_of_the_answer() {
        let answer = lookup().answer_with_suggestions(r#"{"status":"none"}"#).unwrap();
        assert!(answer.document.ends_with(r#","suggestions":{"status":"none"}}"#), "{}", answer.document);
    }

    #[test]
    fn what_discogs_does_not_have_is_not_found() {
        let missing = Lookup { entry: CacheEntry::missing(), is_cached: true };
        assert!(matches!(missing.answer(), Err(Error::NotFound)));
    }
}

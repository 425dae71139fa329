//! What Discogs knows of a release, for an album that names the release and leaves out who and what.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::{
    problem::{FieldError, Problem},
    services::{call, lookups},
};

type Fields = BTreeMap<String, Box<RawValue>>;

/// Adds the facts of the release to an album's document. Fields that are given win; a document that needs nothing, or is none,
/// goes on as it came.
pub async fn fill(user: i64, document: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let Some((release, given)) = asks_for(&document) else { return Ok(document) };
    let facts = call(lookups::facts(Some(user), release)).await.map_err(|error| match error {
        lookups::Error::NotFound => {
            Problem::invalid(vec![FieldError::new("discogs_id", "is no release at Discogs; give artist and album")])
        }
        error => error.into(),
    })?;
    Ok(with_facts(document, &given, &facts))
}

/// The release, and the fields that are there already.
fn asks_for(document: &[u8]) -> Option<(i64, Fields)> {
    // Only what names a release is worth a look of more than a glance.
    document.windows(12).find(|window| *window == b"\"discogs_id\"")?;
    let given: Fields = serde_json::from_slice(document).ok()?;
    let release = given.get("discogs_id")?.get().parse().ok().filter(|id| *id > 0)?;
    let is_whole = given.contains_key("artist") && given.contains_key("album");
    (!is_whole).then_some((release, given))
}

/// Behind the caller's own members, which stay as they are, faults and all.
fn with_facts(mut document: Vec<u8>, given: &Fields, facts: &str) -> Vec<u8> {
    let facts: Fields = serde_json::from_str(facts).unwrap_or_default();
    let Some(end) = document.iter().rposition(|byte| *byte == b'}') else { return document };
    document.truncate(end);
    for (name, value) in facts.iter().filter(|(name, _)| !given.contains_key(*name)) {
        document.extend_from_slice(format!(",\"{name}\":{}", value.get()).as_bytes());
    }
    document.push(b'}');
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: &str = r#"{"album":"Nevermind","artist":"Nirvana","discogs_id":7,"year":1991}"#;

    fn filled(document: &str) -> String {
        let document = document.as_bytes().to_vec();
        match asks_for(&document) {
            Some((7, given)) => String::from_utf8(with_facts(document, &given, FACTS)).unwrap(),
            _ => "as it came".to_owned(),
        }
    }

    #[test]
    fn what_is_given_wins() {
        let whole = r#"{"discogs_id":7,"album":"Nevermind","artist":"Nirvana","year":1991}"#;
        assert_eq!(filled(r#"{"discogs_id":7}"#), whole);
        assert_eq!(
            filled(r#"{"discogs_id":7,"artist":"NIRVANA","year":null,"rating":5} "#),
            r#"{"discogs_id":7,"artist":"NIRVANA","year":null,"rating":5,"album":"Nevermind"}"#
        );
    }

    #[test]
    fn what_needs_nothing_goes_on_as_it_came() {
        for document in [
            r#"{"artist":"A","album":"B","discogs_id":7}"#,
            r#"{"artist":"A"}"#,
            r#"{"discogs_id":"7"}"#,
            r#"{"discogs_id":-7}"#,
            r#"{"discogs_id":7"#,
            r#"["discogs_id"]"#,
            "",
        ] {
            assert_eq!(filled(document), "as it came", "{document}");
        }
    }
}

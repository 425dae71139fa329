//! Adds the facts of a Discogs release to a new album that has `discogs_id`, but no artist or no title.

use std::collections::BTreeMap;

use serde::Serializer as _;
use serde_json::value::RawValue;

use crate::{
    problem::{FieldError, Problem},
    services::{call, lookups},
};

const MAX_DOCUMENT: usize = 64 << 10;

/// The fields that are one fact: of each group, the client's are kept.
const TOGETHER: [&[&str]; 4] = [
    &["genre", "genres"],
    &["style", "styles"],
    &["label", "labels"],
    &["format", "carrier", "format_quantity", "format_descriptions"],
];

type Fields = BTreeMap<String, Box<RawValue>>;

/// Adds the fields that the document does not have. A document that needs none, or is not valid, is returned unchanged.
pub async fn add(user: i64, document: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let Some((release, given)) = needed(&document) else { return Ok(document) };
    let facts = call(lookups::facts(lookups::Caller::Account(user), release)).await.map_err(|error| match error {
        lookups::Error::NotFound => Problem::invalid(vec![FieldError::new(
            "discogs_id",
            "is not a release at Discogs; artist and album are required",
        )]),
        error => error.into(),
    })?;
    Ok(with_facts(document, &given, &facts))
}

/// The release, and the fields that the document has.
fn needed(document: &[u8]) -> Option<(i64, Fields)> {
    // The service refuses a larger document.
    if document.len() > MAX_DOCUMENT {
        return None;
    }
    // Most documents name no release, and need not be parsed.
    document.windows(12).find(|window| *window == b"\"discogs_id\"")?;
    let given = parse(document)?;
    let release = given.get("discogs_id")?.get().parse().ok().filter(|id| *id > 0)?;
    let is_whole = given.contains_key("artist") && given.contains_key("album");
    (!is_whole).then_some((release, given))
}

/// Appends the missing fields. The bytes of the client stay as they are, so that the service reports their faults.
fn with_facts(mut document: Vec<u8>, given: &Fields, facts: &str) -> Vec<u8> {
    let facts = parse(facts.as_bytes()).unwrap_or_default();
    let Some(end) = document.iter().rposition(|byte| *byte == b'}') else { return document };
    let mut missing = Vec::new();
    let is_given = |name: &str| {
        given.contains_key(name)
            || TOGETHER
                .iter()
                .any(|group| group.contains(&name) && group.iter().any(|field| given.contains_key(*field)))
    };
    let fields = facts.iter().filter(|(name, _)| !is_given(name));
    let written = serde_json::Serializer::new(&mut missing).collect_map(fields);
    if let (Ok(()), Some(members @ [_, _, ..])) = (written, missing.get(1..)) {
        document.truncate(end);
        document.push(b',');
        document.extend_from_slice(members);
    }
    document
}

fn parse(object: &[u8]) -> Option<Fields> {
    serde_json::from_slice(object).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: &str = r#"{"album":"Nevermind","artist":"Nirvana","discogs_id":7,"year":1991}"#;

    fn filled(document: &str) -> String {
        let document = document.as_bytes().to_vec();
        match needed(&document) {
            Some((7, given)) => String::from_utf8(with_facts(document, &given, FACTS)).unwrap(),
            _ => "unchanged".to_owned(),
        }
    }

    #[test]
    fn given_fields_are_kept() {
        let whole = r#"{"discogs_id":7,"album":"Nevermind","artist":"Nirvana","year":1991}"#;
        assert_eq!(filled(r#"{"discogs_id":7}"#), whole);
        assert_eq!(
            filled(r#"{"discogs_id":7,"artist":"NIRVANA","year":null,"rating":5} "#),
            r#"{"discogs_id":7,"artist":"NIRVANA","year":null,"rating":5,"album":"Nevermind"}"#
        );
    }

    #[test]
    fn a_text_that_is_given_keeps_its_list_out() {
        let facts = r#"{"artist":"A","genres":["Rock"],"styles":["Grunge"],"format":"LP"}"#;
        let document = br#"{"discogs_id":7,"album":"B","genre":null,"carrier":"CD"}"#.to_vec();
        let (_, given) = needed(&document).unwrap();
        let filled = String::from_utf8(with_facts(document, &given, facts)).unwrap();
        let expected = r#"{"discogs_id":7,"album":"B","genre":null,"carrier":"CD","artist":"A","styles":["Grunge"]}"#;
        assert_eq!(filled, expected);
    }

    #[test]
    fn a_document_that_needs_no_facts_is_unchanged() {
        for document in [
            r#"{"artist":"A","album":"B","discogs_id":7}"#,
            r#"{"artist":"A"}"#,
            r#"{"discogs_id":"7"}"#,
            r#"{"discogs_id":-7}"#,
            r#"{"discogs_id":7"#,
            r#"["discogs_id"]"#,
            "",
        ] {
            assert_eq!(filled(document), "unchanged", "{document}");
        }
    }
}

//! The data for an answer to a question: facts about the whole collection, and the albums that the question is about.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::contract::insights::{Intent, QuestionContext};
use crate::error::{Error, FieldError};
use crate::reading::ParsedQuestion;
use crate::record::{Purpose, check_albums, parse_list};
use crate::store::{AlbumSource, MatchDocument, Store};

/// The same as in a sync: keeps one request within a second.
const MAX_ALBUMS: usize = 5_000;
/// The characters of a question that are read. What a user asks is at its beginning; the rest may be pasted text.
const MAX_QUESTION: usize = 1_000;

/// `question-context.document` of the contract.
#[derive(Serialize)]
struct ContextDocument<'a> {
    facts: &'a RawValue,
    matches: i64,
    #[serde(flatten)]
    document: MatchDocument,
}

pub async fn context_for_question(
    user: i64,
    question: &str,
    collection: Option<&str>,
) -> Result<QuestionContext, Error> {
    let store = Store::open().await?;
    let albums = match collection {
        None => AlbumSource::Stored(user),
        Some(json) => AlbumSource::Given(check_collection(json)?),
    };
    let (facts, vocabulary) = store.facts(&albums).await?;
    let question: String = question.chars().take(MAX_QUESTION).collect();
    let question = ParsedQuestion::parse(&question, &vocabulary);
    let mut matches = store.find_matches(&albums, &question).await?;
    if question.reading.intent == Intent::Owned && matches.count == 0 {
        matches.document = store.find_matches(&albums, &question.for_similar()).await?.document;
    }
    let document = ContextDocument { facts: &facts, matches: matches.count, document: matches.document };
    let document = serde_json::to_string(&document).map_err(Error::internal)?;
    Ok(QuestionContext { reading: question.into_reading(), document })
}

/// Checks the albums that a caller sent and returns them as a JSON array.
fn check_collection(json: &str) -> Result<String, Error> {
    let raw: &RawValue = serde_json::from_str(json).map_err(|_| Error::invalid("collection", "must be a list"))?;
    let items = parse_list(raw, MAX_ALBUMS).map_err(|message| Error::invalid("collection", message))?;
    let mut faults: Vec<FieldError> = Vec::new();
    let drafts = check_albums(items, "collection", |_| Purpose::Complete, &mut faults);
    let albums: Vec<String> = drafts.into_iter().map(|draft| draft.fields).collect();
    Error::check(format!("[{}]", albums.join(",")), faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_album_of_a_given_list_is_checked() {
        let valid = r#"[{"artist":"A","album":"B"}]"#;
        assert_eq!(check_collection(valid), Ok(valid.to_owned()));
        let faulty = r#"[{"artist":"A","album":"B","year":3},{"artist":"A"},7]"#;
        let Err(Error::Invalid(faults)) = check_collection(faulty) else { panic!("the list was accepted") };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["collection[0].year", "collection[1].album", "collection[2]"]);
        assert!(check_collection("{}").is_err());
    }
}

//! What an assistant must know to answer a question: facts of the whole collection, and the albums that fit the question.
//! Its size is bounded by the statements of `store`, whatever the collection's.

mod reading;
mod vocabulary;
mod words;

pub use reading::{By, Intent, Reading};
pub use vocabulary::Vocabulary;

use crate::batch::Type;
use crate::error::{Error, Fault, Result};
use crate::record::{Draft, Object, Purpose};
use crate::store::{Albums, Store};
use serde_json::value::RawValue;

/// As in a sync: keeps one request within a second.
const MAX_ALBUMS: usize = 5_000;
const MAX_FAULTS: usize = 100;
/// What somebody wants to know stands at the beginning; the rest may be a pasted text.
const READ: usize = 1_000;

/// A JSON object, as the contract describes it.
///
/// # Errors
/// `Invalid` if `collection` is not a list of albums.
pub async fn context(store: &Store, user: i64, question: &str, collection: Option<&str>) -> Result<String> {
    let albums = match collection {
        None => Albums::Stored(user),
        Some(json) => Albums::Given(given(json)?),
    };
    let (facts, vocabulary) = store.facts(&albums).await?;
    let question: String = question.chars().take(READ).collect();
    let mut reading = Reading::of(&question, &vocabulary);
    let mut fitting = store.fitting(&albums, &reading).await?;
    if reading.intent == Intent::Owned && fitting.matches == 0 {
        fitting = store.fitting(&albums, &reading.loosely()).await?.none_of_them();
    }
    reading.words.truncate(MAX_WORDS_TOLD);
    let reading = serde_json::to_string(&reading).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(format!(r#"{{"facts":{facts},"reading":{reading},{}}}"#, fitting.members()))
}

const MAX_WORDS_TOLD: usize = 12;

/// The albums of a caller's own list, checked as those of a sync and written anew as a JSON array.
fn given(json: &str) -> Result<String> {
    let items: Vec<&RawValue> =
        serde_json::from_str(json).map_err(|_| Error::invalid("collection", "must be a list of albums"))?;
    if items.len() > MAX_ALBUMS {
        return Err(Error::invalid("collection", format!("must have at most {MAX_ALBUMS} albums")));
    }
    let mut faults: Vec<Fault> = Vec::new();
    let mut albums = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        if faults.len() >= MAX_FAULTS {
            break;
        }
        match Object::of(item, &format!("collection[{index}]")) {
            Err(fault) => faults.push(fault),
            Ok(object) => {
                let place = format!("collection[{index}].");
                albums.push(Draft::check(&object, Type::Album, Purpose::Whole, &place, &mut faults).fields);
            }
        }
    }
    faults.truncate(MAX_FAULTS);
    if faults.is_empty() { Ok(format!("[{}]", albums.join(","))) } else { Err(Error::Invalid(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_list_is_checked_album_by_album() {
        assert_eq!(given(r#"[{"artist":"A","album":"B"}]"#), Ok(r#"[{"artist":"A","album":"B"}]"#.to_owned()));
        let Err(Error::Invalid(faults)) = given(r#"[{"artist":"A","album":"B","year":3},{"artist":"A"},7]"#) else {
            panic!("it was accepted");
        };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["collection[0].year", "collection[1].album", "collection[2]"]);
        assert!(given("{}").is_err());
    }
}

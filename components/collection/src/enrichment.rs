//! Filling the fields that albums lack from their releases. `wit/collection/enrichment.wit` is the manual.

use crate::contract::enrichment::Work;
use crate::error::Error;
use crate::record::{Draft, JsonObject, Purpose, RecordType, parse_object};
use crate::store::Store;

pub async fn next(user: i64, after: i64, limit: u32) -> Result<Work, Error> {
    let store = Store::open().await?;
    let version = store.collection_version(user).await?;
    if version > after {
        store.find_lacking(user, after).await?;
    }
    let mut releases = store.waiting_releases(user, limit).await?;
    let mut seen = std::collections::HashSet::new();
    releases.retain(|release| seen.insert(*release));
    Ok(Work { releases, version })
}

pub async fn fill(user: i64, release: i64, facts: &[u8]) -> Result<(), Error> {
    let fields = sound_fields(&parse_object(facts)?);
    let store = Store::open_with_quota().await?;
    let version = store.collection_version(user).await?;
    store.fill(user, release, &fields).await?;
    store.end_waiting(user, release, version).await
}

/// The fields that an album may have, as a JSON object.
fn sound_fields(facts: &JsonObject<'_>) -> String {
    let check = |object: &JsonObject<'_>| {
        let mut faults = Vec::new();
        let draft = Draft::check(object, RecordType::Album, Purpose::Patch, "", &mut faults);
        faults.is_empty().then_some(draft.fields)
    };
    let is_sound = |member: &&(_, _)| check(&JsonObject(vec![(*member).clone()])).is_some();
    let sound = JsonObject(facts.0.iter().filter(is_sound).cloned().collect());
    check(&sound).unwrap_or_else(|| "{}".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_breaks_its_rule_is_left_out() -> Result<(), Error> {
        let facts = br#"{"year":7,"country":"US","colour":"red","cover":"ftp://x","catno":"A-1","country2":null}"#;
        assert_eq!(sound_fields(&parse_object(facts)?), r#"{"country":"US","catno":"A-1"}"#);
        assert_eq!(sound_fields(&parse_object(b"{}")?), "{}");
        Ok(())
    }
}

//! The uid of a row: the same row gets the same uid in every import, so that importing a file again adds nothing.

use std::collections::HashMap;

use serde_json::value::RawValue;
use uuid::Uuid;

use super::file::ImportRow;
use crate::record::{Draft, JsonObject};

/// The namespace of the UUIDv5s of rows without a uid of their own. If it changed, every file would be
/// imported a second time.
const NAMESPACE: Uuid = Uuid::from_u128(0x7c3f_9d52_1e0b_5a86_9b41_d2f3_60c7_a1e8);

/// How many rows with the same content came before.
pub type CopyCounts = HashMap<Uuid, u32>;

/// The uid of a valid row: its own, or one computed from its content and the time when it was added. Two rows with the
/// same content are two copies of a record.
pub fn uid_of_row(row: &ImportRow, copies: &mut CopyCounts) -> Option<Uuid> {
    let draft = row.draft.as_ref().ok()?;
    if draft.uid.is_some() {
        return draft.uid;
    }
    let fields = fields_of(draft)?;
    let member = |name: &str| fields.member(name).map_or("", RawValue::get);
    let content = match member("discogs_id") {
        "" => ["artist", "album", "catno", "format"].map(member).join("\n"),
        id => id.to_owned(),
    };
    // A wanted and an owned copy of one release are two records.
    let prefix = if is_wanted(draft) { "want\n" } else { "" };
    let content = format!("{prefix}{content}\n{}", row.created_at.as_deref().unwrap_or_default());
    let uid = Uuid::new_v5(&NAMESPACE, content.as_bytes());
    let copy = copies.entry(uid).or_insert(0);
    *copy += 1;
    Some(if *copy == 1 { uid } else { Uuid::new_v5(&uid, &copy.to_be_bytes()) })
}

/// The uid of the crate that an album is in.
pub fn crate_uid_of(draft: &Draft) -> Option<Uuid> {
    let text: String = serde_json::from_str(fields_of(draft)?.member("crate")?.get()).ok()?;
    Uuid::try_parse(&text).ok()
}

pub fn is_wanted(draft: &Draft) -> bool {
    fields_of(draft).is_some_and(|fields| fields.member("wanted").is_some())
}

fn fields_of(draft: &Draft) -> Option<JsonObject<'_>> {
    serde_json::from_str(&draft.fields).ok()
}

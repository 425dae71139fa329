//! What a page changes in the collection: new albums, and fields that albums lack.

use std::collections::{HashMap, HashSet};

use guest::time;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    Result,
    row::{CopyRow, Head, Rows},
};
use crate::{account_contract::Plan, store::Store};

/// The device that the ledger names.
const DEVICE: &str = "discogs";
/// The time of a fill. Whatever a person writes, also on a device that is offline, is newer and stays.
const EARLIEST: &str = "1970-01-01T00:00:00Z";

const SAMPLE: usize = 20;

/// The answer of `find-copies`.
#[derive(Deserialize)]
struct Existing {
    version: i64,
    items: Vec<ExistingAlbum>,
}

#[derive(Deserialize)]
struct ExistingAlbum {
    uid: String,
    version: i64,
    discogs_id: Option<i64>,
    wanted: bool,
    in_trash: bool,
    created_at: Option<String>,
    fields: HashSet<String>,
}

#[derive(Deserialize)]
struct CrateList {
    items: Vec<ExistingCrate>,
}

#[derive(Deserialize)]
struct ExistingCrate {
    uid: String,
    name: String,
}

/// A copy, and the album that it is bound to.
#[derive(Serialize)]
struct BoundCopy {
    is_want: bool,
    number: i64,
    uid: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Action {
    Add,
    Fill,
    None,
}

struct Comparison<'a> {
    existing: &'a [ExistingAlbum],
    by_uid: HashMap<&'a str, usize>,
    /// The uids of albums that are bound to a copy.
    taken: HashSet<String>,
    crates: HashMap<String, String>,
    missing_crates: Vec<String>,
    additions: Vec<Value>,
    fills: Vec<Value>,
    bound: Vec<BoundCopy>,
    sample: Vec<Value>,
    counts: [u32; 3],
}

pub async fn compare(user: i64, rows: &str, existing: &str, crates: Option<&str>) -> Result<Plan> {
    let Rows { head, rows } = serde_json::from_str(rows)?;
    let Existing { version, items } = serde_json::from_str(existing)?;
    let taken = Store::open().await?.bound_albums(user, items.iter().map(|album| album.uid.as_str())).await?;
    let mut comparison = Comparison {
        by_uid: items.iter().enumerate().map(|(index, album)| (album.uid.as_str(), index)).collect(),
        existing: &items,
        taken,
        crates: parse_crates(crates)?,
        missing_crates: Vec::new(),
        additions: Vec::new(),
        fills: Vec::new(),
        bound: Vec::new(),
        sample: Vec::new(),
        counts: [0; 3],
    };
    // The exact matches first, so that no other copy gets their albums.
    let matched: Vec<Option<usize>> = rows.iter().map(|row| comparison.find_same_time(row)).collect();
    for (row, matched) in rows.into_iter().zip(matched) {
        comparison.add(row, matched);
    }
    comparison.into_plan(version, head.unwrap_or_default())
}

/// The uid of each crate, by its name in lower case.
fn parse_crates(crates: Option<&str>) -> Result<HashMap<String, String>> {
    let Some(crates) = crates else { return Ok(HashMap::new()) };
    let list: CrateList = serde_json::from_str(crates)?;
    Ok(list.items.into_iter().map(|found| (found.name.to_lowercase(), found.uid)).collect())
}

impl<'a> Comparison<'a> {
    /// An album that was added at the time of this copy, such as one of Discogs' CSV export.
    fn find_same_time(&mut self, row: &CopyRow) -> Option<usize> {
        let time = row.added_at.as_deref()?.get(..19)?;
        self.take_match(row, |album| album.created_at.as_deref().is_some_and(|created| created.starts_with(time)))
    }

    /// Finds an album of the same release that is bound to no copy, and binds it.
    fn take_match(&mut self, row: &CopyRow, is_match: impl Fn(&ExistingAlbum) -> bool) -> Option<usize> {
        if row.is_bound || self.by_uid.contains_key(row.uid.as_str()) {
            return None;
        }
        let index = self.existing.iter().position(|album| {
            album.discogs_id == Some(row.release_id)
                && album.wanted == row.is_want
                && !album.in_trash
                && !self.taken.contains(&album.uid)
                && is_match(album)
        })?;
        self.taken.insert(self.existing.get(index)?.uid.clone());
        Some(index)
    }

    fn add(&mut self, mut row: CopyRow, matched: Option<usize>) {
        let own = self.by_uid.get(row.uid.as_str()).copied();
        let index = own.or(matched).or_else(|| self.take_match(&row, |_| true));
        let existing = self.existing;
        let album = index.and_then(|index| existing.get(index));
        let artist = row.fields.get("artist").cloned().unwrap_or_default();
        let title = row.fields.get("album").cloned().unwrap_or_default();
        let year = row.fields.get("year").cloned().unwrap_or_default();
        let discogs_id = row.release_id;
        let action = match album {
            Some(album) => {
                row.uid.clone_from(&album.uid);
                self.fill(&mut row, album)
            }
            // The collector has removed the album for ever.
            None if row.is_bound => Action::None,
            None => self.create(&mut row),
        };
        let (count, name) = match action {
            Action::Add => (0, "add"),
            Action::Fill => (1, "fill"),
            Action::None => (2, "none"),
        };
        if let Some(count) = self.counts.get_mut(count) {
            *count += 1;
        }
        if self.sample.len() < SAMPLE {
            let sample =
                json!({"artist": artist, "album": title, "year": year, "discogs_id": discogs_id, "action": name});
            self.sample.push(sample);
        }
        self.bound.push(BoundCopy { is_want: row.is_want, number: row.number, uid: row.uid });
    }

    fn create(&mut self, row: &mut CopyRow) -> Action {
        if let Some(uid) = self.crate_of(row) {
            row.fields.insert("crate".to_owned(), uid.into());
        }
        let op_id = format!("discogs-{}-{}", if row.is_want { "want" } else { "copy" }, row.number);
        let added_at = row.added_at.clone().unwrap_or_else(|| time::rfc3339(time::now_millis()));
        self.additions.push(operation(&op_id, &row.uid, 0, &added_at, std::mem::take(&mut row.fields)));
        Action::Add
    }

    /// Sets what the album lacks and no one has set or removed.
    fn fill(&mut self, row: &mut CopyRow, album: &ExistingAlbum) -> Action {
        // A want that was bought meanwhile is no want.
        if album.in_trash || album.wanted != row.is_want {
            return Action::None;
        }
        let mut fields = std::mem::take(&mut row.fields);
        fields.retain(|name, _| !album.fields.contains(name));
        if !album.fields.contains("crate")
            && let Some(uid) = self.crate_of(row)
        {
            fields.insert("crate".to_owned(), uid.into());
        }
        if fields.is_empty() {
            return Action::None;
        }
        let content = format!("{} {}", row.uid, Value::Object(fields.clone()));
        let hash = hex::encode(Sha256::digest(content).get(..16).unwrap_or_default());
        self.fills.push(operation(&format!("discogs-fill-{hash}"), &row.uid, album.version, EARLIEST, fields));
        Action::Fill
    }

    fn crate_of(&mut self, row: &CopyRow) -> Option<String> {
        let name = row.folder.as_deref()?;
        let found = self.crates.get(&name.to_lowercase()).cloned();
        if found.is_none() && !self.missing_crates.iter().any(|missing| missing == name) {
            self.missing_crates.push(name.to_owned());
        }
        found
    }

    fn into_plan(self, version: i64, head: Head) -> Result<Plan> {
        let [added, filled, unchanged] = self.counts;
        let request = |operations: Vec<Value>| {
            let request = json!({"device_id": DEVICE, "cursor": version, "ops": operations});
            (!request.get("ops").and_then(Value::as_array).is_none_or(Vec::is_empty)).then(|| request.to_string())
        };
        let preview = json!({
            "dry_run": true, "username": head.username, "records": head.records, "wants": head.wants,
            "pages": head.pages, "compared": added + filled + unchanged, "added": added, "updated": filled,
            "unchanged": unchanged, "items": self.sample,
        });
        Ok(Plan {
            additions: request(self.additions),
            fills: request(self.fills),
            missing_crates: self.missing_crates,
            copies: serde_json::to_string(&self.bound)?,
            added,
            filled,
            unchanged,
            preview: preview.to_string(),
        })
    }
}

fn operation(op_id: &str, uid: &str, base: i64, edited_at: &str, patch: Map<String, Value>) -> Value {
    json!({
        "op_id": op_id, "type": "album", "kind": "put", "record_id": uid, "base": base, "edited_at": edited_at,
        "patch": patch,
    })
}

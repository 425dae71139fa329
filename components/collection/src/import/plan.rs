//! What of a file is new, against what there is.

use super::report::Report;
use super::{Contents, Row};
use crate::batch::{Batch, Change, Kind, Target, Type};
use crate::cell::NO_FOLDER;
use crate::crates::Crates;
use crate::error::{Fault, Result};
use crate::record::{Draft, Object, Purpose};
use crate::store::{Existing, Store};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Of the uids of rows that have none of their own, so that the same row has the same uid whenever it comes.
const NAMESPACE: Uuid = Uuid::from_u128(0x7c3f_9d52_1e0b_5a86_9b41_d2f3_60c7_a1e8);

pub struct Plan {
    existing: HashMap<Uuid, Existing>,
    nesting: Crates,
    /// Live crates by name, in lower case.
    folders: HashMap<String, Uuid>,
    /// Live crates, and those that this import makes.
    crates: HashSet<Uuid>,
    /// The uids that the file knows crates by.
    named: HashMap<String, Uuid>,
    /// Those that this import makes for rows that name them.
    made: HashSet<Uuid>,
    seen: HashSet<Uuid>,
    /// How often a row of the same content came before.
    copies: HashMap<Uuid, u32>,
    batch: Batch,
    is_empty: bool,
    report: Report,
}

impl Plan {
    pub async fn new(store: &Store, user: i64, contents: &Contents) -> Result<Self> {
        let mut copies = HashMap::new();
        let mut uids: Vec<Uuid> = contents.albums.iter().filter_map(|row| uid(row, &mut copies)).collect();
        uids.extend(contents.crates.iter().filter_map(|row| row.draft.as_ref().ok()?.uid));
        let named = contents.albums.iter().filter_map(|row| {
            let uid = crate_of(row.draft.as_ref().ok()?)?;
            Some((key(row.folder.as_deref()?), uid))
        });
        let named = named.collect();
        let crates_named = contents.albums.iter().filter_map(|row| crate_of(row.draft.as_ref().ok()?));
        uids.extend(crates_named.collect::<HashSet<_>>());
        let folders = store.folders(user).await?;
        Ok(Self {
            existing: store.existing(user, &uids).await?,
            nesting: store.crates(user).await?,
            crates: folders.keys().copied().collect(),
            folders: folders.into_iter().map(|(uid, folder)| (key(&folder.name), uid)).collect(),
            named,
            made: HashSet::new(),
            seen: HashSet::new(),
            copies: HashMap::new(),
            batch: Batch::new(contents.albums.len() + contents.crates.len())?,
            is_empty: true,
            report: Report::default(),
        })
    }

    /// A crate of an export; one that lies in another comes after it.
    pub fn add_crate(&mut self, row: &Row) {
        let draft = match &row.draft {
            Ok(draft) => draft,
            Err(faults) => return self.report.faulty(row, faults.clone()),
        };
        let uid = match draft.uid.or_else(|| self.folders.get(&key(&row.album)).copied()) {
            Some(uid) => uid,
            None => self.batch.fresh_uid(),
        };
        if self.existing.get(&uid).is_some_and(|record| record.of != Type::Crate) {
            return self.report.faulty(row, vec![Fault::new("uid", "is the uid of an album")]);
        }
        if let Err(fault) = self.nesting.put(uid, &draft.fields) {
            return self.report.faulty(row, vec![fault]);
        }
        let known = self.existing.get(&uid).map(|record| (record.trashed, differing(&draft.fields, &record.value())));
        match known {
            None if self.crates.contains(&uid) => {}
            None => {
                self.push(Type::Crate, Kind::Create, uid, &draft.fields, row.created_at.as_deref());
                self.report.crates_added += 1;
            }
            Some((trashed, fields)) => {
                if trashed {
                    self.push(Type::Crate, Kind::Restore, uid, "{}", None);
                    self.report.crates_added += 1;
                }
                if let Some(fields) = fields {
                    self.push(Type::Crate, Kind::Put, uid, &fields, None);
                }
            }
        }
        self.crates.insert(uid);
        self.folders.entry(key(&row.album)).or_insert(uid);
    }

    pub fn add_album(&mut self, row: Row) {
        let Some(uid) = uid(&row, &mut self.copies) else {
            let faults = row.draft.as_ref().err().cloned().unwrap_or_default();
            return self.report.faulty(&row, faults);
        };
        if !self.seen.insert(uid) {
            return self.report.skipped(&row, "stands twice in the file");
        }
        match self.existing.get(&uid) {
            Some(record) if record.of != Type::Album => {
                return self.report.faulty(&row, vec![Fault::new("uid", "is the uid of a crate")]);
            }
            Some(record) if record.trashed => return self.report.skipped(&row, "is in the trash"),
            // A wantlist from before it was found.
            Some(record)
                if fields_of(&row).is_some_and(|fields| is_want(&fields)) && record.value().get("wanted").is_none() =>
            {
                return self.report.skipped(&row, "is in the collection");
            }
            _ => {}
        }
        let Some(fields) = self.fields(&row) else { return };
        match self.existing.get(&uid).map(|record| differing(&fields, &record.value())) {
            None => {
                self.push(Type::Album, Kind::Create, uid, &fields, row.created_at.as_deref());
                self.report.added(&row);
            }
            Some(None) => self.report.skipped(&row, "unchanged"),
            Some(Some(fields)) => {
                self.push(Type::Album, Kind::Put, uid, &fields, None);
                self.report.updated(&row);
            }
        }
    }

    /// The fields of an album, in the crate that its row names; `None` if that cannot be a crate.
    fn fields(&mut self, row: &Row) -> Option<String> {
        let draft = row.draft.as_ref().ok()?;
        let named = crate_of(draft);
        let folder = row.folder.as_deref().filter(|name| named.is_some() || *name != NO_FOLDER);
        let Some(folder) = folder.filter(|name| !name.trim().is_empty()) else { return Some(draft.fields.clone()) };
        if named.is_some_and(|uid| self.crates.contains(&uid)) {
            return Some(draft.fields.clone());
        }
        let uid = match self.folders.get(&key(folder)) {
            // Two crates of one name in an export stay two.
            Some(uid) if named.is_none() || self.nesting_had(*uid) => *uid,
            _ => match self.make_crate(folder, named, row.folder_parent.as_deref()) {
                Ok(uid) => uid,
                Err(faults) => {
                    self.report.faulty(row, faults);
                    return None;
                }
            },
        };
        let member = format!("\"crate\":\"{uid}\"");
        Some(match named {
            Some(old) => draft.fields.replacen(&format!("\"crate\":\"{old}\""), &member, 1),
            None => format!("{},{member}}}", draft.fields.strip_suffix('}').unwrap_or("{")),
        })
    }

    /// Whether a crate was there before the import.
    fn nesting_had(&self, uid: Uuid) -> bool {
        self.nesting.0.contains_key(&uid) && !self.made.contains(&uid)
    }

    fn make_crate(&mut self, name: &str, uid: Option<Uuid>, parent: Option<&str>) -> Result<Uuid, Vec<Fault>> {
        let parent = match parent.filter(|parent| !parent.trim().is_empty()) {
            None => None,
            Some(parent) => Some(match self.folders.get(&key(parent)) {
                Some(uid) => *uid,
                None => self.make_crate(parent, self.named.get(&key(parent)).copied(), None)?,
            }),
        };
        let json =
            serde_json::to_string(&serde_json::json!({ "name": name, "parent": parent.map(|uid| uid.to_string()) }))
                .unwrap_or_default();
        let draft = Draft::parse(json.as_bytes(), Type::Crate, Purpose::Whole);
        let draft =
            draft.map_err(|_| vec![Fault::new("CollectionFolder", "must be one line of at most 200 characters")])?;
        let uid = uid.filter(|uid| !self.existing.contains_key(uid)).unwrap_or_else(|| self.batch.fresh_uid());
        self.nesting.put(uid, &draft.fields).map_err(|fault| vec![fault])?;
        self.push(Type::Crate, Kind::Create, uid, &draft.fields, None);
        self.report.crates_added += 1;
        self.made.insert(uid);
        self.crates.insert(uid);
        self.folders.entry(key(name)).or_insert(uid);
        Ok(uid)
    }

    fn push(&mut self, of: Type, kind: Kind, uid: Uuid, fields: &str, edited_at: Option<&str>) {
        self.is_empty = false;
        self.batch.push_dated(&Change { of, kind, target: Target::Uid(uid), fields, base: None }, edited_at);
    }

    /// The batch, if there is anything to write.
    pub fn finish(self) -> (Option<Batch>, Report) {
        (if self.is_empty { None } else { Some(self.batch) }, self.report)
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

fn crate_of(draft: &Draft) -> Option<Uuid> {
    let fields: Object<'_> = serde_json::from_str(&draft.fields).ok()?;
    let text: String = serde_json::from_str(fields.member("crate")?.get()).ok()?;
    Uuid::try_parse(&text).ok()
}

fn fields_of(row: &Row) -> Option<Object<'_>> {
    serde_json::from_str(&row.draft.as_ref().ok()?.fields).ok()
}

fn is_want(fields: &Object<'_>) -> bool {
    fields.member("wanted").is_some()
}

/// A row's uid: its own, or one of what it says and when it was added. The same copy twice in a file is two copies.
fn uid(row: &Row, copies: &mut HashMap<Uuid, u32>) -> Option<Uuid> {
    let draft = row.draft.as_ref().ok()?;
    if draft.uid.is_some() {
        return draft.uid;
    }
    let fields = fields_of(row)?;
    let member = |name: &str| fields.member(name).map_or("", RawValue::get);
    let what = match member("discogs_id") {
        "" => ["artist", "album", "catno", "format"].map(member).join("\n"),
        id => id.to_owned(),
    };
    // A want and an owned copy of one release are two records.
    let of = if is_want(&fields) { "want\n" } else { "" };
    let what = format!("{of}{what}\n{}", row.created_at.as_deref().unwrap_or_default());
    let first = Uuid::new_v5(&NAMESPACE, what.as_bytes());
    let copy = copies.entry(first).or_insert(0);
    *copy += 1;
    Some(if *copy == 1 { first } else { Uuid::new_v5(&first, &copy.to_be_bytes()) })
}

/// Those of some fields that are not so in a document, a JSON object; `None` if all are.
fn differing(fields: &str, document: &Value) -> Option<String> {
    let fields: Object<'_> = serde_json::from_str(fields).ok()?;
    let differs = |name: &str, raw: &RawValue| {
        serde_json::from_str(raw.get()).is_ok_and(|value: Value| !says(document.get(name), &value))
    };
    let changed: Vec<_> = fields.0.iter().filter(|(name, raw)| differs(name, raw)).collect();
    if changed.is_empty() {
        return None;
    }
    let members: Vec<_> = changed.iter().map(|(name, raw)| format!("\"{name}\":{}", raw.get())).collect();
    Some(format!("{{{}}}", members.join(",")))
}

/// Whether a merge patch would change nothing.
fn says(present: Option<&Value>, patch: &Value) -> bool {
    match (present, patch) {
        (present, Value::Null) => present.is_none(),
        (Some(Value::Object(present)), Value::Object(patch)) => {
            patch.iter().all(|(name, value)| says(present.get(name), value))
        }
        (Some(present), patch) => present == patch,
        (None, _) => false,
    }
}

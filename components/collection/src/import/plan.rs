//! The operations that an import writes: the rows of the file compared with the collection.

use std::collections::{HashMap, HashSet};

use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use uuid::Uuid;

use super::file::{ImportFile, ImportRow};
use super::report::ImportReport;
use super::row_uid::{CopyCounts, crate_uid_of, is_wanted, uid_of_row};
use crate::crate_tree::CrateTree;
use crate::csv_cell::NO_FOLDER;
use crate::error::{Error, FieldError};
use crate::operation::{Batch, Change, OperationKind, RecordKey};
use crate::record::{Draft, JsonObject, Purpose, RecordType, are_linked};
use crate::store::{ExistingRecord, Store};

pub struct ImportPlan {
    existing: HashMap<Uuid, ExistingRecord>,
    /// The documents of those existing records that are compared next.
    documents: HashMap<Uuid, Value>,
    crate_tree: CrateTree,
    /// The crates outside the trash, and those that this import adds, by their names in lower case.
    crates_by_name: HashMap<String, Uuid>,
    /// The uids of the same crates.
    crate_uids: HashSet<Uuid>,
    /// The uids that rows of the file have beside a crate's name.
    uids_in_file: HashMap<String, Uuid>,
    /// The crates that this import adds because an album names them.
    added_crates: HashSet<Uuid>,
    seen: HashSet<Uuid>,
    batch: Batch,
    is_empty: bool,
    report: ImportReport,
}

impl ImportPlan {
    pub async fn new(store: &Store, user: i64, file: &mut ImportFile) -> Result<Self, Error> {
        let mut copies = CopyCounts::new();
        file.albums.iter_mut().for_each(|row| row.uid = uid_of_row(row, &mut copies));
        let mut uids: Vec<Uuid> = file.albums.iter().filter_map(|row| row.uid).collect();
        let uids_of_crates = file.crates.iter().filter_map(|row| row.draft.as_ref().ok()?.uid);
        let uids_of_crates: Vec<Uuid> = uids_of_crates.collect();
        uids.extend(&uids_of_crates);
        let crate_of_row = |row: &ImportRow| crate_uid_of(row.draft.as_ref().ok()?);
        let crate_uids: HashSet<Uuid> = file.albums.iter().filter_map(crate_of_row).collect();
        uids.extend(crate_uids);
        let drafts = file.albums.iter().chain(&file.crates).filter_map(|row| row.draft.as_ref().ok());
        let bytes = drafts.map(|draft| draft.fields.len()).sum();
        let named = |row: &ImportRow| Some((name_key(row.crate_name.as_deref()?), crate_of_row(row)?));
        let crates = store.crates(user).await?;
        let existing = store.existing(user, &uids).await?;
        // Those of crates are small, and an account has few.
        let is_crate = |uid: &Uuid| existing.get(uid).is_some_and(|record| record.record_type == RecordType::Crate);
        let existing_crates: Vec<Uuid> = uids_of_crates.into_iter().filter(is_crate).collect();
        Ok(Self {
            documents: store.documents(user, &existing_crates).await?,
            existing,
            crate_tree: CrateTree::new(crates.iter().map(|found| (found.uid, found.parent))),
            crate_uids: crates.iter().map(|found| found.uid).collect(),
            // Of crates with one name, the last in the list remains: the oldest.
            crates_by_name: crates.iter().map(|found| (name_key(&found.name), found.uid)).collect(),
            uids_in_file: file.albums.iter().filter_map(named).collect(),
            added_crates: HashSet::new(),
            seen: HashSet::new(),
            batch: Batch::new(file.albums.len() + file.crates.len(), bytes)?,
            is_empty: true,
            report: ImportReport::default(),
        })
    }

    /// Reads the documents that the next rows are compared with, and forgets the others.
    pub async fn read_documents(&mut self, store: &Store, user: i64, rows: &[ImportRow]) -> Result<(), Error> {
        let uids = rows.iter().filter_map(|row| row.uid).filter(|uid| self.existing.contains_key(uid));
        let uids: Vec<Uuid> = uids.collect();
        self.documents = store.documents(user, &uids).await?;
        Ok(())
    }

    /// The fields that differ from those of the record; `None` if there are none.
    fn changed_fields(&self, uid: &Uuid, fields: &str) -> Option<String> {
        changed_fields(fields, self.documents.get(uid).unwrap_or(&Value::Null))
    }

    /// Adds a crate of our own export, which lists a crate before the crates that it contains.
    pub fn add_crate(&mut self, row: &ImportRow) {
        let draft = match &row.draft {
            Ok(draft) => draft,
            Err(faults) => return self.report.add_faulty(row, faults.clone()),
        };
        let uid = match draft.uid.or_else(|| self.crates_by_name.get(&name_key(&row.album)).copied()) {
            Some(uid) => uid,
            None => self.batch.new_uid(),
        };
        if self.existing.get(&uid).is_some_and(|record| record.record_type != RecordType::Crate) {
            return self.report.add_faulty(row, vec![FieldError::new("uid", "is the uid of an album")]);
        }
        if let Err(fault) = self.crate_tree.put(uid, &draft.fields) {
            return self.report.add_faulty(row, vec![fault]);
        }
        let existing = self.existing.get(&uid);
        match existing.map(|record| (record.is_in_trash, self.changed_fields(&uid, &draft.fields))) {
            None if self.crate_uids.contains(&uid) => {}
            None => {
                self.push(RecordType::Crate, OperationKind::Create, uid, &draft.fields, row.created_at.as_deref());
                self.report.crates_added += 1;
            }
            Some((is_in_trash, changed)) => {
                if is_in_trash {
                    self.push(RecordType::Crate, OperationKind::Restore, uid, "{}", None);
                    self.report.crates_added += 1;
                }
                if let Some(fields) = changed {
                    self.push(RecordType::Crate, OperationKind::Put, uid, &fields, None);
                }
            }
        }
        self.crate_uids.insert(uid);
        self.crates_by_name.entry(name_key(&row.album)).or_insert(uid);
    }

    pub fn add_album(&mut self, row: ImportRow) {
        let Some((uid, draft)) = row.uid.zip(row.draft.as_ref().ok()) else {
            let faults = row.draft.as_ref().err().cloned().unwrap_or_default();
            return self.report.add_faulty(&row, faults);
        };
        if !self.seen.insert(uid) {
            return self.report.add_skipped(&row, "is in the file more than once");
        }
        match self.existing.get(&uid) {
            Some(record) if record.record_type != RecordType::Album => {
                return self.report.add_faulty(&row, vec![FieldError::new("uid", "is the uid of a crate")]);
            }
            Some(record) if record.is_in_trash => return self.report.add_skipped(&row, "is in the trash"),
            // The wantlist was exported before the collector bought the record.
            Some(record) if is_wanted(draft) && !record.is_wanted => {
                return self.report.add_skipped(&row, "is in the collection");
            }
            _ => {}
        }
        let fields = match self.fields_with_crate(&row, draft) {
            Ok(fields) => fields,
            Err(faults) => return self.report.add_faulty(&row, faults),
        };
        match self.existing.get(&uid).map(|_| self.changed_fields(&uid, &fields)) {
            None => {
                self.push(RecordType::Album, OperationKind::Create, uid, &fields, row.created_at.as_deref());
                self.report.add_added(&row);
            }
            Some(None) => self.report.add_skipped(&row, "unchanged"),
            Some(Some(fields)) => {
                self.push(RecordType::Album, OperationKind::Put, uid, &fields, None);
                self.report.add_updated(&row);
            }
        }
    }

    /// The fields of an album, whose `crate` is the uid of the crate that its row names.
    fn fields_with_crate(&mut self, row: &ImportRow, draft: &Draft) -> Result<String, Vec<FieldError>> {
        let crate_uid = crate_uid_of(draft);
        let name = row.crate_name.as_deref().filter(|name| crate_uid.is_some() || *name != NO_FOLDER);
        let Some(name) = name.filter(|name| !name.trim().is_empty()) else { return Ok(draft.fields.clone()) };
        if crate_uid.is_some_and(|uid| self.crate_uids.contains(&uid)) {
            return Ok(draft.fields.clone());
        }
        let uid = match self.crates_by_name.get(&name_key(name)) {
            // Two crates of one name in our export remain two.
            Some(uid) if crate_uid.is_none() || self.existed_before(*uid) => *uid,
            _ => self.add_named_crate(name, crate_uid, row.parent_name.as_deref())?,
        };
        Ok(set_crate(&draft.fields, uid).unwrap_or_else(|| draft.fields.clone()))
    }

    fn existed_before(&self, crate_uid: Uuid) -> bool {
        self.crate_tree.contains(&crate_uid) && !self.added_crates.contains(&crate_uid)
    }

    fn add_named_crate(
        &mut self,
        name: &str,
        uid: Option<Uuid>,
        parent: Option<&str>,
    ) -> Result<Uuid, Vec<FieldError>> {
        let parent = match parent.filter(|parent| !parent.trim().is_empty()) {
            None => None,
            Some(parent) => Some(match self.crates_by_name.get(&name_key(parent)) {
                Some(uid) => *uid,
                None => self.add_named_crate(parent, self.uids_in_file.get(&name_key(parent)).copied(), None)?,
            }),
        };
        let document = serde_json::json!({ "name": name, "parent": parent.map(|uid| uid.to_string()) }).to_string();
        let draft = Draft::parse(document.as_bytes(), RecordType::Crate, Purpose::Complete).map_err(|_| {
            vec![FieldError::new("CollectionFolder", "must have at most 200 characters, and no control characters")]
        })?;
        let uid = uid.filter(|uid| !self.existing.contains_key(uid)).unwrap_or_else(|| self.batch.new_uid());
        self.crate_tree.put(uid, &draft.fields).map_err(|fault| vec![fault])?;
        self.push(RecordType::Crate, OperationKind::Create, uid, &draft.fields, None);
        self.report.crates_added += 1;
        self.added_crates.insert(uid);
        self.crate_uids.insert(uid);
        self.crates_by_name.entry(name_key(name)).or_insert(uid);
        Ok(uid)
    }

    fn push(&mut self, record_type: RecordType, kind: OperationKind, uid: Uuid, fields: &str, edited_at: Option<&str>) {
        self.is_empty = false;
        let change = Change { record_type, kind, key: RecordKey::Uid(uid), fields, expected_version: None };
        self.batch.push_dated(&change, edited_at);
    }

    /// The batch, unless there is nothing to write, and the report.
    pub fn finish(self) -> (Option<Batch>, ImportReport) {
        (if self.is_empty { None } else { Some(self.batch) }, self.report)
    }
}

fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The fields of an album with another `crate`.
fn set_crate(fields: &str, crate_uid: Uuid) -> Option<String> {
    let crate_uid = to_raw_value(&crate_uid.to_string()).ok()?;
    let mut fields: JsonObject<'_> = serde_json::from_str(fields).ok()?;
    match fields.0.iter_mut().find(|(name, _)| name == "crate") {
        Some((_, value)) => *value = &crate_uid,
        None => fields.0.push(("crate".into(), &crate_uid)),
    }
    serde_json::to_string(&fields).ok()
}

/// The fields whose values differ from those of a document, and the fields that are written with them, as a JSON
/// object; `None` if there are none.
fn changed_fields(fields: &str, document: &Value) -> Option<String> {
    let mut fields: JsonObject<'_> = serde_json::from_str(fields).ok()?;
    let is_changed = |name: &str, raw: &RawValue| {
        serde_json::from_str(raw.get()).is_ok_and(|value| !is_unchanged(document.get(name), &value))
    };
    let changed = fields.0.iter().filter(|(name, raw)| is_changed(name, raw));
    let changed: Vec<_> = changed.map(|(name, _)| name.clone()).collect();
    fields.0.retain(|(name, _)| changed.iter().any(|other| other == name || are_linked(name, other)));
    if fields.0.is_empty() { None } else { serde_json::to_string(&fields).ok() }
}

/// Whether a merge patch leaves a value as it is.
fn is_unchanged(present: Option<&Value>, patch: &Value) -> bool {
    match (present, patch) {
        (present, Value::Null) => present.is_none(),
        (Some(Value::Object(present)), Value::Object(patch)) => {
            patch.iter().all(|(name, value)| is_unchanged(present.get(name), value))
        }
        (Some(present), patch) => present == patch,
        (None, _) => false,
    }
}

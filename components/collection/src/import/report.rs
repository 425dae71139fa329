//! What an import did, or would do.

use super::Row;
use crate::error::{Error, Fault, Result};
use serde::Serialize;

/// Of rows in an answer, and again as many of faulty ones: those must not drown.
const MAX_ROWS: usize = 1_000;

#[derive(Debug, Default)]
pub struct Report {
    added: usize,
    updated: usize,
    skipped: usize,
    pub crates_added: usize,
    rows: Vec<Line>,
    sound: usize,
    faulty: usize,
}

#[derive(Debug, Serialize)]
struct Line {
    row: usize,
    action: &'static str,
    artist: String,
    album: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FaultOut>,
}

#[derive(Debug, Serialize)]
struct FaultOut {
    field: String,
    message: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    dry_run: bool,
    format: &'a str,
    added: usize,
    updated: usize,
    skipped: usize,
    crates_added: usize,
    ignored_columns: &'a [String],
    rows: &'a [Line],
}

impl Report {
    pub fn added(&mut self, row: &Row) {
        self.added += 1;
        self.note(row, "added", None, Vec::new());
    }

    pub fn updated(&mut self, row: &Row) {
        self.updated += 1;
        self.note(row, "updated", None, Vec::new());
    }

    pub fn skipped(&mut self, row: &Row, reason: &'static str) {
        self.skipped += 1;
        self.note(row, "skipped", Some(reason), Vec::new());
    }

    pub fn faulty(&mut self, row: &Row, faults: Vec<Fault>) {
        self.skipped += 1;
        self.note(row, "skipped", Some("is faulty"), faults);
    }

    fn note(&mut self, row: &Row, action: &'static str, reason: Option<&'static str>, faults: Vec<Fault>) {
        let count = if faults.is_empty() { &mut self.sound } else { &mut self.faulty };
        *count += 1;
        if *count <= MAX_ROWS {
            let errors = faults.into_iter().map(|f| FaultOut { field: f.field, message: f.message }).collect();
            let (artist, album) = (row.artist.clone(), row.album.clone());
            self.rows.push(Line { row: row.number, action, artist, album, reason, errors });
        }
    }

    pub fn into_json(self, dry_run: bool, format: &str, ignored_columns: &[String]) -> Result<String> {
        let Self { added, updated, skipped, crates_added, rows, .. } = &self;
        let answer = Answer {
            dry_run,
            format,
            added: *added,
            updated: *updated,
            skipped: *skipped,
            crates_added: *crates_added,
            ignored_columns,
            rows,
        };
        serde_json::to_string(&answer).map_err(|error| Error::Internal(error.to_string()))
    }
}

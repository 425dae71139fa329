//! The response of an import: what it did, or would do.

use serde::Serialize;

use super::file::{ImportRow, MAX_REPORTED};
use crate::error::{Error, FieldError};

/// The limit for reported rows. Faulty rows have a limit of their own, so that the valid ones do not displace them.
const MAX_ROWS: usize = 1_000;

/// Why a row was skipped because of its faults.
const FAULTY: &str = "is faulty";

#[derive(Debug, Default)]
pub struct ImportReport {
    added: usize,
    updated: usize,
    skipped: usize,
    pub crates_added: usize,
    rows: Vec<ReportedRow>,
    valid_rows: usize,
    faulty_rows: usize,
}

#[derive(Debug, Serialize)]
struct ReportedRow {
    row: usize,
    action: &'static str,
    artist: String,
    album: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

#[derive(Serialize)]
struct ReportDocument<'a> {
    dry_run: bool,
    format: &'a str,
    added: usize,
    updated: usize,
    skipped: usize,
    crates_added: usize,
    ignored_columns: &'a [String],
    rows: Vec<ReportedRow>,
}

impl ImportReport {
    pub fn add_added(&mut self, row: &ImportRow) {
        self.added += 1;
        self.push(row, "added", None, Vec::new());
    }

    pub fn add_updated(&mut self, row: &ImportRow) {
        self.updated += 1;
        self.push(row, "updated", None, Vec::new());
    }

    pub fn add_skipped(&mut self, row: &ImportRow, reason: &'static str) {
        self.skipped += 1;
        self.push(row, "skipped", Some(reason), Vec::new());
    }

    pub fn add_faulty(&mut self, row: &ImportRow, errors: Vec<FieldError>) {
        self.skipped += 1;
        self.push(row, "skipped", Some(FAULTY), errors);
    }

    fn push(&mut self, row: &ImportRow, action: &'static str, reason: Option<&'static str>, errors: Vec<FieldError>) {
        let count = if errors.is_empty() { &mut self.valid_rows } else { &mut self.faulty_rows };
        *count += 1;
        if *count <= MAX_ROWS {
            let beginning = |text: &str| text.chars().take(MAX_REPORTED).collect();
            let (artist, album) = (beginning(&row.artist), beginning(&row.album));
            self.rows.push(ReportedRow { row: row.number, action, artist, album, reason, errors });
        }
    }

    pub fn into_json(self, dry_run: bool, format: &str, ignored_columns: &[String]) -> Result<String, Error> {
        let Self { added, updated, skipped, crates_added, rows, .. } = self;
        let document = ReportDocument { dry_run, format, added, updated, skipped, crates_added, ignored_columns, rows };
        serde_json::to_string(&document).map_err(Error::internal)
    }
}

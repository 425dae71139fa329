//! The file of an export, and the report of an import.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::{album::Album, crates::Crate};

/// What an import did, or with `dry_run` would do.
#[derive(ToSchema)]
pub struct Imported {
    dry_run: bool,
    /// `discogs`, `discogs-wantlist`, `csv` or `json`.
    format: String,
    added: i64,
    updated: i64,
    /// Rows that are unchanged, in the trash, or invalid.
    skipped: i64,
    crates_added: i64,
    /// Columns that are not a field. Their values were not read.
    ignored_columns: Vec<String>,
    /// The first 1,000 rows, and the first 1,000 invalid ones.
    rows: Vec<ImportedRow>,
}

#[derive(ToSchema)]
pub struct ImportedRow {
    /// The number of the row as in a spreadsheet (the header is row 1); in JSON the position in `albums` or `crates`,
    /// from 1.
    row: i64,
    /// `added`, `updated` or `skipped`.
    action: String,
    artist: String,
    album: String,
    #[schema(nullable = false)]
    reason: Option<String>,
    #[schema(nullable = false)]
    errors: Option<Vec<ImportFault>>,
}

#[derive(ToSchema)]
pub struct ImportFault {
    /// The name of the column.
    field: String,
    message: String,
}

/// A complete copy.
#[derive(ToSchema)]
pub struct ExportFile {
    #[schema(example = "vinyl-vault")]
    format: String,
    version: i64,
    #[schema(format = DateTime)]
    exported_at: String,
    crates: Vec<Crate>,
    albums: Vec<Album>,
    wants: Vec<Album>,
    /// All changes, oldest first; absent without `history`.
    #[schema(nullable = false)]
    history: Option<Vec<ExportedChange>>,
    /// The values that lost a merge; absent without `history`.
    #[schema(nullable = false)]
    lost: Option<Vec<ExportedLoss>>,
}

#[derive(ToSchema)]
pub struct ExportedChange {
    version: i64,
    op_id: String,
    device_id: Option<String>,
    r#type: String,
    kind: String,
    uid: String,
    base: Option<i64>,
    fields: BTreeMap<String, serde_json::Value>,
    edited_at: String,
    status: String,
}

#[derive(ToSchema)]
pub struct ExportedLoss {
    version: i64,
    uid: String,
    field: String,
    value: serde_json::Value,
    device_id: Option<String>,
    edited_at: String,
}

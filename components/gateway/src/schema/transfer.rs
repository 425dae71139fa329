//! The report of an import.

use utoipa::ToSchema;

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

//! Reads a file into the collection: Discogs' CSV, any CSV with a header, and our own exports.
//!
//! `encoding` decodes the file; `table` (with `columns`, `row_fields`) and `archive` parse it into `file::ImportFile`;
//! `plan` compares its rows with the collection and collects the operations; `report` is the response.

mod archive;
mod columns;
mod encoding;
mod file;
mod plan;
mod report;
mod row_fields;
mod row_uid;
mod table;

use crate::contract::transfer::ImportOptions;
use crate::error::Error;
use crate::store::Store;
use columns::{ColumnMapping, parse_mapping};
use file::{ImportFile, ImportRow};
use plan::ImportPlan;

/// The rows that are compared with the collection at once: together their documents have at most 4 MiB.
const ROWS_AT_ONCE: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ImportFormat {
    Auto,
    Discogs,
    Csv,
    Json,
}

impl ImportFormat {
    fn parse(name: Option<&str>) -> Result<Self, Error> {
        match name {
            None | Some("auto") => Ok(Self::Auto),
            Some("discogs") => Ok(Self::Discogs),
            Some("csv") => Ok(Self::Csv),
            Some("json") => Ok(Self::Json),
            Some(_) => Err(Error::invalid("format", "must be one of: auto; discogs; csv; json")),
        }
    }
}

/// Writes the new and the changed records of a file; returns the report.
///
/// # Errors
/// `Invalid` or `Malformed` if the file as a whole is faulty. A faulty row is reported and skipped.
pub async fn import(user: i64, options: &ImportOptions, body: Vec<u8>) -> Result<String, Error> {
    let format = ImportFormat::parse(options.format.as_deref())?;
    let mapping = options.mapping.as_deref().map_or(Ok(Vec::new()), parse_mapping)?;
    let store = Store::open_with_quota().await?;
    let mut file = parse_file(body, format, &mapping).await?;
    let mut plan = ImportPlan::new(&store, user, &mut file).await?;
    for row in &file.crates {
        plan.add_crate(row);
    }
    let mut albums = file.albums.into_iter();
    while albums.len() > 0 {
        let rows: Vec<ImportRow> = albums.by_ref().take(ROWS_AT_ONCE).collect();
        plan.read_documents(&store, user, &rows).await?;
        rows.into_iter().for_each(|row| plan.add_album(row));
        // Other requests get a turn.
        wit_bindgen::yield_async().await;
    }
    let (batch, report) = plan.finish();
    if let Some(batch) = batch.filter(|_| !options.dry_run) {
        store.apply(user, batch).await.map_err(|error| match error {
            // The plan checked this: another request has written the same records since.
            Error::NotFound | Error::Invalid(_) => Error::Unavailable("the collection changed meanwhile".to_owned()),
            error => error,
        })?;
    }
    report.into_json(options.dry_run, file.format, &file.ignored_columns)
}

async fn parse_file(body: Vec<u8>, format: ImportFormat, mapping: &ColumnMapping) -> Result<ImportFile, Error> {
    let text = encoding::decode(body)?;
    let looks_like_json = text.trim_start().starts_with(['{', '[']);
    match format {
        ImportFormat::Json => archive::parse(&text).await,
        ImportFormat::Auto if looks_like_json && mapping.is_empty() => archive::parse(&text).await,
        format => table::parse(&text, format == ImportFormat::Discogs, mapping).await,
    }
}

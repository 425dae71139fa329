//! Reading a collection in: Discogs' CSV, any CSV with a header, and our own exports.
//!
//! `text` decodes the file; `table` (with `columns`) and `archive` make rows of it; `plan` compares them with what there is and
//! makes the batch; `report` is the answer.

mod archive;
mod columns;
mod plan;
mod report;
mod table;
mod text;

use crate::error::{Error, Fault, Result};
use crate::record::Draft;
use crate::store::Store;
use plan::Plan;

/// More rows than any collection that fits into the body, and still one batch of some seconds.
const MAX_ROWS: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Auto,
    Discogs,
    Csv,
    Json,
}

/// How a file is to be read.
pub struct Options {
    format: Format,
    dry_run: bool,
    /// Field and column.
    mapping: Vec<(String, String)>,
}

impl Options {
    pub fn new(format: Option<&str>, dry_run: bool, mapping: Option<&str>) -> Result<Self> {
        let format = match format {
            None | Some("auto") => Format::Auto,
            Some("discogs") => Format::Discogs,
            Some("csv") => Format::Csv,
            Some("json") => Format::Json,
            Some(_) => return Err(Error::invalid("format", "must be auto, discogs, csv or json")),
        };
        Ok(Self { format, dry_run, mapping: mapping.map_or(Ok(Vec::new()), columns::mapping)? })
    }
}

/// What a file holds.
struct Contents {
    /// As the answer names it.
    format: &'static str,
    crates: Vec<Row>,
    albums: Vec<Row>,
    ignored_columns: Vec<String>,
}

/// One album (or crate) of a file.
struct Row {
    /// As its owner would count.
    number: usize,
    artist: String,
    album: String,
    draft: Result<Draft, Vec<Fault>>,
    /// The crate by its name; `draft` may hold its uid, too.
    folder: Option<String>,
    /// The crate that this crate lies in, by its name.
    folder_parent: Option<String>,
    /// RFC 3339.
    created_at: Option<String>,
}

/// Reads a file and writes what is new in it; answers with what was done, row by row.
///
/// # Errors
/// `Invalid` or `Malformed` if the file as a whole is at fault; a faulty row is part of the answer.
pub async fn import(store: &Store, user: i64, options: &Options, body: Vec<u8>) -> Result<String> {
    let contents = read(options, &body)?;
    drop(body);
    let mut plan = Plan::new(store, user, &contents).await?;
    for row in &contents.crates {
        plan.add_crate(row);
    }
    for row in contents.albums {
        plan.add_album(row);
    }
    let (batch, report) = plan.finish();
    if let Some(batch) = batch.filter(|_| !options.dry_run) {
        store.apply(user, batch).await.map_err(|error| match error {
            // Checked before: somebody else wrote the same records since.
            Error::NotFound | Error::Invalid(_) => Error::Unavailable("the collection changed meanwhile".to_owned()),
            error => error,
        })?;
    }
    report.into_json(options.dry_run, contents.format, &contents.ignored_columns)
}

fn read(options: &Options, body: &[u8]) -> Result<Contents> {
    let text = text::decode(body)?;
    let looks_like_json = text.trim_start().starts_with(['{', '[']);
    match options.format {
        Format::Json => archive::read(&text),
        Format::Auto if looks_like_json && options.mapping.is_empty() => archive::read(&text),
        format => table::read(&text, format == Format::Discogs, &options.mapping),
    }
}

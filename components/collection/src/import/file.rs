//! The rows of a file, in the same form for every format.

use uuid::Uuid;

use crate::error::{Error, FieldError};
use crate::record::{Draft, MAX_BATCH};

/// More rows than any collection whose file fits into a request, and still one batch that takes seconds.
pub const MAX_ROWS: usize = 20_000;

pub struct ImportFile {
    /// As the report names it.
    pub format: &'static str,
    pub crates: Vec<ImportRow>,
    pub albums: Vec<ImportRow>,
    pub ignored_columns: Vec<String>,
}

/// The faulty rows of which several faults are reported, and the faults of each.
const MAX_FULL_ROWS: usize = 100;
const MAX_ROW_FAULTS: usize = 10;

/// The longest artist and title in a report, and the longest name of a column, in characters.
pub const MAX_REPORTED: usize = 100;

/// After this many rows, other requests get a turn.
const YIELD_AFTER: usize = 500;

/// Collects rows within the memory that an import may take: a row of a few bytes may become a document of 10,000,
/// because it repeats the names of the columns.
#[derive(Default)]
pub struct RowCollector {
    rows: Vec<ImportRow>,
    bytes: usize,
    faulty_rows: usize,
}

impl RowCollector {
    pub async fn push(&mut self, mut row: ImportRow) -> Result<(), Error> {
        match &mut row.draft {
            Ok(draft) => self.bytes += draft.fields.len(),
            Err(faults) => {
                self.faulty_rows += 1;
                faults.truncate(if self.faulty_rows > MAX_FULL_ROWS { 1 } else { MAX_ROW_FAULTS });
                faults.shrink_to_fit();
            }
        }
        if self.bytes > MAX_BATCH {
            return Err(Error::invalid("body", format!("must have at most {} MiB of records", MAX_BATCH >> 20)));
        }
        self.rows.push(row);
        if self.rows.len().is_multiple_of(YIELD_AFTER) {
            wit_bindgen::yield_async().await;
        }
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn finish(self) -> Vec<ImportRow> {
        self.rows
    }
}

/// One album or crate of a file.
pub struct ImportRow {
    /// As a person counts the rows of the file: the header of a CSV file is row 1.
    pub number: usize,
    /// Of a valid row, as soon as `ImportPlan` has computed it.
    pub uid: Option<Uuid>,
    pub artist: String,
    /// The title of an album, or the name of a crate.
    pub album: String,
    pub draft: Result<Draft, Vec<FieldError>>,
    /// The name of the album's crate. `draft` may have the crate's uid.
    pub crate_name: Option<String>,
    /// The name of the crate that contains that crate.
    pub parent_name: Option<String>,
    /// An RFC 3339 time.
    pub created_at: Option<String>,
}

impl ImportRow {
    pub fn empty(number: usize) -> Self {
        Self {
            number,
            uid: None,
            artist: String::new(),
            album: String::new(),
            draft: Err(Vec::new()),
            crate_name: None,
            parent_name: None,
            created_at: None,
        }
    }
}

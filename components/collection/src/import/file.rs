//! The rows of a file, in the same form for every format.

use crate::error::FieldError;
use crate::record::Draft;

/// More rows than any collection whose file fits into a request, and still one batch that takes seconds.
pub const MAX_ROWS: usize = 20_000;

pub struct ImportFile {
    /// As the report names it.
    pub format: &'static str,
    pub crates: Vec<ImportRow>,
    pub albums: Vec<ImportRow>,
    pub ignored_columns: Vec<String>,
}

/// One album or crate of a file.
pub struct ImportRow {
    /// As a person counts the rows of the file: the header of a CSV file is row 1.
    pub number: usize,
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
            artist: String::new(),
            album: String::new(),
            draft: Err(Vec::new()),
            crate_name: None,
            parent_name: None,
            created_at: None,
        }
    }
}

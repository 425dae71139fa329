//! CSV files: the delimiter, the check that every quote is closed, and the rows.

use super::columns::{ColumnMapping, Columns};
use super::file::{ImportFile, MAX_ROWS, RowCollector};
use super::row_fields::parse_row;
use crate::error::Error;

const MAX_COLUMNS: usize = 500;

/// The bytes of a row, and of the header: those of the largest document.
const MAX_ROW: usize = 64 << 10;

pub async fn parse(text: &str, expect_discogs: bool, mapping: &ColumnMapping) -> Result<ImportFile, Error> {
    let delimiter = find_delimiter(text);
    check_quotes_and_limits(text, delimiter)?;
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut read = |record: &mut csv::StringRecord| {
        reader.read_record(record).map_err(|error| Error::invalid("body", format!("is not CSV: {error}")))
    };
    if !read(&mut record)? {
        return Err(Error::invalid("body", "is empty: row 1 must be the header"));
    }
    let columns = Columns::parse(record.iter().map(str::to_owned).collect(), expect_discogs, mapping)?;
    let mut albums = RowCollector::default();
    while read(&mut record)? {
        albums.push(parse_row(albums.len() + 2, &record, &columns)).await?;
    }
    let format = match (columns.is_wantlist, columns.is_discogs) {
        (true, _) => "discogs-wantlist",
        (_, true) => "discogs",
        _ => "csv",
    };
    Ok(ImportFile { format, crates: Vec::new(), albums: albums.finish(), ignored_columns: columns.ignored() })
}

/// The most frequent of `,` `;` and tab in the header; the first of them if two are equally frequent.
fn find_delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\r' | b'\n' if !is_quoted => break,
            _ if !is_quoted => counts.iter_mut().filter(|(candidate, _)| *candidate == byte).for_each(|(_, n)| *n += 1),
            _ => {}
        }
    }
    // Of equal counts, `max_by_key` returns the last.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(candidate, _)| *candidate)
}

/// The scanner's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Bare,
    Quoted,
    /// After a quote in a quoted cell: the cell's end, or the first of two quotes that mean one.
    AfterQuote,
}

/// Refuses what the parser would accept silently: a quote without an end takes all following rows into one cell.
fn check_quotes_and_limits(text: &str, delimiter: u8) -> Result<(), Error> {
    let (mut state, mut row, mut column) = (State::CellStart, 1_usize, 1_usize);
    let (mut opened_at, mut is_blank, mut row_bytes) = ((1, 1), true, 0_usize);
    for byte in text.bytes() {
        row_bytes += 1;
        if row_bytes > MAX_ROW {
            return Err(Error::invalid("body", format!("row {row}: must have at most {} KiB", MAX_ROW >> 10)));
        }
        state = match (state, byte) {
            (State::Quoted, b'"') => State::AfterQuote,
            (State::Quoted, _) => State::Quoted,
            (State::AfterQuote, b'"') => State::Quoted,
            (State::CellStart, b'"') => {
                (opened_at, is_blank) = ((row, column), false);
                State::Quoted
            }
            (_, b'\r' | b'\n') => {
                // The parser skips empty lines.
                row += usize::from(!is_blank);
                (column, is_blank, row_bytes) = (1, true, 0);
                State::CellStart
            }
            (_, byte) if byte == delimiter => {
                (column, is_blank) = (column + 1, false);
                if column > MAX_COLUMNS {
                    return Err(Error::invalid("body", format!("row {row}: must have at most {MAX_COLUMNS} columns")));
                }
                State::CellStart
            }
            (State::AfterQuote, _) => return Err(unclosed_quote(opened_at)),
            _ => {
                is_blank = false;
                State::Bare
            }
        };
        if row > MAX_ROWS + 1 && !is_blank {
            return Err(Error::invalid("body", format!("must have at most {MAX_ROWS} rows")));
        }
    }
    if state == State::Quoted { Err(unclosed_quote(opened_at)) } else { Ok(()) }
}

fn unclosed_quote((row, column): (usize, usize)) -> Error {
    Error::invalid("body", format!("row {row}, column {column}: has a quote that is not closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_table_is_refused_with_row_and_column() {
        let message = |text: &str| match check_quotes_and_limits(text, b',') {
            Err(Error::Invalid(faults)) => faults.first().map(|fault| fault.message.clone()).unwrap_or_default(),
            _ => String::new(),
        };
        assert_eq!(message("a,b\n1,\"2\n3,4\n"), "row 2, column 2: has a quote that is not closed");
        assert_eq!(message("a,b\n\n\"1\"x,2\n"), "row 2, column 1: has a quote that is not closed");
        assert_eq!(message("a,b\r\n\"x \"\"y\"\"\nz\",12\" single\r\n"), "");
        assert!(message(&",".repeat(500)).contains("500 columns"));
        assert!(message(&"a,b\n".repeat(MAX_ROWS + 2)).contains("rows"));
        assert_eq!(message(&"a,b\r\n\r\n".repeat(MAX_ROWS + 1)), "");
        assert_eq!(message(&format!("a,b\n1,\"{}\"", "\n".repeat(MAX_ROW))), "row 2: must have at most 64 KiB");
    }

    #[test]
    fn the_delimiter_is_found_in_the_header() {
        assert_eq!(find_delimiter("a,b\n1;2;3;4"), b',');
        assert_eq!(find_delimiter("a;\"b,c,d\";e\n"), b';');
        assert_eq!(find_delimiter("a\tb"), b'\t');
        assert_eq!(find_delimiter("a"), b',');
    }
}

//! A CSV as rows.

use super::columns::{Column, Columns};
use super::{Contents, MAX_ROWS, Row};
use crate::batch::Type;
use crate::cell::{FOLDER, FOLDER_PARENT, unguard};
use crate::error::{Error, Fault, Result};
use crate::field::is_date;
use crate::record::{Draft, Object, Purpose};
use serde_json::Value;
use serde_json::value::RawValue;

const MAX_COLUMNS: usize = 500;

pub fn read(text: &str, expect_discogs: bool, mapping: &[(String, String)]) -> Result<Contents> {
    let delimiter = delimiter(text);
    check(text, delimiter)?;
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut next = |record: &mut csv::StringRecord| {
        reader.read_record(record).map_err(|error| Error::invalid("body", format!("is no CSV: {error}")))
    };
    if !next(&mut record)? {
        return Err(Error::invalid("body", "is empty: row 1 must be the header"));
    }
    let columns = Columns::of(record.iter().map(str::to_owned).collect(), expect_discogs, mapping)?;
    let mut albums = Vec::new();
    while next(&mut record)? {
        albums.push(row(albums.len() + 2, &record, &columns));
    }
    let format = match (columns.wantlist, columns.discogs) {
        (true, _) => "discogs-wantlist",
        (_, true) => "discogs",
        _ => "csv",
    };
    Ok(Contents { format, crates: Vec::new(), albums, ignored_columns: columns.ignored() })
}

/// The one of `,` `;` and tab that the header has most of.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(candidate, _)| *candidate == byte).for_each(|(_, n)| *n += 1),
            _ => {}
        }
    }
    // The first of the greatest.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(candidate, _)| *candidate)
}

/// Where a scan stands in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Bare,
    Quoted,
    /// After a quote within quotes: the end of the cell, or half of a quote.
    Closed,
}

/// What the parser would take silently: a quote without its end swallows all rows after it.
fn check(text: &str, delimiter: u8) -> Result<()> {
    let (mut state, mut row, mut column) = (State::CellStart, 1_usize, 1_usize);
    let (mut opened, mut is_blank) = ((1, 1), true);
    let unbalanced = |(row, column): (usize, usize)| {
        Err(Error::invalid("body", format!("row {row}, column {column}: a quote has no counterpart")))
    };
    for byte in text.bytes() {
        state = match (state, byte) {
            (State::Quoted, b'"') => State::Closed,
            (State::Quoted, _) => State::Quoted,
            (State::Closed, b'"') => State::Quoted,
            (State::CellStart, b'"') => {
                (opened, is_blank) = ((row, column), false);
                State::Quoted
            }
            (_, b'\r' | b'\n') => {
                // The parser leaves out empty lines.
                row += usize::from(!is_blank);
                (column, is_blank) = (1, true);
                State::CellStart
            }
            (_, byte) if byte == delimiter => {
                (column, is_blank) = (column + 1, false);
                if column > MAX_COLUMNS {
                    return Err(Error::invalid("body", format!("row {row} has more than {MAX_COLUMNS} columns")));
                }
                State::CellStart
            }
            (State::Closed, _) => return unbalanced(opened),
            _ => {
                is_blank = false;
                State::Bare
            }
        };
        if row > MAX_ROWS + 1 && !is_blank {
            return Err(Error::invalid("body", format!("has more than {MAX_ROWS} rows: row {row}")));
        }
    }
    if state == State::Quoted { unbalanced(opened) } else { Ok(()) }
}

fn row(number: usize, record: &csv::StringRecord, columns: &Columns) -> Row {
    let mut row = Row {
        number,
        artist: String::new(),
        album: String::new(),
        draft: Err(Vec::new()),
        folder: None,
        folder_parent: None,
        created_at: None,
    };
    let mut faults = Vec::new();
    if record.len() != columns.all.len() {
        let message = format!("has {} cells, the header {}", record.len(), columns.all.len());
        faults.push(Fault::new("row", message));
    }
    let mut members = serde_json::Map::new();
    let mut raws: Vec<(&'static str, String)> = Vec::new();
    for (cell, column) in record.iter().zip(&columns.all) {
        let cell = if columns.ours { unguard(cell) } else { cell };
        match column {
            Column::Custom(name) if !cell.is_empty() => drop(members.insert(name.clone(), Value::from(cell))),
            Column::Field(field) if !cell.trim().is_empty() => match *field {
                FOLDER => row.folder = Some(cell.to_owned()),
                FOLDER_PARENT => row.folder_parent = Some(cell.to_owned()),
                "crate" if uuid::Uuid::try_parse(cell).is_err() => row.folder = Some(cell.to_owned()),
                "created_at" => match time(cell.trim()) {
                    Some(time) => row.created_at = Some(time),
                    None => faults.push(Fault::new("created_at", "must be a time such as 2020-05-14 10:32:01")),
                },
                field => raws.extend(json(field, cell, columns.discogs).map(|json| (field, json))),
            },
            _ => {}
        }
        match column {
            Column::Field("artist") => row.artist = cell.to_owned(),
            Column::Field("album") => row.album = cell.to_owned(),
            _ => {}
        }
    }
    if !members.is_empty() {
        if let Some((_, json)) = raws.iter().find(|(field, _)| *field == "custom")
            && let Ok(Value::Object(own)) = serde_json::from_str(json)
        {
            members.extend(own);
        }
        raws.retain(|(field, _)| *field != "custom");
        raws.push(("custom", Value::Object(members).to_string()));
    }
    if columns.wantlist {
        raws.push(("wanted", "true".to_owned()));
    }
    let raws: Vec<_> = raws.into_iter().filter_map(|(f, json)| Some((f, RawValue::from_string(json).ok()?))).collect();
    let object = Object(raws.iter().map(|(field, raw)| ((*field).into(), raw.as_ref())).collect());
    let draft = Draft::check(&object, Type::Album, Purpose::Whole, "", &mut faults);
    for fault in &mut faults {
        fault.field = columns.name_of(&fault.field).to_owned();
    }
    row.draft = if faults.is_empty() { Ok(draft) } else { Err(faults) };
    row
}

/// A cell as the field's JSON; `None` if it says nothing.
fn json(field: &str, cell: &str, discogs: bool) -> Option<String> {
    let text = || Some(Value::from(cell).to_string());
    match field {
        // Discogs' way to say "none".
        "rating" | "year" if discogs && cell.trim() == "0" => None,
        // `1999-05-14`: some of Discogs' dates are whole.
        "year" if discogs && is_date(cell.trim()) => cell.trim().get(..4).map(str::to_owned),
        "year" | "discogs_id" | "master_id" | "rating" | "quantity" => number(cell.trim().to_owned()).or_else(text),
        // Where `;` parts the cells, a comma is the decimal point.
        "purchase_price" | "price" if !cell.contains('.') => number(cell.trim().replacen(',', ".", 1)).or_else(text),
        "purchase_price" | "price" => number(cell.trim().to_owned()).or_else(text),
        "custom" => serde_json::from_str::<&RawValue>(cell).map_or_else(|_| text(), |raw| Some(raw.get().to_owned())),
        "tags" => match serde_json::from_str::<Vec<Value>>(cell) {
            Ok(_) => Some(cell.to_owned()),
            Err(_) => {
                let tags = cell.split([',', ';']).map(str::trim).filter(|tag| !tag.is_empty());
                Some(Value::from(tags.collect::<Vec<_>>()).to_string())
            }
        },
        "media_condition" | "sleeve_condition" => Some(Value::from(cell.trim()).to_string()),
        _ => text(),
    }
}

/// The text, if it is a number in JSON.
fn number(text: String) -> Option<String> {
    serde_json::from_str::<serde_json::Number>(&text).is_ok().then_some(text)
}

/// Discogs' `2020-05-14 10:32:01`, or what the API takes.
fn time(text: &str) -> Option<String> {
    let time = match text.split_once(' ') {
        Some((date, clock)) => format!("{date}T{clock}Z"),
        None => text.to_owned(),
    };
    is_date(&time).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_table_is_refused_with_its_place() {
        let message = |text: &str| match check(text, b',') {
            Err(Error::Invalid(faults)) => faults.first().map(|fault| fault.message.clone()).unwrap_or_default(),
            _ => String::new(),
        };
        assert_eq!(message("a,b\n1,\"2\n3,4\n"), "row 2, column 2: a quote has no counterpart");
        assert_eq!(message("a,b\n\n\"1\"x,2\n"), "row 2, column 1: a quote has no counterpart");
        assert_eq!(message("a,b\r\n\"x \"\"y\"\"\nz\",12\" single\r\n"), "");
        assert!(message(&",".repeat(500)).contains("500 columns"));
        assert!(message(&"a,b\n".repeat(MAX_ROWS + 2)).contains("rows"));
        assert_eq!(message(&"a,b\r\n\r\n".repeat(MAX_ROWS + 1)), "");
    }

    #[test]
    fn the_delimiter_is_the_headers() {
        assert_eq!(delimiter("a,b\n1;2;3;4"), b',');
        assert_eq!(delimiter("a;\"b,c,d\";e\n"), b';');
        assert_eq!(delimiter("a\tb"), b'\t');
        assert_eq!(delimiter("a"), b',');
    }
}

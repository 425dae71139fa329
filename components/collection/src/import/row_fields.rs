//! One row of a CSV file: its cells become fields of an album.

use serde_json::{Map, Value, value::RawValue};
use uuid::Uuid;

use super::columns::{Column, Columns};
use super::file::ImportRow;
use crate::csv_cell::{FOLDER, FOLDER_PARENT, unescape_formula};
use crate::error::FieldError;
use crate::record::{Draft, JsonObject, MAX_CUSTOM, Purpose, RecordType, is_date, split_text};

/// What was read of a row so far.
struct RowReader {
    row: ImportRow,
    /// Fields and their JSON.
    fields: Vec<(&'static str, String)>,
    /// Members of `custom` from columns that the user defined.
    custom: Map<String, Value>,
    /// Its size. What is larger than the field's limit is not read to its end.
    custom_bytes: usize,
    faults: Vec<FieldError>,
}

pub fn parse_row(number: usize, record: &csv::StringRecord, columns: &Columns) -> ImportRow {
    let row = ImportRow::empty(number);
    let mut reader = RowReader { row, fields: Vec::new(), custom: Map::new(), custom_bytes: 0, faults: Vec::new() };
    if record.len() != columns.all.len() {
        let message = format!("must have {} cells as the header, not {}", columns.all.len(), record.len());
        reader.faults.push(FieldError::new("row", message));
    }
    for (cell, column) in record.iter().zip(&columns.all) {
        let cell = if columns.is_our_export { unescape_formula(cell) } else { cell };
        match column {
            Column::Field(field) => reader.read_field(field, cell, columns.is_discogs),
            Column::Custom(name) if !cell.is_empty() && reader.custom_bytes <= MAX_CUSTOM => {
                reader.custom_bytes += name.len() + cell.len();
                reader.custom.insert(name.clone(), Value::from(cell));
            }
            Column::Custom(_) | Column::Ignored => {}
        }
    }
    if columns.is_wantlist {
        reader.fields.push(("wanted", "true".to_owned()));
    }
    reader.finish(columns)
}

impl RowReader {
    fn read_field(&mut self, field: &'static str, cell: &str, is_discogs: bool) {
        match field {
            "artist" => self.row.artist = cell.to_owned(),
            "album" => self.row.album = cell.to_owned(),
            _ => {}
        }
        if cell.trim().is_empty() {
            return;
        }
        match field {
            FOLDER => self.row.crate_name = Some(cell.to_owned()),
            FOLDER_PARENT => self.row.parent_name = Some(cell.to_owned()),
            "crate" if Uuid::try_parse(cell).is_err() => self.row.crate_name = Some(cell.to_owned()),
            "created_at" => match parse_time(cell.trim()) {
                Some(time) => self.row.created_at = Some(time),
                None => self.faults.push(FieldError::new(field, "must be a time such as 2020-05-14 10:32:01")),
            },
            field => self.fields.extend(to_json(field, cell, is_discogs).map(|json| (field, json))),
        }
    }

    fn finish(mut self, columns: &Columns) -> ImportRow {
        self.merge_custom();
        let raws: Vec<_> = self
            .fields
            .into_iter()
            .filter_map(|(name, json)| Some((name, RawValue::from_string(json).ok()?)))
            .collect();
        let object = JsonObject(raws.iter().map(|(name, raw)| ((*name).into(), raw.as_ref())).collect());
        let draft = Draft::check(&object, RecordType::Album, Purpose::Complete, "", &mut self.faults);
        // The user knows the columns of the file, not our fields.
        for fault in &mut self.faults {
            fault.field = columns.name_of(&fault.field);
        }
        self.row.draft = if self.faults.is_empty() { Ok(draft) } else { Err(self.faults) };
        self.row
    }

    /// Puts the members from the user's own columns into the field `custom`, whose own column takes precedence.
    fn merge_custom(&mut self) {
        if self.custom.is_empty() {
            return;
        }
        if let Some((_, json)) = self.fields.iter().find(|(field, _)| *field == "custom")
            && let Ok(Value::Object(members)) = serde_json::from_str(json)
        {
            self.custom.extend(members);
        }
        self.fields.retain(|(field, _)| *field != "custom");
        self.fields.push(("custom", Value::Object(std::mem::take(&mut self.custom)).to_string()));
    }
}

/// A cell as the JSON of its field; `None` if it means "not set". Invalid values become strings, which the field's rule
/// then refuses.
fn to_json(field: &str, cell: &str, is_discogs: bool) -> Option<String> {
    let text = || Some(Value::from(cell).to_string());
    match field {
        // Discogs writes 0 for "not set".
        "rating" | "year" if is_discogs && cell.trim() == "0" => None,
        // Some of Discogs' years are dates: 1999-05-14.
        "year" if is_discogs && is_date(cell.trim()) => cell.trim().get(..4).map(str::to_owned),
        "year" | "discogs_id" | "master_id" | "rating" | "quantity" | "format_quantity" => {
            number(cell.trim().to_owned()).or_else(text)
        }
        // In files with the delimiter `;`, the decimal separator is a comma.
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
        "genres" | "styles" | "labels" | "format_descriptions" => match serde_json::from_str::<Vec<Value>>(cell) {
            Ok(_) => Some(cell.to_owned()),
            Err(_) => Some(split_text(&Value::from(cell.trim()).to_string())),
        },
        "media_condition" | "sleeve_condition" => Some(Value::from(cell.trim()).to_string()),
        _ => text(),
    }
}

/// The text, if it is a JSON number.
fn number(text: String) -> Option<String> {
    serde_json::from_str::<serde_json::Number>(&text).is_ok().then_some(text)
}

/// Converts Discogs' `2020-05-14 10:32:01`; leaves a date or an RFC 3339 time as it is.
fn parse_time(text: &str) -> Option<String> {
    let time = match text.split_once(' ') {
        Some((date, clock)) => format!("{date}T{clock}Z"),
        None => text.to_owned(),
    };
    is_date(&time).then_some(time)
}

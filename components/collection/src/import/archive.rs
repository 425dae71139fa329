//! JSON files: our own export, or a list of albums as the API returns them.

use serde_json::value::RawValue;

use super::file::{ImportFile, ImportRow, MAX_ROWS};
use crate::error::{Error, FieldError};
use crate::record::{Draft, JsonObject, Purpose, RecordType, is_date};

pub fn parse(text: &str) -> Result<ImportFile, Error> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| Error::Malformed(error.to_string()))?;
    let mut file = ImportFile { format: "json", crates: Vec::new(), albums: Vec::new(), ignored_columns: Vec::new() };
    if raw.get().starts_with('[') {
        file.albums = parse_rows("albums", raw, RecordType::Album)?;
        return Ok(file);
    }
    let object = JsonObject::parse(raw, "body").map_err(|fault| Error::Invalid(vec![fault]))?;
    let mut faults = Vec::new();
    for (index, (name, raw)) in object.0.iter().enumerate() {
        if object.is_repeated(index) {
            faults.push(FieldError::given_twice(name.as_ref()));
            continue;
        }
        match name.as_ref() {
            "format" if raw.get() != "\"vinyl-vault\"" => faults.push(FieldError::new("format", "must be vinyl-vault")),
            "version" if raw.get() != "1" => {
                faults.push(FieldError::new("version", "must be 1; a newer release wrote this file"));
            }
            "crates" => file.crates = parse_rows("crates", raw, RecordType::Crate)?,
            "albums" => file.albums.extend(parse_rows("albums", raw, RecordType::Album)?),
            "wants" => file.albums.extend(parse_rows("wants", raw, RecordType::Album)?),
            // History is not imported: the import itself becomes the first entry.
            "format" | "version" | "exported_at" | "history" | "lost" => {}
            _ => faults.push(FieldError::unknown(name.as_ref())),
        }
    }
    if object.member("albums").is_none() {
        faults.push(FieldError::new("albums", "is required"));
    }
    Error::check(file, faults)
}

fn parse_rows(name: &str, raw: &RawValue, record_type: RecordType) -> Result<Vec<ImportRow>, Error> {
    let items: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(|_| Error::invalid(name, "must be a list"))?;
    if items.len() > MAX_ROWS {
        return Err(Error::invalid(name, format!("must have at most {MAX_ROWS} entries")));
    }
    Ok(items.into_iter().enumerate().map(|(index, item)| parse_row(index + 1, item, record_type)).collect())
}

fn parse_row(number: usize, item: &RawValue, record_type: RecordType) -> ImportRow {
    let mut row = ImportRow::empty(number);
    let object = match JsonObject::parse(item, "row") {
        Ok(object) => object,
        Err(fault) => {
            row.draft = Err(vec![fault]);
            return row;
        }
    };
    let text = |name: &str| object.member(name).and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    row.artist = text("artist").unwrap_or_default();
    row.album = text("album").or_else(|| text("name")).unwrap_or_default();
    row.created_at = text("created_at").filter(|time| is_date(time));
    let mut faults = Vec::new();
    let draft = Draft::check(&object, record_type, Purpose::Complete, "", &mut faults);
    row.draft = if faults.is_empty() { Ok(draft) } else { Err(faults) };
    row
}

//! JSON files: our own export, or a list of albums as the API returns them.

use serde_json::value::RawValue;

use super::file::{ImportFile, ImportRow, MAX_ROWS, RowCollector};
use crate::error::{Error, FieldError};
use crate::record::{Draft, JsonObject, Purpose, RecordType, is_date, parse_list};

/// More than the name of a crate has, which is compared.
const MAX_NAME: usize = 200;

pub async fn parse(text: &str) -> Result<ImportFile, Error> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| Error::Malformed(error.to_string()))?;
    let mut file = ImportFile { format: "json", crates: Vec::new(), albums: Vec::new(), ignored_columns: Vec::new() };
    if raw.get().starts_with('[') {
        let mut albums = RowCollector::default();
        parse_rows("albums", raw, RecordType::Album, &mut albums).await?;
        file.albums = albums.finish();
        return Ok(file);
    }
    let object = JsonObject::parse(raw, "body").map_err(|fault| Error::Invalid(vec![fault]))?;
    let (mut crates, mut albums) = (RowCollector::default(), RowCollector::default());
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
            "crates" => parse_rows("crates", raw, RecordType::Crate, &mut crates).await?,
            "albums" => parse_rows("albums", raw, RecordType::Album, &mut albums).await?,
            "wants" => parse_rows("wants", raw, RecordType::Album, &mut albums).await?,
            // History is not imported: the import itself becomes the first entry.
            "format" | "version" | "exported_at" | "history" | "lost" => {}
            _ => faults.push(FieldError::unknown("", name)),
        }
    }
    if object.member("albums").is_none() {
        faults.push(FieldError::new("albums", "is required"));
    }
    (file.crates, file.albums) = (crates.finish(), albums.finish());
    Error::check(file, faults)
}

async fn parse_rows(name: &str, raw: &RawValue, record_type: RecordType, rows: &mut RowCollector) -> Result<(), Error> {
    let items = parse_list(raw, MAX_ROWS).map_err(|message| Error::invalid(name, message))?;
    for (index, item) in items.into_iter().enumerate() {
        rows.push(parse_row(index + 1, item, record_type)).await?;
    }
    Ok(())
}

fn parse_row(number: usize, item: &RawValue, record_type: RecordType) -> ImportRow {
    let mut row = ImportRow::empty(number);
    let object = match JsonObject::parse_document(item, "row") {
        Ok(object) => object,
        Err(fault) => {
            row.draft = Err(vec![fault]);
            return row;
        }
    };
    let text = |name: &str| object.member(name).and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    let short = |text: String| text.chars().take(MAX_NAME).collect();
    row.artist = text("artist").map(short).unwrap_or_default();
    row.album = text("album").or_else(|| text("name")).map(short).unwrap_or_default();
    row.created_at = text("created_at").filter(|time| is_date(time));
    let mut faults = Vec::new();
    let draft = Draft::check(&object, record_type, Purpose::Complete, "", &mut faults);
    row.draft = if faults.is_empty() { Ok(draft) } else { Err(faults) };
    row
}

//! Our own JSON: an export, or albums as the API gives them.

use super::{Contents, MAX_ROWS, Row};
use crate::batch::Type;
use crate::error::{Error, Fault, Result};
use crate::field::is_date;
use crate::record::{Draft, Object, Purpose};
use serde_json::value::RawValue;

pub fn read(text: &str) -> Result<Contents> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| Error::Malformed(error.to_string()))?;
    let mut contents = Contents { format: "json", crates: Vec::new(), albums: Vec::new(), ignored_columns: Vec::new() };
    if raw.get().starts_with('[') {
        contents.albums = rows("albums", raw, Type::Album)?;
        return Ok(contents);
    }
    let file = Object::of(raw, "body").map_err(|fault| Error::Invalid(vec![fault]))?;
    let mut faults = Vec::new();
    for (index, (name, raw)) in file.0.iter().enumerate() {
        if file.0.iter().take(index).any(|(earlier, _)| earlier == name) {
            faults.push(Fault::new(name.as_ref(), "stands twice"));
            continue;
        }
        match name.as_ref() {
            "format" if raw.get() != "\"vinyl-vault\"" => faults.push(Fault::new("format", "must be vinyl-vault")),
            "version" if raw.get() != "1" => {
                faults.push(Fault::new("version", "is not 1: a newer release wrote this file"));
            }
            "crates" => contents.crates = rows("crates", raw, Type::Crate)?,
            "albums" => contents.albums.extend(rows("albums", raw, Type::Album)?),
            "wants" => contents.albums.extend(rows("wants", raw, Type::Album)?),
            // The ledger writes a history of its own.
            "format" | "version" | "exported_at" | "history" | "lost" => {}
            _ => faults.push(Fault::new(name.as_ref(), "is not a member of an export")),
        }
    }
    if file.member("albums").is_none() {
        faults.push(Fault::new("albums", "is required"));
    }
    if faults.is_empty() { Ok(contents) } else { Err(Error::Invalid(faults)) }
}

fn rows(name: &str, raw: &RawValue, of: Type) -> Result<Vec<Row>> {
    let items: Vec<&RawValue> =
        serde_json::from_str(raw.get()).map_err(|_| Error::invalid(name, "must be an array"))?;
    if items.len() > MAX_ROWS {
        return Err(Error::invalid(name, format!("has more than {MAX_ROWS} items: item {}", MAX_ROWS + 1)));
    }
    Ok(items.into_iter().enumerate().map(|(index, item)| row(index + 1, item, of)).collect())
}

fn row(number: usize, item: &RawValue, of: Type) -> Row {
    let mut row = Row {
        number,
        artist: String::new(),
        album: String::new(),
        draft: Err(Vec::new()),
        folder: None,
        folder_parent: None,
        created_at: None,
    };
    match Object::of(item, "row") {
        Err(fault) => row.draft = Err(vec![fault]),
        Ok(object) => {
            let text = |name: &str| object.member(name).and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
            row.artist = text("artist").unwrap_or_default();
            row.album = text("album").or_else(|| text("name")).unwrap_or_default();
            row.created_at = text("created_at").filter(|time| is_date(time));
            let mut faults = Vec::new();
            let draft = Draft::check(&object, of, Purpose::Whole, "", &mut faults);
            row.draft = if faults.is_empty() { Ok(draft) } else { Err(faults) };
        }
    }
    row
}

//! Albums as CSV: the columns of a Discogs export, then those that Discogs does not have.

use std::{borrow::Cow, collections::HashMap};

use serde_json::value::RawValue;
use uuid::Uuid;

use crate::csv_cell::{DiscogsColumn, FOLDER, FOLDER_PARENT, NO_FOLDER, OUR_COLUMNS, OUR_PREFIX, escape_formula};
use crate::error::Error;
use crate::record::JsonObject;
use crate::store::StoredCrate;

/// Crates by their uids.
pub type Crates = HashMap<Uuid, StoredCrate>;

pub fn write_header(discogs: &[DiscogsColumn]) -> Result<Vec<u8>, Error> {
    let ours = OUR_COLUMNS.iter().map(|field| format!("{OUR_PREFIX}{field}"));
    let names = discogs.iter().map(|(name, _)| (*name).to_owned()).chain(ours);
    to_csv(|writer| writer.write_record(names))
}

/// Writes a page of albums, a JSON array, as rows.
pub fn write_rows(discogs: &[DiscogsColumn], page: &str, crates: &Crates) -> Result<Vec<u8>, Error> {
    let albums: Vec<JsonObject<'_>> = serde_json::from_str(page).map_err(Error::internal)?;
    to_csv(|writer| {
        for album in &albums {
            let fields = discogs.iter().map(|(_, field)| *field).chain(OUR_COLUMNS);
            writer.write_record(fields.map(|field| escape_formula(cell(album, field, crates)).into_owned()))?;
        }
        Ok(())
    })
}

fn cell<'a>(album: &JsonObject<'a>, field: &str, crates: &'a Crates) -> Cow<'a, str> {
    let crate_of_album = || crates.get(&Uuid::try_parse(&to_text(album.member("crate")?)).ok()?);
    match field {
        FOLDER if album.member("crate").is_none() => NO_FOLDER.into(),
        // Empty if the crate was deleted.
        FOLDER => crate_of_album().map_or("", |found| found.name.as_str()).into(),
        FOLDER_PARENT => {
            let parent = crate_of_album().and_then(|found| crates.get(&found.parent?));
            parent.map_or("", |found| found.name.as_str()).into()
        }
        "created_at" => {
            let time = album.member("created_at").map(to_text).unwrap_or_default();
            time.get(..19).unwrap_or(&time).replace('T', " ").into()
        }
        field => album.member(field).map(to_text).unwrap_or_default(),
    }
}

/// A string without its quotes; any other value as JSON.
fn to_text(raw: &RawValue) -> Cow<'_, str> {
    let json = raw.get();
    if json.starts_with('"') { serde_json::from_str(json).unwrap_or(json.into()) } else { json.into() }
}

fn to_csv(write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    write(&mut writer).map_err(Error::internal)?;
    writer.into_inner().map_err(Error::internal)
}

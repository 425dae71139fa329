//! The collection as Discogs would export it, followed by the fields that Discogs has not.

use crate::cell::{DiscogsColumn, FOLDER, FOLDER_PARENT, FURTHER, NO_FOLDER, OURS, guard};
use crate::error::{Error, Result};
use crate::record::Object;
use crate::store::Folder;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use uuid::Uuid;

pub fn header(discogs: &[DiscogsColumn]) -> Result<Vec<u8>> {
    let ours = FURTHER.iter().map(|field| format!("{OURS}{field}"));
    let names = discogs.iter().map(|(name, _)| (*name).to_owned()).chain(ours);
    written(|writer| writer.write_record(names))
}

/// A page of albums, a JSON array, as rows.
pub fn rows(discogs: &[DiscogsColumn], page: &str, crates: &HashMap<Uuid, Folder>) -> Result<Vec<u8>> {
    let albums: Vec<Object<'_>> = serde_json::from_str(page).map_err(internal)?;
    written(|writer| {
        for album in &albums {
            let fields = discogs.iter().map(|(_, field)| *field).chain(FURTHER);
            writer.write_record(fields.map(|field| guard(cell(album, field, crates)).into_owned()))?;
        }
        Ok(())
    })
}

fn cell<'a>(album: &Object<'a>, field: &str, crates: &'a HashMap<Uuid, Folder>) -> Cow<'a, str> {
    let crate_of = || crates.get(&Uuid::try_parse(&text(album.member("crate")?)).ok()?);
    match field {
        FOLDER if album.member("crate").is_none() => NO_FOLDER.into(),
        // None of this name: the crate was deleted.
        FOLDER => crate_of().map_or("", |found| found.name.as_str()).into(),
        FOLDER_PARENT => {
            let parent = crate_of().and_then(|found| crates.get(&found.parent?));
            parent.map_or("", |found| found.name.as_str()).into()
        }
        "created_at" => {
            let time = album.member("created_at").map(text).unwrap_or_default();
            time.get(..19).unwrap_or(&time).replace('T', " ").into()
        }
        field => album.member(field).map(text).unwrap_or_default(),
    }
}

fn text(raw: &RawValue) -> Cow<'_, str> {
    let json = raw.get();
    if json.starts_with('"') { serde_json::from_str(json).unwrap_or(json.into()) } else { json.into() }
}

fn written(write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    write(&mut writer).map_err(internal)?;
    writer.into_inner().map_err(internal)
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}

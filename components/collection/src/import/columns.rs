//! Which field each column of a CSV file has: found by the column's name, never by its position.

use super::file::MAX_REPORTED;
use crate::csv_cell::{DISCOGS, OUR_COLUMNS, OUR_PREFIX, WANTLIST};
use crate::error::{Error, FieldError};

/// A column of our exports that is not imported, and not reported as ignored: the server sets the field.
const SERVER_FIELD: &str = "updated_at";

/// The prefix of the columns that a Discogs user defined.
const CUSTOM_PREFIX: &str = "Collection ";

/// The longest mapping, in bytes.
const MAX_MAPPING: usize = 10_000;

/// Pairs of a field and the name of its column.
pub type ColumnMapping = [(String, String)];

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    Field(&'static str),
    /// A member of `custom`.
    Custom(String),
    Ignored,
}

/// The header of a file.
#[derive(Debug)]
pub struct Columns {
    pub all: Vec<Column>,
    pub names: Vec<String>,
    /// Our export, whose cells may have escaped formulas.
    pub is_our_export: bool,
    pub is_discogs: bool,
    /// Discogs' export of a wantlist: all its records are wanted.
    pub is_wantlist: bool,
}

impl Columns {
    /// # Errors
    /// `Invalid` if the header has no column for artist or album, or two columns for one field.
    pub fn parse(names: Vec<String>, expect_discogs: bool, mapping: &ColumnMapping) -> Result<Self, Error> {
        let has = |name: &str| names.iter().any(|present| present == name);
        let is_discogs = has("release_id") && has("Artist") && has("Title");
        if expect_discogs && !is_discogs {
            let message = "is not discogs: the header (row 1) must have Artist, Title and release_id";
            return Err(Error::invalid("format", message));
        }
        let is_collection =
            has("CollectionFolder") || has("Date Added") || names.iter().any(|name| name.starts_with(CUSTOM_PREFIX));
        // Every column of a wantlist must be there: a person's own table with release_id and Notes has owned records.
        let is_wantlist = WANTLIST.iter().all(|(name, _)| has(name)) && !is_collection;
        let is_our_export = names.iter().any(|name| name.starts_with(OUR_PREFIX));
        let all = find_columns(&names, mapping)?;
        Ok(Self { all, names, is_our_export, is_discogs: is_discogs && !is_our_export, is_wantlist })
    }

    /// The name of a field's column, or the field itself; only the beginning of a long name.
    pub fn name_of(&self, field: &str) -> String {
        let index = self.all.iter().position(|column| matches!(column, Column::Field(other) if *other == field));
        let name = index.and_then(|index| self.names.get(index)).map_or(field, String::as_str);
        name.chars().take(MAX_REPORTED).collect()
    }

    /// The names of the columns that are not imported.
    pub fn ignored(&self) -> Vec<String> {
        let is_reported = |name: &str| name.strip_prefix(OUR_PREFIX).is_none_or(|field| field != SERVER_FIELD);
        let columns = self.all.iter().zip(&self.names);
        let ignored = columns.filter(|(column, name)| **column == Column::Ignored && is_reported(name));
        ignored.map(|(_, name)| name.clone()).collect()
    }
}

fn find_columns(names: &[String], mapping: &ColumnMapping) -> Result<Vec<Column>, Error> {
    for (field, name) in mapping {
        if !names.contains(name) {
            return Err(Error::invalid("mapping", format!("{field}: the header has no column \"{name}\"")));
        }
    }
    let mut columns = Vec::with_capacity(names.len());
    let mut faults = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let mapped = mapping.iter().find(|(_, column)| column == name).and_then(|(field, _)| find_field(field));
        let column = match mapped.map_or_else(|| column_by_name(name), Column::Field) {
            // The mapping names another column for this field.
            Column::Field(field) if mapped.is_none() && mapping.iter().any(|(other, _)| other == field) => {
                Column::Ignored
            }
            column => column,
        };
        if column != Column::Ignored && columns.contains(&column) {
            let number = index + 1;
            let message = format!("is the second column for one field (row 1, column {number}); name one in mapping");
            faults.push(FieldError::new(name, message));
        }
        columns.push(column);
    }
    for field in ["artist", "album"] {
        if !columns.contains(&Column::Field(field)) {
            faults.push(FieldError::new(field, "has no column in the header (row 1); name one in mapping"));
        }
    }
    Error::check(columns, faults)
}

fn column_by_name(name: &str) -> Column {
    if let Some(field) = name.strip_prefix(OUR_PREFIX) {
        return find_field(field).map_or(Column::Ignored, Column::Field);
    }
    if let Some((_, field)) = DISCOGS.iter().find(|(discogs, _)| discogs.eq_ignore_ascii_case(name.trim())) {
        return Column::Field(field);
    }
    if let Some(custom) = name.strip_prefix(CUSTOM_PREFIX).filter(|custom| !custom.trim().is_empty()) {
        return Column::Custom(custom.to_owned());
    }
    // Another application's carrier is who ships.
    let field = find_field(&name.trim().to_ascii_lowercase().replace(' ', "_")).filter(|field| *field != "carrier");
    field.map_or(Column::Ignored, Column::Field)
}

/// The field with this name, if it can be imported.
fn find_field(name: &str) -> Option<&'static str> {
    let fields = DISCOGS.iter().map(|(_, field)| *field).chain(OUR_COLUMNS);
    fields.filter(|field| *field != SERVER_FIELD).find(|field| *field == name)
}

/// Parses `artist:Artist Name,album:Title`. A comma that no field follows belongs to the column's name.
pub fn parse_mapping(text: &str) -> Result<Vec<(String, String)>, Error> {
    if text.len() > MAX_MAPPING {
        return Err(Error::invalid("mapping", format!("must have at most {MAX_MAPPING} characters")));
    }
    let mut pairs: Vec<(String, String)> = Vec::new();
    for piece in text.split(',') {
        match piece.split_once(':').filter(|(field, _)| find_field(field.trim()).is_some()) {
            Some((field, column)) => pairs.push((field.trim().to_owned(), column.to_owned())),
            None => match pairs.last_mut() {
                Some((_, column)) => {
                    column.push(',');
                    column.push_str(piece);
                }
                None => {
                    let message = "must be pairs field:column such as artist:Name,album:Title";
                    return Err(Error::invalid("mapping", message));
                }
            },
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_mapping_may_name_columns_with_commas() {
        let pair = |field: &str, column: &str| (field.to_owned(), column.to_owned());
        let pairs = vec![pair("artist", "Name, first"), pair("album", "Title")];
        assert_eq!(parse_mapping("artist:Name, first,album:Title"), Ok(pairs));
        assert!(parse_mapping("colour:Red").is_err());
        assert!(parse_mapping("").is_err());
    }

    #[test]
    fn only_a_file_with_every_column_of_discogs_wantlist_is_one() {
        let is_wantlist =
            |header: &[&str]| Columns::parse(names(header), false, &[]).is_ok_and(|columns| columns.is_wantlist);
        let whole = WANTLIST.map(|(name, _)| name);
        assert!(is_wantlist(&whole) && is_wantlist(&[&whole[..], &["Vault uid"]].concat()));
        assert!(!is_wantlist(&["Artist", "Title", "release_id", "Notes"]), "a person's own table");
        assert!(!is_wantlist(&[&whole[..], &["CollectionFolder"]].concat()), "a collection");
    }

    #[test]
    fn a_column_is_recognised_by_its_name() -> Result<(), Error> {
        let header = names(&["Title", "ARTIST", "Purchase Price", "Colour", "Collection Shelf"]);
        let columns = Columns::parse(header, false, &[])?;
        assert_eq!(
            columns.all,
            [
                Column::Field("album"),
                Column::Field("artist"),
                Column::Field("purchase_price"),
                Column::Ignored,
                Column::Custom("Shelf".to_owned())
            ]
        );
        assert_eq!(columns.ignored(), ["Colour"]);
        assert!(Columns::parse(names(&["Title", "Album", "Artist"]), false, &[]).is_err(), "two titles");
        let album = ("album".to_owned(), "Album".to_owned());
        assert!(Columns::parse(names(&["Title", "Album", "Artist"]), false, &[album]).is_ok());
        assert!(Columns::parse(names(&["a", "b"]), false, &[]).is_err());
        Ok(())
    }
}

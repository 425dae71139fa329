//! Which column of a table is which field: by its name, never by its place.

use crate::cell::{DISCOGS, FURTHER, OURS, WANTLIST};
use crate::error::{Error, Fault, Result};

/// Told by the server: in our exports, and no loss.
const TOLD: &str = "updated_at";

/// What begins the names of a Discogs user's own fields.
const CUSTOM: &str = "Collection ";

/// What a column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    Field(&'static str),
    /// A field of the collector's own.
    Custom(String),
    Ignored,
}

#[derive(Debug)]
pub struct Columns {
    pub all: Vec<Column>,
    pub names: Vec<String>,
    /// Written by our export: cells may be guarded.
    pub ours: bool,
    pub discogs: bool,
    /// Discogs' export of a wantlist: nothing in it is owned.
    pub wantlist: bool,
}

impl Columns {
    /// # Errors
    /// `Invalid` if the header names no artist and album, or the same field twice.
    pub fn of(names: Vec<String>, expect_discogs: bool, mapping: &[(String, String)]) -> Result<Self> {
        let has = |name: &str| names.iter().any(|present| present == name);
        let discogs = has("release_id") && has("Artist") && has("Title");
        if expect_discogs && !discogs {
            return Err(Error::invalid(
                "format",
                "is not Discogs' CSV: its header has Artist, Title and release_id (in row 1)",
            ));
        }
        let is_collection = has("CollectionFolder") || has("Date Added") || names.iter().any(|n| n.starts_with(CUSTOM));
        // Every column of it: a table of one's own with a release_id and notes is of what one owns.
        let wantlist = WANTLIST.iter().all(|(name, _)| has(name)) && !is_collection;
        let ours = names.iter().any(|name| name.starts_with(OURS));
        let mut columns =
            Self { all: Vec::with_capacity(names.len()), names, ours, discogs: discogs && !ours, wantlist };
        columns.find(mapping)?;
        Ok(columns)
    }

    fn find(&mut self, mapping: &[(String, String)]) -> Result<()> {
        for (field, name) in mapping {
            if !self.names.contains(name) {
                return Err(Error::invalid("mapping", format!("{field}: the header has no column \"{name}\"")));
            }
        }
        let mut faults = Vec::new();
        for (index, name) in self.names.iter().enumerate() {
            let mapped = mapping.iter().find(|(_, column)| column == name).and_then(|(field, _)| known(field));
            let found = mapped.map_or_else(|| by_name(name), Column::Field);
            let column = match found {
                // The mapping says which column it is.
                Column::Field(field) if mapped.is_none() && mapping.iter().any(|(other, _)| other == field) => {
                    Column::Ignored
                }
                found => found,
            };
            if column != Column::Ignored && self.all.contains(&column) {
                faults.push(Fault::new(name, format!("column {} of row 1 stands for a field that another column stands for, too; say which with mapping", index + 1)));
            }
            self.all.push(column);
        }
        for field in ["artist", "album"] {
            if !self.all.contains(&Column::Field(field)) {
                faults.push(Fault::new(field, "is named by no column of the header (row 1); say which with mapping"));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }

    /// The column that a field stands in.
    pub fn name_of<'a>(&'a self, field: &'a str) -> &'a str {
        let place = self.all.iter().position(|column| matches!(column, Column::Field(other) if *other == field));
        place.and_then(|place| self.names.get(place)).map_or(field, String::as_str)
    }

    /// Those of which nothing is read.
    pub fn ignored(&self) -> Vec<String> {
        let told = |name: &str| name.strip_prefix(OURS).is_some_and(|field| field == TOLD);
        let pairs = self.all.iter().zip(&self.names);
        pairs.filter(|(c, name)| **c == Column::Ignored && !told(name)).map(|(_, name)| name.clone()).collect()
    }
}

fn by_name(name: &str) -> Column {
    if let Some(field) = name.strip_prefix(OURS) {
        return known(field).map_or(Column::Ignored, Column::Field);
    }
    if let Some((_, field)) = DISCOGS.iter().find(|(discogs, _)| discogs.eq_ignore_ascii_case(name.trim())) {
        return Column::Field(field);
    }
    if let Some(own) = name.strip_prefix(CUSTOM).filter(|own| !own.trim().is_empty()) {
        return Column::Custom(own.to_owned());
    }
    known(&name.trim().to_ascii_lowercase().replace(' ', "_")).map_or(Column::Ignored, Column::Field)
}

fn known(field: &str) -> Option<&'static str> {
    let fields = DISCOGS.iter().map(|(_, field)| *field).chain(FURTHER);
    fields.filter(|name| *name != TOLD).find(|name| *name == field)
}

/// Reads `artist:Artist Name,album:Title`. A comma that no field follows is part of the column's name.
pub fn mapping(text: &str) -> Result<Vec<(String, String)>> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for piece in text.split(',') {
        match piece.split_once(':').filter(|(field, _)| known(field.trim()).is_some()) {
            Some((field, column)) => pairs.push((field.trim().to_owned(), column.to_owned())),
            None => match pairs.last_mut() {
                Some((_, column)) => {
                    column.push(',');
                    column.push_str(piece);
                }
                None => {
                    return Err(Error::invalid(
                        "mapping",
                        "must be field:column pairs such as artist:Name,album:Title",
                    ));
                }
            },
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_names_columns_with_commas_too() {
        let pair = |field: &str, column: &str| (field.to_owned(), column.to_owned());
        assert_eq!(
            mapping("artist:Name, first,album:Title"),
            Ok(vec![pair("artist", "Name, first"), pair("album", "Title")])
        );
        assert!(mapping("colour:Red").is_err());
        assert!(mapping("").is_err());
    }

    #[test]
    fn only_discogs_own_export_is_a_wantlist() {
        let is_wantlist = |header: &[&str]| {
            let names = header.iter().map(|name| (*name).to_owned()).collect();
            Columns::of(names, false, &[]).is_ok_and(|columns| columns.wantlist)
        };
        let whole = WANTLIST.map(|(name, _)| name);
        assert!(is_wantlist(&whole) && is_wantlist(&[&whole[..], &["Vault uid"]].concat()));
        assert!(!is_wantlist(&["Artist", "Title", "release_id", "Notes"]), "a table of one's own");
        assert!(!is_wantlist(&[&whole[..], &["CollectionFolder"]].concat()), "a collection");
    }

    #[test]
    fn a_column_goes_by_its_name() -> Result<()> {
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let columns =
            Columns::of(names(&["Title", "ARTIST", "Purchase Price", "Colour", "Collection Shelf"]), false, &[])?;
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
        assert!(Columns::of(names(&["Title", "Album", "Artist"]), false, &[]).is_err(), "two titles");
        let album = ("album".to_owned(), "Album".to_owned());
        assert!(Columns::of(names(&["Title", "Album", "Artist"]), false, &[album]).is_ok());
        assert!(Columns::of(names(&["a", "b"]), false, &[]).is_err());
        Ok(())
    }
}

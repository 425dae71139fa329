//! The two types of record, album and crate: their fields and the rule of each field.

mod date;
mod draft;
mod field;
mod linked;
mod object;
#[cfg(test)]
mod rules_agree;
mod values;
#[cfg(test)]
mod values_agree;

pub use date::{is_date, is_time};
pub use draft::{Draft, Purpose, check_albums};
pub use object::{JsonObject, MAX_BATCH, parse_list, parse_object, too_large};
pub use values::{are_linked, split_text};

use field::FieldRule;
use values::CARRIERS;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordType {
    Album,
    Crate,
}

impl RecordType {
    /// The name in the table `records` and in the offline protocol.
    pub fn name(self) -> &'static str {
        match self {
            Self::Album => "album",
            Self::Crate => "crate",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Album, Self::Crate].into_iter().find(|record_type| record_type.name() == name)
    }

    /// The fields that a new record must have.
    pub fn required_fields(self) -> impl Iterator<Item = &'static str> {
        let required = self.fields().iter().filter(|(_, rule)| matches!(rule, FieldRule::RequiredLine(_)));
        required.map(|(name, _)| *name)
    }

    fn fields(self) -> &'static [(&'static str, FieldRule)] {
        match self {
            Self::Album => ALBUM,
            Self::Crate => CRATE,
        }
    }
}

/// The grades of Discogs, best first.
const MEDIA_CONDITIONS: &[&str] = &[
    "Mint (M)",
    "Near Mint (NM or M-)",
    "Very Good Plus (VG+)",
    "Very Good (VG)",
    "Good Plus (G+)",
    "Good (G)",
    "Fair (F)",
    "Poor (P)",
];
const SLEEVE_CONDITIONS: &[&str] = &[
    "Mint (M)",
    "Near Mint (NM or M-)",
    "Very Good Plus (VG+)",
    "Very Good (VG)",
    "Good Plus (G+)",
    "Good (G)",
    "Fair (F)",
    "Poor (P)",
    "Generic",
    "Not Graded",
    "No Cover",
];

/// The bytes of the field `custom`. The triggers of the ledger have the same limit, because they merge its members.
pub const MAX_CUSTOM: usize = 10_000;

/// Every field of an album. A member with another name is refused, so that only these names reach SQLite.
const ALBUM: &[(&str, FieldRule)] = &[
    ("artist", FieldRule::RequiredLine(500)),
    ("album", FieldRule::RequiredLine(500)),
    // The lists of genres, styles and labels, and the parts of the format, are written together with their texts.
    ("genre", FieldRule::Values(200, 600)),
    ("genres", FieldRule::Lines(200, 660)),
    ("style", FieldRule::Values(200, 600)),
    ("styles", FieldRule::Lines(200, 660)),
    // 1860 is the year of the oldest sound recording that can be played.
    ("year", FieldRule::Integer(1860, 2100)),
    ("country", FieldRule::Line(100)),
    ("label", FieldRule::Values(500, 1_200)),
    ("labels", FieldRule::Lines(500, 1_260)),
    ("catno", FieldRule::Line(200)),
    ("format", FieldRule::Values(200, 600)),
    ("carrier", FieldRule::OneOf(CARRIERS)),
    ("format_quantity", FieldRule::Integer(1, 999)),
    ("format_descriptions", FieldRule::Lines(200, 660)),
    ("barcode", FieldRule::Line(100)),
    ("discogs_id", FieldRule::Integer(1, i64::MAX)),
    ("master_id", FieldRule::Integer(1, i64::MAX)),
    ("media_condition", FieldRule::OneOf(MEDIA_CONDITIONS)),
    ("sleeve_condition", FieldRule::OneOf(SLEEVE_CONDITIONS)),
    ("rating", FieldRule::Integer(0, 5)),
    ("notes", FieldRule::Text(10_000)),
    ("tags", FieldRule::Lines(100, 8_000)),
    // The crate's uid, not its name: renaming a crate changes no album.
    ("crate", FieldRule::Uid),
    ("quantity", FieldRule::Integer(1, 9_999)),
    ("purchase_price", FieldRule::Money),
    ("purchase_currency", FieldRule::Currency),
    ("purchased_at", FieldRule::Date),
    ("price", FieldRule::Money),
    ("price_currency", FieldRule::Currency),
    ("price_at", FieldRule::Date),
    ("price_source", FieldRule::Line(100)),
    ("cover", FieldRule::Url(2_000)),
    ("custom", FieldRule::Object(MAX_CUSTOM)),
    // The collector looks for the album and does not own it.
    ("wanted", FieldRule::Flag),
    ("id", FieldRule::ReadOnly),
    ("uid", FieldRule::ReadOnly),
    ("version", FieldRule::ReadOnly),
    ("created_at", FieldRule::ReadOnly),
    ("updated_at", FieldRule::ReadOnly),
    ("deleted_at", FieldRule::ReadOnly),
];

/// Every field of a crate. `parent` is the uid of the crate that contains it; `position` orders crates with one parent.
const CRATE: &[(&str, FieldRule)] = &[
    ("name", FieldRule::RequiredLine(200)),
    ("parent", FieldRule::Uid),
    ("position", FieldRule::Integer(0, 1_000_000_000)),
    ("type", FieldRule::ReadOnly),
    ("id", FieldRule::ReadOnly),
    ("uid", FieldRule::ReadOnly),
    ("version", FieldRule::ReadOnly),
    ("created_at", FieldRule::ReadOnly),
    ("updated_at", FieldRule::ReadOnly),
    ("deleted_at", FieldRule::ReadOnly),
];

#[cfg(test)]
mod tests {
    use super::*;
    use object::MAX_DOCUMENT;

    #[test]
    fn no_sequence_of_edits_makes_a_document_larger_than_the_limit() {
        for fields in [ALBUM, CRATE] {
            // `"name":value,`
            let sizes = fields.iter().map(|(name, rule)| name.len() + 4 + rule.max_bytes());
            assert!(sizes.sum::<usize>() + 2 <= MAX_DOCUMENT);
        }
    }
}

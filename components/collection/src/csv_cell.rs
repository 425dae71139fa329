//! The columns of CSV exports, and the escaping of cells that a spreadsheet would run as formulas.

use std::borrow::Cow;

/// The prefix of the columns that Discogs does not have.
pub const OUR_PREFIX: &str = "Vault ";

/// A column's name in Discogs' exports, and the field of an album.
pub type DiscogsColumn = (&'static str, &'static str);

/// The columns of Discogs' export of a collection, in its order.
pub const DISCOGS: [DiscogsColumn; 13] = [
    ("Catalog#", "catno"),
    ("Artist", "artist"),
    ("Title", "album"),
    ("Label", "label"),
    ("Format", "format"),
    ("Rating", "rating"),
    ("Released", "year"),
    ("release_id", "discogs_id"),
    ("CollectionFolder", FOLDER),
    ("Date Added", "created_at"),
    ("Collection Media Condition", "media_condition"),
    ("Collection Sleeve Condition", "sleeve_condition"),
    ("Collection Notes", "notes"),
];

/// The columns of Discogs' export of a wantlist, in its order.
pub const WANTLIST: [DiscogsColumn; 9] = [
    ("Catalog#", "catno"),
    ("Artist", "artist"),
    ("Title", "album"),
    ("Label", "label"),
    ("Format", "format"),
    ("Rating", "rating"),
    ("Released", "year"),
    ("release_id", "discogs_id"),
    ("Notes", "notes"),
];

/// The columns that Discogs does not have. Lists and custom fields are JSON.
pub const OUR_COLUMNS: [&str; 26] = [
    "uid",
    "genre",
    "genres",
    "style",
    "styles",
    "labels",
    "carrier",
    "format_quantity",
    "format_descriptions",
    "country",
    "barcode",
    "master_id",
    "tags",
    "crate",
    FOLDER_PARENT,
    "quantity",
    "purchase_price",
    "purchase_currency",
    "purchased_at",
    "price",
    "price_currency",
    "price_at",
    "price_source",
    "cover",
    "custom",
    "updated_at",
];

/// The name of the album's crate.
pub const FOLDER: &str = "folder";

/// The name of the crate that contains the album's crate.
pub const FOLDER_PARENT: &str = "crate_parent";

/// What Discogs writes for a record in no folder.
pub const NO_FOLDER: &str = "Uncategorized";

/// Prefixes a cell that a spreadsheet would run as a formula with an apostrophe (OWASP: CSV injection).
///
/// A cell that already has the apostrophe gets another one, so that `unescape_formula` restores every cell.
pub fn escape_formula(cell: Cow<'_, str>) -> Cow<'_, str> {
    if is_formula(&cell) { Cow::Owned(format!("'{cell}")) } else { cell }
}

/// Removes what `escape_formula` added.
pub fn unescape_formula(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => cell,
    }
}

fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_cell_is_not_a_formula_and_unescapes_to_the_original() {
        for cell in ["=1+1", "'=1", "''=1", "-", "+1", "@x", "\tx", "\rx", "'", "''", "'x", "x=1", "", "＝1"] {
            let escaped = escape_formula(cell.into());
            assert_eq!(unescape_formula(&escaped), cell);
            assert!(!escaped.starts_with(['=', '+', '-', '@', '\t', '\r']), "{escaped}");
        }
    }
}

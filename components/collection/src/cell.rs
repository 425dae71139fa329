//! Cells of a table that a spreadsheet may open.

use std::borrow::Cow;

/// What begins the names of the columns that Discogs has not.
pub const OURS: &str = "Vault ";

/// Discogs' name of a column, and our field.
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

/// The columns that Discogs has not: numbers and texts as they are, tags and custom fields as JSON.
pub const FURTHER: [&str; 20] = [
    "uid",
    "genre",
    "style",
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

/// The name of the crate, which albums know by its uid.
pub const FOLDER: &str = "folder";

/// The name of the crate that this one lies in.
pub const FOLDER_PARENT: &str = "crate_parent";

/// Discogs' name of no folder.
pub const NO_FOLDER: &str = "Uncategorized";

/// Makes a cell harmless for spreadsheets, which would take it for a formula (OWASP: CSV injection).
///
/// A cell that looks guarded already is guarded once more: so `unguard` gives every cell back.
pub fn guard(cell: Cow<'_, str>) -> Cow<'_, str> {
    if is_formula(&cell) { Cow::Owned(format!("'{cell}")) } else { cell }
}

/// Takes off what `guard` put before a cell.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(bare) if is_formula(bare) => bare,
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
    fn a_guarded_cell_is_no_formula_and_comes_back_to_the_letter() {
        for cell in ["=1+1", "'=1", "''=1", "-", "+1", "@x", "\tx", "\rx", "'", "''", "'x", "x=1", "", "＝1"] {
            let guarded = guard(cell.into());
            assert_eq!(unguard(&guarded), cell);
            assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r']), "{guarded}");
        }
    }
}

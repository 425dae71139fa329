//! What a page of candidates is searched by.

use names::normalize;

use crate::{
    barcode::{self, Barcode},
    discogs::SearchRow,
};

#[derive(Debug)]
pub enum SearchTerm {
    /// Words anywhere in a release.
    Words(String),
    Barcode(Barcode),
    CatalogueNumber(String),
}

impl SearchTerm {
    /// Returns kind and text for the key of the cache: equal for two notations of the same term.
    pub fn cache_name(&self) -> (&'static str, String) {
        match self {
            Self::Words(words) => ("q", normalize(words)),
            Self::Barcode(code) => ("barcode", code.ean().to_owned()),
            Self::CatalogueNumber(number) => ("catno", letters_and_digits(number)),
        }
    }

    /// Returns the parameters to try, one after the other, until Discogs finds something: its users entered barcodes
    /// both as they are printed and as a scanner reads them.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Words(words) => vec![("q", words.clone())],
            Self::Barcode(code) if code.printed() == code.ean() => vec![("barcode", code.ean().to_owned())],
            Self::Barcode(code) => vec![("barcode", code.printed().to_owned()), ("barcode", code.ean().to_owned())],
            Self::CatalogueNumber(number) => vec![("catno", number.clone())],
        }
    }

    /// Whether the number is the pressing's own; `None` for words.
    pub fn is_exact(&self, row: &SearchRow) -> Option<bool> {
        match self {
            Self::Words(_) => None,
            Self::Barcode(code) => Some(barcode::find_barcodes(row.barcode.iter().map(String::as_str)).contains(code)),
            Self::CatalogueNumber(number) => {
                let wanted = letters_and_digits(number);
                let mut found = row.catno.iter().flat_map(|catnos| catnos.split(','));
                Some(found.any(|catno| letters_and_digits(catno) == wanted))
            }
        }
    }
}

/// Catalogue numbers are compared by letters and digits alone: "DGC-24425" is "dgc 24425".
pub fn letters_and_digits(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

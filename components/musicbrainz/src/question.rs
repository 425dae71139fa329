//! What is known of a record, checked.

use names::barcode::Barcode;
use serde::Serialize;

use crate::{
    contract::{Error, FieldError, Question},
    error::Result,
};

const MAX_TEXT: usize = 500;

/// At least one of the ways to find the record is possible.
#[derive(Debug, Default, Serialize)]
pub struct Known {
    pub discogs_id: Option<i64>,
    /// As a scanner reads it: 8 or 13 digits.
    pub ean: Option<String>,
    pub catno: Option<String>,
    pub artist: Option<String>,
    pub album: Option<String>,
    pub year: Option<i64>,
}

impl Known {
    /// # Errors
    /// `Invalid`, with every fault.
    pub fn check(question: Question) -> Result<Self> {
        let Question { discogs_id, barcode, catno, artist, album, year } = question;
        let mut faults = Vec::new();
        if discogs_id.is_some_and(|id| id < 1) {
            faults.push(FieldError::new("discogs_id", "must be a whole number from 1"));
        }
        if year.is_some_and(|year| !(1860..=2100).contains(&year)) {
            faults.push(FieldError::new("year", "must be a whole number from 1860 to 2100"));
        }
        let mut text = |field: &str, value: Option<String>| {
            let value = value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
            if value.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT) {
                faults.push(FieldError::new(field, format!("must have at most {MAX_TEXT} characters")));
            }
            value
        };
        let (barcode, catno) = (text("barcode", barcode), text("catno", catno));
        let (artist, album) = (text("artist", artist), text("album", album));
        let ean = match barcode.as_deref().map(Barcode::parse).transpose() {
            Ok(barcode) => barcode.map(|barcode| barcode.ean().to_owned()),
            Err(message) => {
                faults.push(FieldError::new("barcode", message));
                None
            }
        };
        let known = Self { discogs_id, ean, catno, artist, album, year };
        if faults.is_empty() && !known.is_enough() {
            faults.push(FieldError::new(
                "artist",
                "is required, with album, if there is no other way to find the record",
            ));
        }
        if faults.is_empty() { Ok(known) } else { Err(Error::Invalid(faults)) }
    }

    fn is_enough(&self) -> bool {
        let names = (self.artist.is_some(), self.album.is_some());
        self.discogs_id.is_some()
            || self.ean.is_some()
            || names == (true, true)
            || self.catno.is_some() && names != (false, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Question {
        Question { discogs_id: None, barcode: None, catno: None, artist: None, album: None, year: None }
    }

    fn faults(question: Question) -> Vec<String> {
        match Known::check(question) {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_fault_is_named() {
        let (long, wrong) = (Some("x".repeat(501)), Some("5 012345 678901".to_owned()));
        let all = Question { discogs_id: Some(0), barcode: wrong, artist: long, year: Some(1700), ..question() };
        assert_eq!(faults(all), ["discogs_id", "year", "artist", "barcode"]);
        assert_eq!(faults(question()), ["artist"]);
        assert_eq!(faults(Question { catno: Some("X 1".to_owned()), ..question() }), ["artist"]);
    }

    #[test]
    fn a_barcode_is_the_same_with_and_without_its_zero() {
        let ean = |text: &str| Known::check(Question { barcode: Some(text.to_owned()), ..question() }).unwrap().ean;
        assert_eq!(ean("0 74643 81122 4"), ean("0074643811224"));
    }
}

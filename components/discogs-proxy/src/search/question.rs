//! Checks a question, and decides what is searched.

use super::{
    page::MAX_PAGE,
    term::{SearchTerm, letters_and_digits},
};
use crate::{
    barcode::Barcode,
    contract::{Error, FieldError, Question},
    error::Result,
    matching::WantedAlbum,
};

const MAX_CHARACTERS: usize = 200;
const DEFAULT_LIMIT: i64 = 25;
const FIRST_PAGE: i64 = 1;

/// A question that was checked.
#[derive(Debug)]
pub enum Search {
    BestMatch(WantedAlbum),
    Page { term: SearchTerm, limit: i64, page: i64 },
}

/// # Errors
/// `Invalid`, with every fault.
pub fn check(question: Question) -> Result<Search> {
    let mut faults = check_fields(&question);
    let page = parse_cursor(question.cursor.as_deref()).unwrap_or_else(|fault| {
        faults.push(fault);
        FIRST_PAGE
    });
    faults.extend(check_combination(&question));
    let term = parse_term(&question).unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let Question { artist, album, year, label, limit, .. } = question;
    Ok(match term {
        Some(term) => Search::Page { term, limit: limit.unwrap_or(DEFAULT_LIMIT), page },
        None => {
            let (artist, album) = (artist.unwrap_or_default(), album.unwrap_or_default());
            Search::BestMatch(WantedAlbum { artist, album, year, label })
        }
    })
}

/// Checks each field on its own.
fn check_fields(question: &Question) -> Vec<FieldError> {
    let texts = [
        ("artist", &question.artist),
        ("album", &question.album),
        ("label", &question.label),
        ("q", &question.q),
        ("barcode", &question.barcode),
        ("catno", &question.catno),
    ];
    let is_too_long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.chars().count() > MAX_CHARACTERS);
    let too_long = texts.into_iter().filter(|(_, text)| is_too_long(text));
    let message = format!("must have at most {MAX_CHARACTERS} characters");
    let mut faults: Vec<FieldError> = too_long.map(|(field, _)| FieldError::new(field, message.as_str())).collect();
    if question.year.is_some_and(|year| !(1860..=2100).contains(&year)) {
        faults.push(FieldError::new("year", "must be a whole number from 1860 to 2100"));
    }
    if question.limit.is_some_and(|limit| !(1..=100).contains(&limit)) {
        faults.push(FieldError::new("limit", "must be a whole number from 1 to 100"));
    }
    faults
}

/// Checks that the question has exactly one of the four ways to search, and only the fields that belong to it.
fn check_combination(question: &Question) -> Option<FieldError> {
    let Question { artist, album, year, label, q, barcode, catno, limit, cursor } = question;
    let ways = [
        ("artist", artist.is_some() || album.is_some()),
        ("q", q.is_some()),
        ("barcode", barcode.is_some()),
        ("catno", catno.is_some()),
    ];
    let mut given = ways.iter().filter(|(_, is_given)| *is_given).map(|(way, _)| *way);
    let fault = |field: &str, message: &str| Some(FieldError::new(field, message));
    match (given.next(), given.next()) {
        (None, _) => fault("q", "is required, unless artist and album, barcode or catno is given"),
        (Some(first), Some(second)) => fault(second, &format!("cannot be combined with {first}")),
        (Some("artist"), None) if artist.is_none() => fault("artist", "is required if album is given"),
        (Some("artist"), None) if album.is_none() => fault("album", "is required if artist is given"),
        (Some("artist"), None) if limit.is_some() => fault("limit", "is only for q, barcode and catno"),
        (Some("artist"), None) if cursor.is_some() => fault("cursor", "is only for q, barcode and catno"),
        (Some("artist"), None) => None,
        (Some(_), None) if year.is_some() => fault("year", "is only for artist and album"),
        (Some(_), None) if label.is_some() => fault("label", "is only for artist and album"),
        (Some(_), None) => None,
    }
}

/// A cursor is the number of a page.
fn parse_cursor(cursor: Option<&str>) -> Result<i64, FieldError> {
    let Some(text) = cursor else { return Ok(FIRST_PAGE) };
    let page = text.parse().ok().filter(|page| (FIRST_PAGE..=MAX_PAGE).contains(page));
    page.ok_or_else(|| FieldError::new("cursor", "is not a cursor of this list"))
}

/// Returns the term of a page; `None` if artist and album are given instead.
fn parse_term(question: &Question) -> Result<Option<SearchTerm>, FieldError> {
    match (&question.q, &question.barcode, &question.catno) {
        (Some(words), ..) => Ok(Some(SearchTerm::Words(words.clone()))),
        (_, Some(code), _) => match Barcode::parse(code) {
            Ok(code) => Ok(Some(SearchTerm::Barcode(code))),
            Err(message) => Err(FieldError::new("barcode", message)),
        },
        (.., Some(number)) if letters_and_digits(number).is_empty() => {
            Err(FieldError::new("catno", "must have at least one letter or digit"))
        }
        (.., Some(number)) => Ok(Some(SearchTerm::CatalogueNumber(number.clone()))),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(fields: &[(&str, &str)]) -> Question {
        let text = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| (*value).to_owned());
        Question {
            artist: text("artist"),
            album: text("album"),
            year: text("year").map(|year| year.parse().unwrap()),
            label: text("label"),
            q: text("q"),
            barcode: text("barcode"),
            catno: text("catno"),
            limit: text("limit").map(|limit| limit.parse().unwrap()),
            cursor: text("cursor"),
        }
    }

    #[test]
    fn one_way_to_search_is_accepted() {
        for fields in [
            &[("artist", "a"), ("album", "b")][..],
            &[("artist", "a"), ("album", "b"), ("year", "1999"), ("label", "x")],
            &[("q", "a"), ("limit", "100"), ("cursor", "2")],
            &[("barcode", "7 20642 44251 7")],
            &[("catno", "DGC-24425")],
        ] {
            assert!(check(question(fields)).is_ok(), "{fields:?}");
        }
    }

    #[test]
    fn every_fault_is_reported_by_its_field() {
        let too_long = "x".repeat(201);
        for (fields, faulty) in [
            (&[][..], &["q"][..]),
            (&[("artist", "a")], &["album"]),
            (&[("album", "a")], &["artist"]),
            (&[("artist", "a"), ("album", "b"), ("q", "c")], &["q"]),
            (&[("q", "a"), ("barcode", "720642442517")], &["barcode"]),
            (&[("barcode", "720642442512")], &["barcode"]),
            (&[("catno", "--")], &["catno"]),
            (&[("q", "a"), ("year", "1999")], &["year"]),
            (&[("artist", "a"), ("album", "b"), ("limit", "3")], &["limit"]),
            (&[("q", "a"), ("limit", "101"), ("cursor", "0")], &["limit", "cursor"]),
            (&[("q", "a"), ("cursor", "x")], &["cursor"]),
            (&[("q", too_long.as_str())], &["q"]),
        ] {
            let Err(Error::Invalid(faults)) = check(question(fields)) else { panic!("{fields:?} was accepted") };
            assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), faulty, "{fields:?}");
        }
    }

    #[test]
    fn a_combination_names_both_ways() {
        let Err(Error::Invalid(faults)) = check(question(&[("artist", "a"), ("album", "b"), ("catno", "c")])) else {
            panic!("accepted");
        };
        assert_eq!((faults[0].field.as_str(), faults[0].message.as_str()), ("catno", "cannot be combined with artist"));
    }
}

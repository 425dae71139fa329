//! `search`: the best match for artist and album, or a page of candidates.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    attribution::{self, Attribution},
    barcode::{self, Barcode},
    cache::{Entry, Key, Terms},
    covers::Covers,
    error::{Error, Fault, Result},
    lookup::{Context, Fetched, Known},
    matching::{self, Found, Reason, Wanted},
    name::{self, plain},
    row::{Candidate, Row},
    service::contract::Question,
    upstream::{Told, Upstream},
};

const MAX_TEXT: usize = 200;
const USUAL_LIMIT: i64 = 25;
/// Discogs goes no further than 10,000 rows.
const MAX_PAGE: i64 = 1_000;

/// A question that was checked.
#[derive(Debug)]
enum Asked {
    Match(Wanted),
    Page { by: By, limit: i64, page: i64 },
}

#[derive(Debug)]
enum By {
    Words(String),
    Barcode(Barcode),
    Catno(String),
}

pub async fn search(caller: Option<i64>, question: Question) -> Result<Known> {
    let asked = check(question)?;
    let context = Context::open(caller).await?;
    match asked {
        Asked::Match(wanted) => {
            let year = wanted.year.unwrap_or_default().to_string();
            let label = wanted.label.as_deref().map(plain).unwrap_or_default();
            let key = Key::new("match", &[&plain(&wanted.artist), &plain(&wanted.album), &year, &label]);
            context.lookup(&key, async |upstream| best(upstream, &wanted).await).await
        }
        Asked::Page { by, limit, page: number } => {
            let (kind, text) = by.name();
            let key = Key::new("page", &[kind, &text, &limit.to_string(), &number.to_string()]);
            context.lookup(&key, async |upstream| page(upstream, &by, limit, number).await).await
        }
    }
}

fn check(question: Question) -> Result<Asked> {
    let mut faults = Vec::new();
    let mut fault = |field, message: &str| faults.push(Fault { field, message: message.to_owned() });
    let Question { artist, album, year, label, q, barcode, catno, limit, cursor } = question;
    let texts = [
        ("artist", &artist),
        ("album", &album),
        ("label", &label),
        ("q", &q),
        ("barcode", &barcode),
        ("catno", &catno),
    ];
    for (field, text) in texts {
        if text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT) {
            fault(field, "must have at most 200 characters");
        }
    }
    if year.is_some_and(|year| !(1860..=2100).contains(&year)) {
        fault("year", "must be a whole number from 1860 to 2100");
    }
    if limit.is_some_and(|limit| !(1..=100).contains(&limit)) {
        fault("limit", "must be a whole number from 1 to 100");
    }
    let page = cursor.as_deref().map_or(Some(1), |text| text.parse().ok().filter(|page| (1..=MAX_PAGE).contains(page)));
    if page.is_none() {
        fault("cursor", "was never given out");
    }
    let ways = [
        ("artist", artist.is_some() || album.is_some()),
        ("q", q.is_some()),
        ("barcode", barcode.is_some()),
        ("catno", catno.is_some()),
    ];
    let mut given = ways.iter().filter(|(_, given)| *given).map(|(way, _)| *way);
    match (given.next(), given.next()) {
        (None, _) => fault("q", "is required, or artist and album, or barcode, or catno"),
        (_, Some(second)) => fault(second, "cannot be combined with another way to ask"),
        (Some("artist"), None) if artist.is_none() => fault("artist", "is required with album"),
        (Some("artist"), None) if album.is_none() => fault("album", "is required with artist"),
        (Some("artist"), None) if limit.is_some() || cursor.is_some() => {
            fault(
                if limit.is_some() { "limit" } else { "cursor" },
                "is for q, barcode and catno: artist and album have one answer",
            );
        }
        (Some("q" | "barcode" | "catno"), None) if year.is_some() || label.is_some() => {
            fault(if year.is_some() { "year" } else { "label" }, "is for artist and album");
        }
        _ => {}
    }
    let by = match (q, barcode, catno) {
        (Some(words), ..) => Some(By::Words(words)),
        (_, Some(code), _) => Barcode::parse(&code).map(By::Barcode).map_err(|why| fault("barcode", why)).ok(),
        (.., Some(number)) => {
            if alphanumeric(&number).is_empty() {
                fault("catno", "must have a letter or a digit");
            }
            Some(By::Catno(number))
        }
        _ => None,
    };
    match (faults.is_empty(), by, artist, album) {
        (true, Some(by), ..) => Ok(Asked::Page { by, limit: limit.unwrap_or(USUAL_LIMIT), page: page.unwrap_or(1) }),
        (true, None, Some(artist), Some(album)) => Ok(Asked::Match(Wanted { artist, album, year, label })),
        _ => Err(Error::Invalid(faults)),
    }
}

/// A page as Discogs sends it.
#[derive(Deserialize)]
struct Results {
    #[serde(default)]
    pagination: Pagination,
    /// Each by itself: one that is not as it should be leaves the others.
    results: Vec<Value>,
}

#[derive(Default, Deserialize)]
struct Pagination {
    #[serde(default)]
    pages: i64,
    #[serde(default)]
    items: i64,
}

impl Results {
    fn rows(self) -> impl Iterator<Item = Row> {
        let rows = self.results.into_iter().filter_map(|row| serde_json::from_value::<Row>(row).ok());
        rows.filter(|row| row.r#type.as_deref().is_none_or(|kind| kind == "release"))
    }
}

async fn ask(upstream: &Upstream<'_>, query: &[(&str, &str)]) -> Result<Results> {
    let mut all = vec![("type", "release")];
    all.extend(query);
    match upstream.ask("/database/search", &all).await? {
        Told::Found(results) => Ok(results),
        Told::Missing(words) => Err(Error::Failed(format!("a search was answered with 404: {words}"))),
    }
}

#[derive(Serialize)]
struct Match {
    #[serde(flatten)]
    best: Map<String, Value>,
    score: f64,
    confident: bool,
    reason: Option<&'static str>,
    alternatives: Vec<Candidate>,
    attribution: Attribution,
}

async fn best(upstream: &Upstream<'_>, wanted: &Wanted) -> Result<Fetched> {
    let (artist, album) = (name::asked_artist(&wanted.artist), name::asked_album(&wanted.album, &wanted.artist));
    let exact = ask(upstream, &[("artist", &artist), ("release_title", &album), ("per_page", "100")]).await?;
    let mut rows: Vec<Candidate> = exact.rows().map(Candidate::from).collect();
    let mut found = matching::find(wanted, rows.clone());
    // Discogs' own fields forgive nothing; its words forgive a little.
    if matches!(found.best, Err(Reason::None | Reason::Far)) {
        let words = ask(upstream, &[("q", &format!("{artist} {album}")), ("per_page", "50")]).await?;
        rows.extend(words.rows().map(Candidate::from));
        rows.sort_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        found = matching::find(wanted, rows);
    }
    let terms = if matches!(found.best, Err(Reason::None)) { Terms::MISSING } else { Terms::SEARCH };
    let (document, covers) = matched(found)?;
    Ok(Fetched { entry: Entry::json(json(&document)?, terms), covers })
}

fn matched(found: Found) -> Result<(Match, Covers)> {
    let mut covers = Covers::default();
    let Found { best, score, mut alternatives } = found;
    alternatives.iter_mut().for_each(|row| publish(row, &mut covers));
    let (confident, reason) = match best {
        Ok(_) => (true, None),
        Err(Reason::None) => (false, Some("none")),
        Err(Reason::Far) => (false, Some("far")),
        Err(Reason::Ambiguous) => (false, Some("ambiguous")),
    };
    let mut row = best.unwrap_or_default();
    publish(&mut row, &mut covers);
    let attribution = if confident { attribution::of(row.uri.clone()) } else { attribution::general() };
    // The score stands once, whether there is a best row or not.
    row.score = None;
    let Ok(Value::Object(mut best)) = serde_json::to_value(row) else {
        return Err(Error::Internal("a candidate is no object".to_owned()));
    };
    if !confident {
        best.values_mut().for_each(|value| *value = Value::Null);
    }
    Ok((Match { best, score, confident, reason, alternatives, attribution }, covers))
}

fn publish(row: &mut Candidate, covers: &mut Covers) {
    covers.publish(&mut row.cover, row.id, 0, false);
    covers.publish(&mut row.thumb, row.id, 0, true);
}

#[derive(Serialize)]
struct Page {
    items: Vec<Candidate>,
    next_cursor: Option<String>,
    total: i64,
    attribution: Attribution,
}

async fn page(upstream: &Upstream<'_>, by: &By, limit: i64, number: i64) -> Result<Fetched> {
    let mut results = Results { pagination: Pagination::default(), results: vec![] };
    for (field, text) in by.questions() {
        let (limit, number) = (limit.to_string(), number.to_string());
        results = ask(upstream, &[(field, &text), ("per_page", &limit), ("page", &number)]).await?;
        if !results.results.is_empty() {
            break;
        }
    }
    let Pagination { pages, items: total } = results.pagination;
    let mut covers = Covers::default();
    let mut items: Vec<Candidate> = results
        .rows()
        .map(|row| {
            let exact = by.is_exact(&row);
            let mut candidate = Candidate { exact, ..row.into() };
            publish(&mut candidate, &mut covers);
            candidate
        })
        .collect();
    items.sort_by_key(|item| item.exact == Some(false));
    let next_cursor = (number < pages.min(MAX_PAGE)).then(|| (number + 1).to_string());
    let terms = if items.is_empty() { Terms::MISSING } else { Terms::SEARCH };
    let page = Page { items, next_cursor, total, attribution: attribution::general() };
    Ok(Fetched { entry: Entry::json(json(&page)?, terms), covers })
}

impl By {
    /// The same for what is the same question.
    fn name(&self) -> (&'static str, String) {
        match self {
            Self::Words(words) => ("q", plain(words)),
            Self::Barcode(code) => ("barcode", code.ean().to_owned()),
            Self::Catno(number) => ("catno", alphanumeric(number)),
        }
    }

    /// What to ask, one after the other until something is found: people entered codes as printed, or as read by a scanner.
    fn questions(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Words(words) => vec![("q", words.clone())],
            Self::Barcode(code) if code.printed() == code.ean() => vec![("barcode", code.ean().to_owned())],
            Self::Barcode(code) => vec![("barcode", code.printed().to_owned()), ("barcode", code.ean().to_owned())],
            Self::Catno(number) => vec![("catno", number.clone())],
        }
    }

    /// Whether the number is the pressing's own; words are nobody's.
    fn is_exact(&self, row: &Row) -> Option<bool> {
        match self {
            Self::Words(_) => None,
            Self::Barcode(code) => Some(barcode::among(row.barcode.iter().map(String::as_str)).contains(code)),
            Self::Catno(number) => {
                let wanted = alphanumeric(number);
                Some(row.catno.iter().flat_map(|catno| catno.split(',')).any(|catno| alphanumeric(catno) == wanted))
            }
        }
    }
}

fn alphanumeric(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn json(document: &impl Serialize) -> Result<String> {
    serde_json::to_string(document).map_err(|error| Error::Internal(error.to_string()))
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
    fn one_way_to_ask_is_enough_and_two_are_too_many() {
        for good in [
            &[("artist", "a"), ("album", "b")][..],
            &[("artist", "a"), ("album", "b"), ("year", "1999"), ("label", "x")],
            &[("q", "a"), ("limit", "100"), ("cursor", "2")],
            &[("barcode", "7 20642 44251 7")],
            &[("catno", "DGC-24425")],
        ] {
            assert!(check(question(good)).is_ok(), "{good:?}");
        }
        for (bad, fields) in [
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
        ] {
            let Err(Error::Invalid(faults)) = check(question(bad)) else { panic!("{bad:?} was accepted") };
            assert_eq!(faults.iter().map(|fault| fault.field).collect::<Vec<_>>(), fields, "{bad:?}");
        }
        let long = "x".repeat(201);
        assert!(check(question(&[("q", &long)])).is_err());
    }

    #[test]
    fn no_match_has_the_shape_of_one() {
        let keys = |found: Found| {
            let Ok(Value::Object(document)) = serde_json::to_value(matched(found).unwrap().0) else { unreachable!() };
            document.keys().cloned().collect::<Vec<_>>()
        };
        let some = Candidate { id: 7, title: "A - B".to_owned(), ..Candidate::default() };
        let found = Found { best: Ok(some), score: 1.0, alternatives: vec![] };
        let none = Found { best: Err(Reason::None), score: 0.0, alternatives: vec![] };
        assert_eq!(keys(found), keys(none));
    }

    #[test]
    fn a_row_that_is_broken_leaves_the_others() {
        let results: Results = serde_json::from_str(
            r#"{"results":[{"id":"x"},7,{"id":1,"title":"A - B"},{"id":2,"title":"A","type":"artist"},{"id":3,"title":"C - D","type":"release"}]}"#,
        )
        .unwrap();
        assert_eq!(results.rows().map(|row| row.id).collect::<Vec<_>>(), [1, 3]);
    }
}

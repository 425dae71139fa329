//! Which of the rows is the record that somebody typed.
//!
//! Artist and title are compared as names; both must be near, and their product is the score. Among the pressings of the album
//! that fits best, vinyl goes before other formats, then year and label if they were given, then the first pressing. Several
//! albums that fit as well are told apart by how many people have them, or not at all: no answer is better than a wrong one.

#[cfg(test)]
mod cases;

use std::cmp::Ordering;

use crate::{
    name::{Artist, Title, is_self_titled, plain},
    row::Candidate,
};

/// Below it a name is another name.
const NEAR: f64 = 0.8;
/// Names are as near as others in so many steps from 0 to 1.
const STEPS: f64 = 50.0;
/// An album that so many times more people have is the one that is meant.
const FAMOUS: i64 = 5;
const MOST_ALTERNATIVES: usize = 5;

/// What was typed.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub artist: String,
    pub album: String,
    pub year: Option<i64>,
    pub label: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No row at all.
    None,
    /// The nearest is another record.
    Far,
    /// Several albums fit as well.
    Ambiguous,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    pub best: Result<Candidate, Reason>,
    /// The score of the nearest.
    pub score: f64,
    pub alternatives: Vec<Candidate>,
}

struct Scored {
    row: Candidate,
    /// Of the names alone.
    names: f64,
    pressing: Pressing,
}

/// What speaks for one pressing among those of an album, the most important first; the greater is the better.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pressing {
    kind: Kind,
    is_vinyl: bool,
    year_fits: bool,
    label_fits: bool,
    /// The earlier, the greater; what has no year comes last.
    age: i64,
    have: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Not by whom it should be, or never sold.
    Odd,
    /// One song of the album has its name.
    Single,
    Album,
}

pub fn find(wanted: &Wanted, rows: Vec<Candidate>) -> Found {
    let (artist, title) = (Artist::parse(&wanted.artist), wanted_title(wanted));
    let mut scored: Vec<Scored> = rows
        .into_iter()
        .map(|row| Scored { names: similarity(&artist, &title, &row), pressing: Pressing::of(wanted, &row), row })
        .collect();
    scored.sort_by(Scored::order);
    let Some(first) = scored.first() else {
        return Found { best: Err(Reason::None), score: 0.0, alternatives: vec![] };
    };
    let best = if first.names < NEAR { Err(Reason::Far) } else { choose(&scored) };
    let score = best.unwrap_or(first).score();
    let chosen = best.ok().map(|best| best.row.id);
    let rest = scored.iter().filter(|other| other.names > 0.3 && chosen != Some(other.row.id));
    let alternatives = rest.take(MOST_ALTERNATIVES).map(Scored::scored_row).collect();
    Found { best: best.map(Scored::scored_row), score, alternatives }
}

/// One album among those whose names fit best.
struct Album<'a> {
    master: Option<i64>,
    best: &'a Scored,
    owners: i64,
}

/// The best pressing of the album that is meant. `scored` is in order, and not empty.
fn choose(scored: &[Scored]) -> Result<&Scored, Reason> {
    let mut albums: Vec<Album<'_>> = Vec::new();
    let step = scored.first().map(Scored::step);
    for one in scored.iter().filter(|one| Some(one.step()) == step) {
        match albums.iter_mut().find(|album| album.master == one.row.master_id) {
            Some(album) => album.owners += one.row.have,
            None => albums.push(Album { master: one.row.master_id, best: one, owners: one.row.have }),
        }
    }
    // What has no master is a stray pressing of an album that has one, if there is any.
    if albums.iter().any(|album| album.master.is_some()) {
        albums.retain(|album| album.master.is_some());
    }
    let asked = |album: &Album<'_>| {
        let Pressing { kind, year_fits, label_fits, .. } = album.best.pressing;
        (kind, year_fits, label_fits)
    };
    albums.sort_by_key(|album| std::cmp::Reverse((asked(album), album.owners)));
    match albums.as_slice() {
        [] => Err(Reason::None),
        [first, second, ..] if asked(first) == asked(second) && first.owners < FAMOUS * second.owners.max(1) => {
            Err(Reason::Ambiguous)
        }
        [first, ..] => Ok(first.best),
    }
}

fn wanted_title(wanted: &Wanted) -> Title {
    Title::parse(if is_self_titled(&wanted.album) { &wanted.artist } else { &wanted.album })
}

impl Scored {
    /// Names that differ by a hair are as near.
    fn step(&self) -> i64 {
        (self.names * STEPS).round() as i64
    }

    fn order(&self, other: &Self) -> Ordering {
        other.step().cmp(&self.step()).then_with(|| other.pressing.cmp(&self.pressing))
    }

    fn score(&self) -> f64 {
        let kind = match self.pressing.kind {
            Kind::Album => 1.0,
            Kind::Single => 0.95,
            Kind::Odd => 0.9,
        };
        let carrier = if self.pressing.is_vinyl { 1.0 } else { 0.97 };
        (self.names * kind * carrier * 1000.0).round() / 1000.0
    }

    fn scored_row(&self) -> Candidate {
        Candidate { score: Some(self.score()), ..self.row.clone() }
    }
}

impl Pressing {
    fn of(wanted: &Wanted, row: &Candidate) -> Self {
        let has = |words: &[&str]| row.formats.iter().any(|part| words.contains(&part.as_str()));
        let kind = if has(&[
            "Unofficial Release",
            "Test Pressing",
            "White Label",
            "Acetate",
            "Promo",
            "Transcription",
            "Flexi-disc",
        ]) {
            Kind::Odd
        } else if has(&["Single", "7\"", "45 RPM", "Maxi-Single", "Shellac"]) && !has(&["Album", "LP"]) {
            Kind::Single
        } else {
            Kind::Album
        };
        let label_fits = match (&wanted.label, &row.label) {
            (Some(wanted), Some(label)) => plain(label).contains(&plain(wanted)),
            _ => false,
        };
        Self {
            year_fits: wanted.year.is_some() && wanted.year == row.year,
            label_fits,
            kind,
            is_vinyl: has(&["Vinyl", "Shellac", "Lathe Cut", "Flexi-disc"]),
            age: -row.year.unwrap_or(9_999),
            have: row.have,
        }
    }
}

/// Of the names of artist and album, 0 to 1.
fn similarity(artist: &Artist, title: &Title, row: &Candidate) -> f64 {
    // A dash may belong to either name: the best way to part them counts.
    row.title
        .match_indices(" - ")
        .map(|(at, dash)| {
            let (by, what) =
                (row.title.get(..at).unwrap_or_default(), row.title.get(at + dash.len()..).unwrap_or_default());
            let by = Artist::parse(by);
            of_artists(artist, &by) * of_titles(title, artist, &Title::parse(what), &by)
        })
        .fold(0.0, f64::max)
}

fn of_artists(wanted: &Artist, found: &Artist) -> f64 {
    if wanted.is_various() != found.is_various() {
        return 0.4;
    }
    if wanted.name == found.name {
        // "Nirvana" is rather the one without a number.
        return match (wanted.number, found.number) {
            (a, b) if a == b => 1.0,
            (None, Some(_)) => 0.95,
            (Some(_), None) => 0.9,
            _ => 0.7,
        };
    }
    // "Neil Young" also made records with Crazy Horse.
    let leads = |parts: &[String], name: &str| parts.first().is_some_and(|first| first == name);
    if leads(&found.parts, &wanted.name) || leads(&wanted.parts, &found.name) {
        return 0.9;
    }
    if found.parts.contains(&wanted.name) || wanted.parts.contains(&found.name) {
        return 0.8;
    }
    near(&wanted.name, &found.name)
}

fn of_titles(wanted: &Title, wanted_by: &Artist, found: &Title, found_by: &Artist) -> f64 {
    let untitled = |title: &Title, by: &Artist| title.name == "untitled" || title.name == by.name;
    let names = if wanted.name == found.name {
        1.0
    } else if untitled(wanted, wanted_by) && untitled(found, found_by) && wanted.name != found.name {
        // Discogs calls some records "Untitled" that people call by the artist's name.
        0.85
    } else if wanted.name == found.short || wanted.short == found.name {
        0.93
    } else if after(&found.name, &found_by.name) == Some(&wanted.name)
        || after(&wanted.name, &wanted_by.name) == Some(&found.name)
    {
        // "Ramones Leave Home" is "Leave Home".
        0.9
    } else {
        near(&wanted.name, &found.name).min(if wanted.numbers == found.numbers { 1.0 } else { 0.5 })
    };
    if wanted.live == found.live { names } else { names * 0.6 }
}

/// What a title has after the artist's name.
fn after<'a>(title: &'a str, artist: &str) -> Option<&'a str> {
    title.strip_prefix(artist)?.strip_prefix(' ')
}

/// Of two names that are not equal: typing mistakes, and words that one has more.
fn near(a: &str, b: &str) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let letters = strsim::normalized_damerau_levenshtein(a, b);
    // A mistake in a short name makes another name of it.
    let letters = if a.chars().count().min(b.chars().count()) < 6 { letters * 0.9 } else { letters };
    let (words_a, words_b): (Vec<_>, Vec<_>) = (a.split(' ').collect(), b.split(' ').collect());
    let common = words_a.iter().filter(|word| words_b.contains(word)).count();
    let words = 2.0 * common as f64 / (words_a.len() + words_b.len()) as f64;
    // Of few words each one counts: "Blue" is not "Blue Train".
    let words = if words_a.len().min(words_b.len()) < 3 { words * 0.8 } else { words };
    letters.max(words).min(0.98)
}

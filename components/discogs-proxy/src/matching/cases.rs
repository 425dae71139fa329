//! Runs the cases of `cases.json`: what was typed, the candidates, and the one that is meant.
//!
//! A candidate is written as `Artist - Album|year|formats|label|master|owners|genre`. Fields may be left out from the
//! right: then it is a vinyl album with a master of its own. Several cases can name one of the `lists` instead.
//! `expected` is the position of the candidate, or why there is no match: `far`, `ambiguous` or `none`.

use std::{collections::HashMap, io::Write as _};

use serde::Deserialize;

use super::*;

/// The rules may not become worse than this.
const MIN_PRECISION: f64 = 1.0;
const MIN_RECALL: f64 = 0.995;
const MIN_CASES: usize = 150;

#[derive(Deserialize)]
struct Cases {
    lists: HashMap<String, Vec<String>>,
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    topic: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    artist: String,
    album: String,
    year: Option<i64>,
    label: Option<String>,
    candidates: Rows,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Rows {
    /// The name of a list.
    List(String),
    Own(Vec<String>),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Expected {
    Candidate(i64),
    NoMatch(String),
}

impl Case {
    fn wanted(&self) -> WantedAlbum {
        let Self { artist, album, year, label, .. } = self;
        WantedAlbum { artist: artist.clone(), album: album.clone(), year: *year, label: label.clone() }
    }

    fn candidates(&self, lists: &HashMap<String, Vec<String>>) -> Vec<Candidate> {
        parse_candidates(match &self.candidates {
            Rows::List(name) => &lists[name],
            Rows::Own(rows) => rows,
        })
    }
}

impl From<&Match> for Expected {
    fn from(found: &Match) -> Self {
        match &found.best {
            Ok(best) => Self::Candidate(best.id),
            Err(NoMatch::NoCandidates) => Self::NoMatch("none".to_owned()),
            Err(NoMatch::TooDifferent) => Self::NoMatch("far".to_owned()),
            Err(NoMatch::Ambiguous) => Self::NoMatch("ambiguous".to_owned()),
        }
    }
}

fn read_cases() -> Cases {
    serde_json::from_str(include_str!("cases.json")).unwrap()
}

/// The index of the candidate is its id.
fn parse_candidates(rows: &[String]) -> Vec<Candidate> {
    rows.iter().zip(0..).map(|(row, id)| parse_candidate(row, id)).collect()
}

fn parse_candidate(row: &str, id: i64) -> Candidate {
    let fields: Vec<&str> = row.split('|').collect();
    let field = |index: usize| fields.get(index).copied().filter(|text| !text.is_empty());
    Candidate {
        id,
        title: fields[0].to_owned(),
        year: field(1).map(|year| year.parse().unwrap()),
        formats: field(2).unwrap_or("Vinyl,LP,Album").split(',').map(str::to_owned).collect(),
        label: field(3).map(str::to_owned),
        master_id: if fields.len() > 4 { field(4).map(|id| id.parse().unwrap()) } else { Some(id + 1) },
        have: field(5).map_or(100, |have| have.parse().unwrap()),
        genre: field(6).map(str::to_owned),
        ..Candidate::default()
    }
}

/// How many records were found, and how many of them are the right ones.
#[derive(Default)]
struct Tally {
    cases: usize,
    meant: usize,
    found: usize,
    right: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, topic: &str, case: &Case, found: &Match) {
        let Case { artist, album, expected, .. } = case;
        let actual = Expected::from(found);
        self.cases += 1;
        self.meant += usize::from(matches!(expected, Expected::Candidate(_)));
        self.found += usize::from(found.best.is_ok());
        self.right += usize::from(found.best.is_ok() && actual == *expected);
        if actual != *expected {
            let score = found.score;
            self.wrong.push(format!("{topic}: {artist} - {album}: {actual:?} ({score}) instead of {expected:?}"));
        }
    }

    fn precision(&self) -> f64 {
        self.right as f64 / self.found as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / self.meant as f64
    }
}

#[test]
fn the_record_that_is_meant_is_found_and_no_other() {
    let Cases { lists, groups } = read_cases();
    let mut tally = Tally::default();
    for Group { topic, cases } in &groups {
        for case in cases {
            tally.add(topic, case, &find_match(&case.wanted(), case.candidates(&lists)));
        }
    }
    let Tally { cases, meant, found, right, ref wrong } = tally;
    let (precision, recall) = (tally.precision(), tally.recall());
    let report = format!(
        "{cases} cases: precision {precision:.3} ({right} of {found} matches), recall {recall:.3} ({right} of {meant} \
         records)\n{}",
        wrong.join("\n")
    );
    // The test harness captures what `println!` writes, but not this.
    writeln!(std::io::stderr(), "{report}").unwrap();
    assert!(cases >= MIN_CASES, "{report}");
    assert!(precision >= MIN_PRECISION && recall >= MIN_RECALL, "{report}");
}

#[test]
fn the_order_of_the_candidates_makes_no_difference() {
    let Cases { lists, groups } = read_cases();
    for case in groups.iter().flat_map(|group| &group.cases) {
        let reversed = case.candidates(&lists).into_iter().rev().collect();
        let best = |candidates| Expected::from(&find_match(&case.wanted(), candidates));
        assert_eq!(best(case.candidates(&lists)), best(reversed), "{} - {}", case.artist, case.album);
    }
}

const SHARES: usize = 10;

/// Adds those of the candidates that are by other artists.
fn add_other_artists(candidates: &mut Vec<Candidate>, wanted: &WantedAlbum, all: &[String]) {
    let artist = |title: &str| normalize_artist(title.split(" - ").next().unwrap_or_default());
    let mut known: Vec<String> = candidates.iter().map(|candidate| artist(&candidate.title)).collect();
    known.push(normalize_artist(&wanted.artist));
    for (row, id) in all.iter().zip(10_000..) {
        let other = parse_candidate(row, id);
        if !known.contains(&artist(&other.title)) {
            candidates.push(Candidate { master_id: Some(id), ..other });
        }
    }
}

fn normalize_artist(name: &str) -> String {
    let artist = names::Artist::parse(name);
    artist.leader().to_owned()
}

#[test]
fn records_of_other_artists_make_no_difference() {
    let Cases { lists, groups } = read_cases();
    let cases = || groups.iter().flat_map(|group| &group.cases);
    let own = cases().filter_map(|case| match &case.candidates {
        Rows::Own(rows) => Some(rows),
        Rows::List(_) => None,
    });
    let all: Vec<String> = own.chain(lists.values()).flatten().cloned().collect();
    for (case, index) in cases().filter(|case| case.expected != Expected::NoMatch("none".to_owned())).zip(0..) {
        let wanted = case.wanted();
        // A share of them, in turn: all together take seconds.
        let all: Vec<String> = all.iter().skip(index % SHARES).step_by(SHARES).cloned().collect();
        let alone = Expected::from(&find_match(&wanted, case.candidates(&lists)));
        let mut candidates = case.candidates(&lists);
        add_other_artists(&mut candidates, &wanted, &all);
        assert_eq!(Expected::from(&find_match(&wanted, candidates)), alone, "{} - {}", case.artist, case.album);
    }
}

fn kind_of_blue(album: &str) -> Match {
    let wanted = WantedAlbum { artist: "Miles Davis".to_owned(), album: album.to_owned(), ..WantedAlbum::default() };
    find_match(&wanted, parse_candidates(&read_cases().lists["kind_of_blue"]))
}

#[test]
fn alternatives_are_sorted_with_vinyl_first_and_test_pressings_last() {
    let found = kind_of_blue("Kind of Blue");
    assert_eq!(found.score, 1.0);
    assert_eq!(found.alternatives.iter().map(|other| other.id).collect::<Vec<_>>(), [1, 2, 0, 4]);
}

#[test]
fn a_similar_title_is_an_alternative_but_not_a_match() {
    let found = kind_of_blue("Kind of Green");
    assert!(found.score < MIN_SIMILARITY && !found.alternatives.is_empty(), "{}", found.score);
}

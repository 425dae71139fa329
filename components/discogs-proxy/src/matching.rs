//! Decides which candidate is the record that a user described.
//!
//! 1. The names of artist and album are compared ([`similarity`] has the rules). Both must be similar: their product is
//!    the score. Case, accents, articles, "&", spaces, scripts with an alphabet, notations of numbers and the name of
//!    the edition make no difference; spelling mistakes make a small one.
//! 2. Artists that Discogs numbers are different artists. A number that was typed must be equal; without one, the
//!    artist that has none is meant, unless the year or the label is that of a numbered one.
//! 3. Several albums can be equally similar. The one is meant that fits the year, the label and the edition that were
//!    typed, then one on vinyl, then the one that far more people own. If none is, there is no match: that is better
//!    than a wrong one.
//! 4. Among the pressings of an album ([`pressing`]), vinyl is preferred to other carriers. Then the edition, the year
//!    and the label that were typed decide; a single album is preferred to a box set, unless a box is wanted. What is
//!    left is decided by the year: the earliest one is the original. A pressing without a year is never taken for it.
//!
//! `cases.json` is the specification: what was typed, the candidates, and the one that is meant. The test prints the
//! precision (matches that are right) and the recall (records that were found), and fails if one falls.

#[cfg(test)]
mod cases;
mod pressing;
mod similarity;
mod wanted;

use std::cmp::Ordering;

use crate::candidate::Candidate;

use pressing::Pressing;
use similarity::{FoundNames, NameSimilarity};

pub use wanted::WantedAlbum;

/// Below this similarity, a name is another name.
const MIN_SIMILARITY: f64 = 0.8;
/// Below this similarity, a candidate is not worth showing as an alternative.
const MIN_ALTERNATIVE: f64 = 0.3;
/// Similarities are compared in so many steps from 0 to 1, so that a difference of one letter does not decide.
const STEPS: f64 = 50.0;
/// An album that has so many times more owners than another one is the one that is meant.
const FAME_FACTOR: i64 = 5;
const MAX_ALTERNATIVES: usize = 5;

/// Why there is no match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMatch {
    /// There was no candidate.
    NoCandidates,
    /// The most similar candidate is another record.
    TooDifferent,
    /// Several albums are equally similar.
    Ambiguous,
}

#[derive(Debug)]
pub struct Match {
    pub best: Result<Candidate, NoMatch>,
    /// The score of the best candidate, whether it is a match or not.
    pub score: f64,
    pub alternatives: Vec<Candidate>,
}

struct Scored {
    candidate: Candidate,
    names: FoundNames,
    pressing: Pressing,
}

pub fn find_match(wanted: &WantedAlbum, candidates: Vec<Candidate>) -> Match {
    let names = NameSimilarity::new(wanted);
    let mut scored: Vec<Scored> = candidates
        .into_iter()
        .map(|candidate| Scored {
            names: names.of(&candidate),
            pressing: Pressing::new(wanted, &names.title, &candidate),
            candidate,
        })
        .collect();
    scored.sort_by(Scored::best_first);
    let Some(first) = scored.first() else {
        return Match { best: Err(NoMatch::NoCandidates), score: 0.0, alternatives: vec![] };
    };
    let best = if first.names.similarity < MIN_SIMILARITY { Err(NoMatch::TooDifferent) } else { choose_album(&scored) };
    let score = best.unwrap_or(first).score();
    let best_id = best.ok().map(|best| best.candidate.id);
    let others =
        scored.iter().filter(|other| other.names.similarity > MIN_ALTERNATIVE && best_id != Some(other.candidate.id));
    let alternatives = others.take(MAX_ALTERNATIVES).map(Scored::to_candidate).collect();
    Match { best: best.map(Scored::to_candidate), score, alternatives }
}

/// The pressings of one album.
struct Album<'a> {
    best: &'a Scored,
    /// Owners of all its pressings.
    owners: i64,
}

impl<'a> Album<'a> {
    fn new(best: &'a Scored) -> Self {
        Self { best, owners: best.candidate.have }
    }

    /// Whether a pressing is one of this album. Without a master, the names decide; a compilation of several artists
    /// has so common names that the label must be equal, too.
    fn has(&self, other: &Scored) -> bool {
        let (one, other_candidate) = (&self.best.candidate, &other.candidate);
        one.master_id == other_candidate.master_id
            && (one.master_id.is_some()
                || self.best.names.artist == other.names.artist
                    && (!names::Artist::parse(&other.names.artist).is_various() || one.label == other_candidate.label))
    }

    /// How well it fits what the user asked for; an artist without a number is more likely than one with a number.
    fn fit(&self) -> (pressing::Fit, bool) {
        (self.best.pressing.fit(), !self.best.names.is_numbered)
    }
}

/// Chooses among the albums that are as similar as the first, and returns the best pressing. `scored` is sorted, and
/// not empty.
fn choose_album(scored: &[Scored]) -> Result<&Scored, NoMatch> {
    let step = scored.first().map(Scored::step);
    let mut albums: Vec<Album<'_>> = Vec::new();
    for one in scored.iter().filter(|one| Some(one.step()) == step) {
        match albums.iter_mut().find(|album| album.has(one)) {
            Some(album) => album.owners += one.candidate.have,
            None => albums.push(Album::new(one)),
        }
    }
    // Pressings without a master probably belong to the album of this artist that has one, if there is any.
    let with_master = albums.iter().filter(|album| album.best.candidate.master_id.is_some());
    let artists: Vec<&str> = with_master.map(|album| album.best.names.artist.as_str()).collect();
    albums.retain(|album| {
        album.best.candidate.master_id.is_some() || !artists.contains(&album.best.names.artist.as_str())
    });
    let Some(first) = albums.iter().max_by_key(|album| (album.fit(), album.owners)) else {
        return Err(NoMatch::NoCandidates);
    };
    let is_doubtful = |other: &Album<'_>| {
        let is_same = std::ptr::eq(other.best, first.best);
        !is_same && other.fit() == first.fit() && first.owners < FAME_FACTOR * other.owners.max(1)
    };
    if albums.iter().any(is_doubtful) { Err(NoMatch::Ambiguous) } else { Ok(first.best) }
}

impl Scored {
    fn step(&self) -> i64 {
        (self.names.similarity * STEPS).round() as i64
    }

    fn best_first(&self, other: &Self) -> Ordering {
        other.step().cmp(&self.step()).then_with(|| other.pressing.cmp(&self.pressing))
    }

    fn score(&self) -> f64 {
        (self.names.similarity * self.pressing.weight() * 1000.0).round() / 1000.0
    }

    fn to_candidate(&self) -> Candidate {
        Candidate { score: Some(self.score()), ..self.candidate.clone() }
    }
}

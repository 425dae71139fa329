//! Decides which candidate is the record that a user described.
//!
//! 1. The names of artist and album are compared. Both must be similar: their product is the score.
//! 2. Among the pressings of the most similar album, vinyl is preferred to other formats, then a pressing with the year
//!    and the label that the user gave, then the earliest one.
//! 3. If several albums are equally similar, the one that far more people own is meant. If none is, there is no match:
//!    that is better than a wrong one.
//!
//! The table in `cases.rs` is the specification.

#[cfg(test)]
mod cases;
mod pressing;
mod similarity;
mod wanted;

use std::cmp::{Ordering, Reverse};

use crate::candidate::Candidate;

use pressing::Pressing;
use similarity::NameSimilarity;

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
    /// Of the names alone, 0 to 1.
    similarity: f64,
    pressing: Pressing,
}

pub fn find_match(wanted: &WantedAlbum, candidates: Vec<Candidate>) -> Match {
    let names = NameSimilarity::new(wanted);
    let mut scored: Vec<Scored> = candidates
        .into_iter()
        .map(|candidate| Scored {
            similarity: names.of(&candidate.title),
            pressing: Pressing::new(wanted, &candidate),
            candidate,
        })
        .collect();
    scored.sort_by(Scored::best_first);
    let Some(first) = scored.first() else {
        return Match { best: Err(NoMatch::NoCandidates), score: 0.0, alternatives: vec![] };
    };
    let best = if first.similarity < MIN_SIMILARITY { Err(NoMatch::TooDifferent) } else { choose_album(&scored) };
    let score = best.unwrap_or(first).score();
    let best_id = best.ok().map(|best| best.candidate.id);
    let others =
        scored.iter().filter(|other| other.similarity > MIN_ALTERNATIVE && best_id != Some(other.candidate.id));
    let alternatives = others.take(MAX_ALTERNATIVES).map(Scored::to_candidate).collect();
    Match { best: best.map(Scored::to_candidate), score, alternatives }
}

/// The pressings of one album.
struct Album<'a> {
    master_id: Option<i64>,
    best: &'a Scored,
    /// Owners of all its pressings.
    owners: i64,
}

/// Chooses among the albums that are as similar as the first, and returns the best pressing. `scored` is sorted, and
/// not empty.
fn choose_album(scored: &[Scored]) -> Result<&Scored, NoMatch> {
    let step = scored.first().map(Scored::step);
    let mut albums: Vec<Album<'_>> = Vec::new();
    for one in scored.iter().filter(|one| Some(one.step()) == step) {
        let Candidate { master_id, have, .. } = one.candidate;
        match albums.iter_mut().find(|album| album.master_id == master_id) {
            Some(album) => album.owners += have,
            None => albums.push(Album { master_id, best: one, owners: have }),
        }
    }
    // Pressings without a master probably belong to an album that has one, if there is any.
    if albums.iter().any(|album| album.master_id.is_some()) {
        albums.retain(|album| album.master_id.is_some());
    }
    let fit = |album: &Album<'_>| album.best.pressing.fit();
    albums.sort_by_key(|album| Reverse((fit(album), album.owners)));
    match albums.as_slice() {
        [] => Err(NoMatch::NoCandidates),
        [first, second, ..] if fit(first) == fit(second) && first.owners < FAME_FACTOR * second.owners.max(1) => {
            Err(NoMatch::Ambiguous)
        }
        [first, ..] => Ok(first.best),
    }
}

impl Scored {
    fn step(&self) -> i64 {
        (self.similarity * STEPS).round() as i64
    }

    fn best_first(&self, other: &Self) -> Ordering {
        other.step().cmp(&self.step()).then_with(|| other.pressing.cmp(&self.pressing))
    }

    fn score(&self) -> f64 {
        (self.similarity * self.pressing.weight() * 1000.0).round() / 1000.0
    }

    fn to_candidate(&self) -> Candidate {
        Candidate { score: Some(self.score()), ..self.candidate.clone() }
    }
}

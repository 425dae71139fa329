//! Which pressing of an album is preferred.

use super::wanted::WantedAlbum;
use crate::{candidate::Candidate, name::normalize};

/// A pressing that has no year is sorted as if it came after all others.
const UNKNOWN_YEAR: i64 = 9_999;

/// What makes a pressing better than another one of the same album, the most important first. The greater is the
/// better.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pressing {
    kind: ReleaseKind,
    is_vinyl: bool,
    fits_year: bool,
    fits_label: bool,
    /// The negative year: an earlier pressing is the greater.
    age: i64,
    owners: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReleaseKind {
    /// Unofficial, or not made for sale.
    Special,
    /// It may have the name of the album, but it is one song of it.
    Single,
    Album,
}

impl Pressing {
    pub fn new(wanted: &WantedAlbum, candidate: &Candidate) -> Self {
        let fits_label = match (&wanted.label, &candidate.label) {
            (Some(wanted), Some(label)) => normalize(label).contains(&normalize(wanted)),
            _ => false,
        };
        Self {
            kind: ReleaseKind::of(candidate),
            is_vinyl: has_format(candidate, &["Vinyl", "Shellac", "Lathe Cut", "Flexi-disc"]),
            fits_year: wanted.year.is_some() && wanted.year == candidate.year,
            fits_label,
            age: -candidate.year.unwrap_or(UNKNOWN_YEAR),
            owners: candidate.have,
        }
    }

    /// How well it fits what the user asked for. Decides between albums whose names are equally similar.
    pub fn fit(&self) -> (ReleaseKind, bool, bool) {
        (self.kind, self.fits_year, self.fits_label)
    }

    /// The factor, 0 to 1, by which the score of the names is reduced.
    pub fn weight(&self) -> f64 {
        let kind = match self.kind {
            ReleaseKind::Album => 1.0,
            ReleaseKind::Single => 0.95,
            ReleaseKind::Special => 0.9,
        };
        if self.is_vinyl { kind } else { kind * 0.97 }
    }
}

impl ReleaseKind {
    fn of(candidate: &Candidate) -> Self {
        const SPECIAL: [&str; 7] =
            ["Unofficial Release", "Test Pressing", "White Label", "Acetate", "Promo", "Transcription", "Flexi-disc"];
        const SINGLE: [&str; 5] = ["Single", "7\"", "45 RPM", "Maxi-Single", "Shellac"];
        if has_format(candidate, &SPECIAL) {
            Self::Special
        } else if has_format(candidate, &SINGLE) && !has_format(candidate, &["Album", "LP"]) {
            Self::Single
        } else {
            Self::Album
        }
    }
}

fn has_format(candidate: &Candidate, words: &[&str]) -> bool {
    candidate.formats.iter().any(|format| words.contains(&format.as_str()))
}

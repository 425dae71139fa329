//! Which pressing of an album is preferred.

use names::{Title, normalize};

use super::wanted::WantedAlbum;
use crate::candidate::Candidate;

/// A pressing that has no year is sorted as if it came after all others.
const UNKNOWN_YEAR: i64 = 9_999;

/// What makes a pressing better than another one of the same album, the most important first. The greater is the
/// better.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pressing {
    kind: ReleaseKind,
    /// It is a box set, and one is wanted.
    is_wanted_box: bool,
    is_vinyl: bool,
    /// The number of words that its edition shares with the wanted one: "mono", "30th".
    edition_words: usize,
    year: YearFit,
    fits_label: bool,
    /// A box set has the album and more.
    is_no_box: bool,
    /// The negative year: an earlier pressing is the greater.
    age: i64,
    /// Between pressings of the same year, the one that says it is no reissue.
    is_original: bool,
    owners: i64,
}

/// How a pressing fits what the user asked for. Decides between albums whose names are equally similar; the year says
/// more about which album is meant than the carrier.
pub type Fit = (ReleaseKind, bool, usize, YearFit, bool, bool, bool);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum YearFit {
    /// Another year, or no year is known.
    None,
    /// One year more or less: the date on the label and that of the sale often differ by one.
    Near,
    Equal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReleaseKind {
    /// Unofficial, or not made for sale.
    Special,
    /// An album if a single is wanted, and a single if an album is wanted: it may have the name of the album, but it is
    /// one song of it.
    Other,
    Wanted,
}

impl Pressing {
    pub fn new(wanted: &WantedAlbum, title: &Title, candidate: &Candidate) -> Self {
        let fits_label = match (&wanted.label, &candidate.label) {
            (Some(wanted), Some(label)) => normalize(label).contains(&normalize(wanted)),
            _ => false,
        };
        let is_box = has_format(candidate, &["Box Set"]);
        Self {
            kind: ReleaseKind::of(candidate, title.is_single),
            is_wanted_box: is_box && title.is_box,
            is_vinyl: has_format(candidate, &["Vinyl", "Shellac", "Lathe Cut", "Flexi-disc"]),
            edition_words: count_edition_words(title, candidate),
            year: YearFit::of(wanted.year, candidate.year),
            fits_label,
            is_no_box: !is_box,
            age: -candidate.year.unwrap_or(UNKNOWN_YEAR),
            is_original: !has_format(candidate, &["Reissue", "Repress", "Remastered"]),
            owners: candidate.have,
        }
    }

    pub fn fit(&self) -> Fit {
        let Self { kind, is_wanted_box, edition_words, year, fits_label, is_vinyl, is_no_box, .. } = *self;
        (kind, is_wanted_box, edition_words, year, fits_label, is_vinyl, is_no_box)
    }

    /// The factor, 0 to 1, by which the score of the names is reduced.
    pub fn weight(&self) -> f64 {
        let kind = match self.kind {
            ReleaseKind::Wanted => 1.0,
            ReleaseKind::Other => 0.95,
            ReleaseKind::Special => 0.9,
        };
        if self.is_vinyl { kind } else { kind * 0.97 }
    }
}

impl YearFit {
    fn of(wanted: Option<i64>, found: Option<i64>) -> Self {
        match wanted.zip(found).map(|(wanted, found)| wanted.abs_diff(found)) {
            Some(0) => Self::Equal,
            Some(1) => Self::Near,
            _ => Self::None,
        }
    }
}

fn count_edition_words(wanted: &Title, candidate: &Candidate) -> usize {
    if wanted.edition.is_empty() {
        return 0;
    }
    let found = normalize(&format!("{} {}", candidate.title, candidate.formats.join(" ")));
    wanted.edition.iter().filter(|wanted| found.split(' ').any(|word| word == *wanted)).count()
}

/// Whether it is a single.
pub fn is_single(candidate: &Candidate) -> bool {
    const SINGLE: [&str; 5] = ["Single", "7\"", "45 RPM", "Maxi-Single", "Shellac"];
    has_format(candidate, &SINGLE) && !has_format(candidate, &["Album", "LP"])
}

impl ReleaseKind {
    fn of(candidate: &Candidate, wants_single: bool) -> Self {
        const SPECIAL: [&str; 7] =
            ["Unofficial Release", "Test Pressing", "White Label", "Acetate", "Promo", "Transcription", "Flexi-disc"];
        if has_format(candidate, &SPECIAL) {
            Self::Special
        } else if is_single(candidate) == wants_single {
            Self::Wanted
        } else {
            Self::Other
        }
    }
}

fn has_format(candidate: &Candidate, words: &[&str]) -> bool {
    candidate.formats.iter().any(|format| words.contains(&format.as_str()))
}

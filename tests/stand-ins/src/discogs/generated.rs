//! Generated releases, the same in every run: albums of a few thousand artists, each in one to five pressings.
//!
//! A collector's shelf is what the proportions were chosen after: most albums on vinyl and CD, a tenth without a
//! master, one genre in two thirds of them, names in four scripts, artists that share a name, and compilations.

mod names;
mod random;
mod tables;

use std::{
    collections::HashSet,
    sync::{LazyLock, Mutex},
};

pub use self::{names::track as track_title, random::Random};

use self::tables::{COUNTRIES, EDITIONS, FIELDS, Field};
use super::{
    Pressing,
    catalogue::{barcode, catno},
};
use crate::server::lock;

/// The first id. It is greater than every id of `albums.txt`.
const FIRST_ID: u64 = 2_000_001;
const FIRST_MASTER: u64 = 500_001;
/// Catalogue numbers and barcodes of `albums.txt` are smaller.
const FIRST_NUMBER: u64 = 100_000;

/// At least this number of releases, in the order of ids. A greater number has the same releases first.
pub fn pressings(at_least: usize) -> Vec<Pressing> {
    let mut all = Vec::with_capacity(at_least + EDITIONS.len());
    let mut album = 0;
    while all.len() < at_least {
        add_album(&mut all, album);
        album += 1;
    }
    all
}

pub fn is_generated(pressing: &Pressing) -> bool {
    pressing.id >= FIRST_ID
}

fn add_album(all: &mut Vec<Pressing>, index: u64) {
    let mut random = Random::new(index);
    let artist = names::artist(index);
    let title = names::title(&artist, index, &mut random);
    let field = random.pick(FIELDS);
    let genres = field.genres.to_vec();
    let styles: Vec<_> = (0..random.below(3) + 1).map(|_| *random.pick(field.styles)).collect();
    let first_year = 1955 + u32::try_from(random.below(65)).unwrap_or_default();
    let has_master = !random.one_in(10);
    let count = if has_master { random.below(5) + 1 } else { 1 };
    for edition in 0..count {
        let (format, quantity, descriptions, later) = EDITIONS[usize::try_from(edition).unwrap_or_default()];
        let number = all.len() as u64;
        let year = if random.one_in(15) { 0 } else { (first_year + later).min(2024) };
        let label = *random.pick(field.labels);
        all.push(Pressing {
            id: FIRST_ID + number,
            master_id: if has_master { FIRST_MASTER + index } else { 0 },
            artist: intern(artist.clone()),
            title: intern(title.clone()),
            year,
            label,
            catno: catno(label, FIRST_NUMBER + number),
            country: country(&mut random),
            genre: genres[0],
            genres: genres.clone(),
            styles: distinct(&styles),
            format,
            quantity,
            descriptions,
            other_labels: other_labels(field, label, number, &mut random),
            second_format: random.one_in(40).then_some(if format == "Vinyl" { "CD" } else { "DVD" }),
            barcode: (year == 0 || year >= 1980).then(|| barcode(FIRST_NUMBER + number)),
        });
    }
}

fn country(random: &mut Random) -> &'static str {
    let country: &&'static str = random.pick(COUNTRIES);
    country
}

/// One release in eight is the work of two labels.
fn other_labels(field: &Field, label: &str, number: u64, random: &mut Random) -> Vec<(&'static str, String)> {
    let other = *random.pick(field.labels);
    if other == label || !random.one_in(8) {
        return vec![];
    }
    vec![(other, catno(other, FIRST_NUMBER * 10 + number))]
}

fn distinct(styles: &[&'static str]) -> Vec<&'static str> {
    let mut seen = HashSet::new();
    styles.iter().copied().filter(|style| seen.insert(*style)).collect()
}

/// Returns the text with the lifetime of the process. Equal texts are kept once, so the memory is bounded by the size
/// of the largest catalogue.
fn intern(text: String) -> &'static str {
    static TEXTS: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut texts = lock(&TEXTS);
    if let Some(known) = texts.get(text.as_str()) {
        return known;
    }
    let text: &'static str = text.leak();
    texts.insert(text);
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_catalogue_is_the_same_every_time_and_varied() {
        let all = pressings(6_000);
        let same = pressings(6_000);
        assert!(all.iter().zip(&same).all(|(one, other)| format!("{one:?}") == format!("{other:?}")));
        assert!(pressings(100).iter().zip(&all).all(|(one, other)| one.id == other.id && one.title == other.title));
        let distinct = |of: fn(&Pressing) -> String| all.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!((distinct(|p| p.id.to_string()), distinct(|p| p.catno.clone())), (all.len(), all.len()));
        let (artists, titles) = (distinct(|p| p.artist.to_owned()), distinct(|p| p.title.to_owned()));
        assert!(artists > 300 && titles > 1_000, "{artists} artists, {titles} titles");
        assert!(distinct(|p| p.genres.join("|")) > 15 && distinct(|p| p.format.to_owned()) >= 3);
        let share = |of: fn(&Pressing) -> bool| all.iter().filter(|one| of(one)).count() * 100 / all.len();
        assert!(share(|p| p.genres.len() > 1) > 15, "several genres");
        assert!(share(|p| p.genres.contains(&"Folk, World, & Country")) > 5, "a genre with commas");
        assert!(share(|p| p.format == "Vinyl") > 50, "vinyl");
        assert!(share(|p| !p.artist.is_ascii()) > 5, "other scripts");
        let barcodes: Vec<_> = all.iter().filter_map(|p| p.barcode.as_deref()).collect();
        assert_eq!(barcodes.iter().collect::<BTreeSet<_>>().len(), barcodes.len());
        assert!(barcodes.iter().all(|code| code.len() == 12));
    }
}

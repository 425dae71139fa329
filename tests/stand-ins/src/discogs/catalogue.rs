//! The releases: each album of `albums.txt` in several pressings, and as many generated ones as a test asks for.

const ALBUMS: &str = include_str!("albums.txt");

/// The first id. Ids follow the order of the file.
const FIRST_ID: u64 = 1_000_001;

/// A pressing, which Discogs calls a release.
#[derive(Debug, Clone)]
pub struct Pressing {
    pub id: u64,
    /// 0 if the release belongs to no master.
    pub master_id: u64,
    pub artist: &'static str,
    pub title: &'static str,
    /// 0 if it is not known.
    pub year: u32,
    pub label: &'static str,
    pub catno: String,
    pub country: &'static str,
    /// The first of `genres`.
    pub genre: &'static str,
    pub genres: Vec<&'static str>,
    pub styles: Vec<&'static str>,
    pub format: &'static str,
    /// The number of discs or cassettes.
    pub quantity: u32,
    /// Such as `LP`, `Album`, `Reissue`.
    pub descriptions: &'static [&'static str],
    /// More labels, each with its catalogue number.
    pub other_labels: Vec<(&'static str, String)>,
    /// The name of a second carrier that comes with the first: a CD with the LP, or `Box Set`.
    pub second_format: Option<&'static str>,
    /// Digits, with the check digit last. Pressings before 1980 have no barcode.
    pub barcode: Option<String>,
}

/// The pressings of an album: format, descriptions, and years after the first pressing. The CD precedes the vinyl and
/// the reissue precedes the first pressing, because the order of Discogs' search results is arbitrary, too.
const EDITIONS: &[(&str, &[&str], u32)] = &[
    ("CD", &["Album", "Reissue", "Remastered"], 25),
    ("Vinyl", &["LP", "Album", "Reissue"], 40),
    ("Vinyl", &["LP", "Album"], 0),
];

/// Every release, in the order of ids: those of `albums.txt`, and at least as many generated ones.
pub fn catalogue(generated: usize) -> Vec<Pressing> {
    let albums = ALBUMS.lines().filter(|line| !line.is_empty()).zip(0..);
    let mut all: Vec<Pressing> = albums.flat_map(|(line, index)| editions(line, index)).collect();
    all.extend(super::generated::pressings(generated));
    all
}

fn editions(line: &'static str, index: u64) -> impl Iterator<Item = Pressing> {
    let fields: Vec<&'static str> = line.split('|').collect();
    let [artist, title, year, label, country, genre, styles] = fields[..] else {
        panic!("albums.txt: {line}");
    };
    let first: u32 = year.parse().expect("a year");
    EDITIONS.iter().zip(0u64..).map(move |((format, descriptions, later), edition)| {
        let number = index * EDITIONS.len() as u64 + edition;
        // The year of some reissues is not known.
        let year = if *later == 40 && index % 11 == 3 { 0 } else { (first + later).min(2024) };
        Pressing {
            id: FIRST_ID + number,
            master_id: 20_001 + index,
            artist,
            title,
            year,
            label,
            catno: catno(label, 10_000 + number * 37 % 89_989),
            country: if *later == 0 { country } else { "Europe" },
            genre,
            genres: vec![genre],
            styles: styles.split(", ").collect(),
            format,
            quantity: 1,
            descriptions,
            other_labels: vec![],
            second_format: None,
            barcode: (year == 0 || year >= 1980).then(|| barcode(number)),
        }
    })
}

impl Pressing {
    /// One release in thirteen has no image.
    pub fn has_image(&self) -> bool {
        !self.id.is_multiple_of(13)
    }

    /// `Artist - Title`, as in search results.
    pub fn name(&self) -> String {
        format!("{} - {}", self.artist, self.title)
    }

    /// As printed below the bars, with spaces.
    pub fn printed_barcode(&self) -> Option<String> {
        let digits = self.barcode.as_deref()?;
        Some(format!("{} {} {} {}", &digits[..1], &digits[1..6], &digits[6..11], &digits[11..]))
    }

    /// The inscription in the runout groove. It resembles a catalogue number.
    pub fn runout(&self) -> String {
        format!("{}-A{} STERLING", self.catno.replace(' ', ""), self.id % 7 + 1)
    }

    /// In cents; `None` if no copy is for sale.
    pub fn lowest_price(&self) -> Option<u64> {
        (!self.id.is_multiple_of(9)).then(|| 199 + self.id * 7_919 % 6_000)
    }

    pub fn is_blocked(&self) -> bool {
        self.id.is_multiple_of(45)
    }
}

pub(super) fn catno(label: &str, number: u64) -> String {
    let letters: String = label.chars().filter(|c| c.is_alphabetic()).take(3).collect();
    format!("{} {number}", letters.to_uppercase())
}

/// A UPC-A: eleven digits and the GS1 check digit.
pub(super) fn barcode(number: u64) -> String {
    let digits = format!("{:011}", 7_206_400_000 + number * 104_729);
    let sum: u32 = digits.bytes().zip([3, 1].iter().cycle()).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_more_than_300_releases_with_distinct_ids_numbers_and_barcodes() {
        let all = catalogue(0);
        assert!(all.len() > 300, "{}", all.len());
        let distinct = |of: fn(&Pressing) -> String| all.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(|p| p.id.to_string()), all.len());
        assert_eq!(distinct(|p| p.catno.clone()), all.len());
        let barcodes: Vec<_> = all.iter().filter_map(|p| p.barcode.clone()).collect();
        assert_eq!(barcodes.iter().collect::<BTreeSet<_>>().len(), barcodes.len());
        assert!(barcodes.iter().all(|code| code.len() == 12));
    }
}

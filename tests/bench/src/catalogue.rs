//! The albums that both servers are filled with: the same ones in every run, 300 to 370 bytes of JSON each.

const ADJECTIVES: [&str; 16] = [
    "Velvet", "Northern", "Electric", "Golden", "Silent", "Crimson", "Midnight", "Paper", "Broken", "Distant",
    "Hollow", "Silver", "Burning", "Lonesome", "Secret", "Tropical",
];
const NOUNS: [&str; 16] = [
    "Lanterns",
    "Harbours",
    "Gardens",
    "Machines",
    "Rivers",
    "Shadows",
    "Letters",
    "Engines",
    "Mountains",
    "Mirrors",
    "Sparrows",
    "Carousels",
    "Satellites",
    "Orchards",
    "Dancers",
    "Windows",
];
const GIVEN: [&str; 12] =
    ["Miles", "Nina", "Björk", "Caetano", "Astrud", "Fela", "Joni", "Thelonious", "Hélène", "Ryuichi", "Etta", "José"];
const GENRES: [(&str, &str); 8] = [
    ("Rock", "Psychedelic Rock"),
    ("Jazz", "Hard Bop"),
    ("Electronic", "Deep House"),
    ("Funk / Soul", "Rhythm & Blues"),
    ("Latin", "Bossa Nova"),
    ("Hip Hop", "Boom Bap"),
    ("Reggae", "Roots Reggae"),
    ("Classical", "Contemporary"),
];
const COUNTRIES: [&str; 8] = ["US", "UK", "Germany", "Japan", "Brazil", "France", "Netherlands", "Nigeria"];
const LABELS: [(&str, &str); 8] = [
    ("Blue Meridian", "BLM"),
    ("Harvest Moon Records", "HMR"),
    ("Impulse Response", "IR"),
    ("Discos Tropicana", "DT"),
    ("Warehouse 12", "WH12"),
    ("Columbia House Sound", "CHS"),
    ("Trojan Horse Music", "THM"),
    ("Deutsche Schallplatten", "DS"),
];
const FORMATS: [&str; 6] = [
    "LP, Album",
    "LP, Album, Reissue",
    "2xLP, Album, Gatefold",
    "12\\\", 33 ⅓ RPM",
    "LP, Compilation",
    "7\\\", 45 RPM",
];
const GRADES: [&str; 4] = ["Mint (M)", "Near Mint (NM or M-)", "Very Good Plus (VG+)", "Very Good (VG)"];
/// An album names its crate by uid.
const CRATES: [&str; 4] = [
    "0190163d-8694-739b-aea5-000000000001",
    "0190163d-8694-739b-aea5-000000000002",
    "0190163d-8694-739b-aea5-000000000003",
    "0190163d-8694-739b-aea5-000000000004",
];

/// The `number`-th album, as the JSON object that a client sends.
pub fn album(number: u64) -> String {
    let mut dice = Dice(number);
    let artist = match dice.roll(3) {
        0 => format!("The {} {}", dice.one_of(&ADJECTIVES), dice.one_of(&NOUNS)),
        1 => format!("{} {}", dice.one_of(&GIVEN), dice.one_of(&NOUNS)),
        _ => format!("{} {} Orchestra", dice.one_of(&GIVEN), dice.one_of(&ADJECTIVES)),
    };
    let album = format!(
        "{} {} {} {}",
        dice.one_of(&ADJECTIVES),
        dice.one_of(&NOUNS),
        dice.one_of(&["Of", "And", "Under", "Against"]),
        dice.one_of(&NOUNS)
    );
    let (genre, style) = dice.one_of(&GENRES);
    let (label, initials) = dice.one_of(&LABELS);
    let (catno, year) = (dice.roll(9_000) + 1_000, dice.roll(70) + 1954);
    let (country, format) = (dice.one_of(&COUNTRIES), dice.one_of(&FORMATS));
    let (barcode, release) = (dice.roll(10_000_000_000), dice.roll(30_000_000) + 1);
    let (grade, rating, place) = (dice.one_of(&GRADES), dice.roll(6), dice.one_of(&CRATES));
    format!(
        r#"{{"artist":"{artist}","album":"{album}","genre":"{genre}","style":"{style}","year":{year},"country":"{country}","label":"{label}","catno":"{initials} {catno}","format":"{format}","barcode":"060{barcode:010}","discogs_id":{release},"media_condition":"{grade}","rating":{rating},"crate":"{place}"}}"#
    )
}

/// The body of a sync that adds `count` albums, from the `first`-th on.
pub fn sync(first: u64, count: u64) -> String {
    let albums: Vec<_> = (first..first + count).map(album).collect();
    format!(r#"{{"albums":[{}],"deleted_ids":[],"last_sync":null}}"#, albums.join(","))
}

/// The body of a sync that changes these albums; another `seed`, another change.
pub fn changes(ids: &[i64], seed: u64) -> String {
    let mut dice = Dice(seed);
    let albums: Vec<_> = ids
        .iter()
        .map(|id| {
            let (grade, rating, place) = (dice.one_of(&GRADES), dice.roll(6), dice.one_of(&CRATES));
            format!(r#"{{"id":{id},"media_condition":"{grade}","rating":{rating},"crate":"{place}"}}"#)
        })
        .collect();
    format!(r#"{{"albums":[{}],"deleted_ids":[],"last_sync":null}}"#, albums.join(","))
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.next() % sides
    }

    fn one_of<T: Copy, const N: usize>(&mut self, values: &[T; N]) -> T {
        values[usize::try_from(self.roll(N as u64)).unwrap_or_default()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn albums_are_json_of_a_realistic_size() -> anyhow::Result<()> {
        let sizes: Vec<_> = (0..10_000).map(|number| album(number).len()).collect();
        let average = sizes.iter().sum::<usize>() / sizes.len();
        assert!((300..370).contains(&average), "{average} bytes on average");
        serde_json::from_str::<serde_json::Value>(&sync(0, 1_000))?;
        serde_json::from_str::<serde_json::Value>(&changes(&[1, 2, 3], 7))?;
        Ok(())
    }
}

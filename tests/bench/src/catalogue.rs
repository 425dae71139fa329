//! The albums that both servers get: the same in every run, with 300 to 370 bytes of JSON each.

use serde::Serialize;
use serde_json::json;

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
const FORMATS: [&str; 6] =
    ["LP, Album", "LP, Album, Reissue", "2xLP, Album, Gatefold", "12\", 33 ⅓ RPM", "LP, Compilation", "7\", 45 RPM"];
const GRADES: [&str; 4] = ["Mint (M)", "Near Mint (NM or M-)", "Very Good Plus (VG+)", "Very Good (VG)"];
/// The uids of the crates.
const CRATES: [&str; 4] = [
    "0190163d-8694-739b-aea5-000000000001",
    "0190163d-8694-739b-aea5-000000000002",
    "0190163d-8694-739b-aea5-000000000003",
    "0190163d-8694-739b-aea5-000000000004",
];

/// The fields that clients send for a new album.
#[derive(Serialize)]
struct Album {
    artist: String,
    album: String,
    genre: &'static str,
    style: &'static str,
    year: u64,
    country: &'static str,
    label: &'static str,
    catno: String,
    format: &'static str,
    barcode: String,
    discogs_id: u64,
    media_condition: &'static str,
    rating: u64,
    #[serde(rename = "crate")]
    crate_uid: &'static str,
}

/// The fields of an album that a sync changes.
#[derive(Serialize)]
struct Change {
    id: i64,
    media_condition: &'static str,
    rating: u64,
    #[serde(rename = "crate")]
    crate_uid: &'static str,
}

/// The body of a sync.
#[derive(Serialize)]
struct Sync<T> {
    albums: Vec<T>,
    deleted_ids: [i64; 0],
    last_sync: Option<String>,
}

/// The album with this number.
fn album(number: u64) -> Album {
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
    let (barcode, discogs_id) = (dice.roll(10_000_000_000), dice.roll(30_000_000) + 1);
    let (media_condition, rating, crate_uid) = (dice.one_of(&GRADES), dice.roll(6), dice.one_of(&CRATES));
    let (catno, barcode) = (format!("{initials} {catno}"), format!("060{barcode:010}"));
    Album {
        artist,
        album,
        genre,
        style,
        year,
        country,
        label,
        catno,
        format,
        barcode,
        discogs_id,
        media_condition,
        rating,
        crate_uid,
    }
}

/// The body of a sync that adds `count` albums, beginning with the album of the number `first`.
pub fn sync(first: u64, count: u64) -> serde_json::Result<String> {
    body((first..first + count).map(album).collect())
}

/// The body of a sync that adds `count` albums, each with notes of 10,000 characters, the most that an album may have.
pub fn long_albums(count: u64) -> serde_json::Result<String> {
    let notes = "n".repeat(10_000);
    let album = |number| json!({"artist": format!("Artist {number}"), "album": "Long", "notes": notes});
    body((0..count).map(album).collect())
}

/// The body of a sync that changes these albums. Each `seed` gives other changes.
pub fn changes(ids: &[i64], seed: u64) -> serde_json::Result<String> {
    let mut dice = Dice(seed);
    let change = |id: &i64| {
        let (media_condition, rating, crate_uid) = (dice.one_of(&GRADES), dice.roll(6), dice.one_of(&CRATES));
        Change { id: *id, media_condition, rating, crate_uid }
    };
    body(ids.iter().map(change).collect())
}

fn body<T: Serialize>(albums: Vec<T>) -> serde_json::Result<String> {
    serde_json::to_string(&Sync { albums, deleted_ids: [], last_sync: None })
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
    fn albums_have_300_to_370_bytes_on_average() -> anyhow::Result<()> {
        let average = sync(0, 10_000)?.len() / 10_000;
        assert!((300..370).contains(&average), "{average} bytes on average");
        Ok(())
    }
}

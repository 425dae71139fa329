//! Names of artists and albums.

use super::random::Random;

#[rustfmt::skip]
const FIRST: &[&str] = &[
    "Alice", "Amadou", "Béla", "Bobby", "Carmen", "Chet", "Clara", "Dolores", "Edda", "Elis", "Fela", "François",
    "Gábor", "Gloria", "Hiroshi", "Ingrid", "Jorge", "Josephine", "Karin", "Lee", "Lhasa", "Märta", "Miriam", "Nico",
    "Odetta", "Ornella", "Pharoah", "Renée", "Rosa", "Søren", "Tomasz", "Umm", "Vashti", "Wanda", "Yusef", "Zoltán",
];
#[rustfmt::skip]
const LAST: &[&str] = &[
    "Abara", "Ballard", "Čapek", "Delmonte", "Eriksen", "Fontaine", "Grünwald", "Hartley", "Ibáñez", "Jansson",
    "Kowalski", "Lindqvist", "Marlowe", "Nakamura", "Okafor", "Petrov", "Quinn", "Rosenthal", "Sandoval", "Touré",
    "Ueno", "Valente", "Whitlock", "Yılmaz", "Zimmermann", "O'Dowd", "van der Berg", "D'Angelis",
];
#[rustfmt::skip]
const ADJECTIVES: &[&str] = &[
    "Amber", "Broken", "Crooked", "Distant", "Electric", "Faded", "Golden", "Hollow", "Invisible", "Jade", "Lonesome",
    "Midnight", "Northern", "Open", "Paper", "Quiet", "Restless", "Silver", "Tender", "Velvet", "Winter", "Blue",
];
#[rustfmt::skip]
const NOUNS: &[&str] = &[
    "Avenue", "Bridge", "Canyon", "Dreamer", "Engine", "Forest", "Garden", "Harbour", "Island", "Lantern", "Mirror",
    "Mountain", "Ocean", "Parade", "Rain", "Satellite", "Shadow", "Station", "Tide", "Train", "Valley", "Window",
];
const PLACES: &[&str] = &["Montreux", "The Village Gate", "Budokan", "Saint-Denis", "Köln", "Newport", "La Cigale"];
const CYRILLIC: &[&str] = &["Белая Гвардия", "Ансамбль Заря", "Тихий Дон", "Ночной Экспресс", "Алексей Воронин"];
const JAPANESE: &[&str] = &["夜明けの楽団", "青い季節", "東京サンセット", "山田花子", "銀河鉄道"];
const GREEK: &[&str] = &["Μαρία Ανδρέου", "Νίκος Παππάς", "Οι Ταξιδιώτες", "Θάλασσα"];
const SCRIPTS: [&[&str]; 3] = [CYRILLIC, JAPANESE, GREEK];
const TITLES: [&[&str]; 3] = [
    &["Осень", "Дорога домой", "Песни о море", "Белый снег", "Город"],
    &["春の歌", "夜の汽車", "海へ", "風のたより", "東京物語"],
    &["Τραγούδια", "Η θάλασσα", "Νύχτες στον Πειραιά", "Το ταξίδι", "Φως"],
];

/// The artist of an album. Three consecutive albums are of one artist.
pub fn artist(album: u64) -> String {
    let number = album / 3;
    let mut random = Random::new(number ^ 0xa57);
    if number.is_multiple_of(24) {
        return "Various".to_owned();
    }
    if let Some(script) = script(number) {
        return (*random.pick(SCRIPTS[script])).to_owned();
    }
    let person = |random: &mut Random| format!("{} {}", random.pick(FIRST), random.pick(LAST));
    let band = |random: &mut Random| format!("The {} {}s", random.pick(ADJECTIVES), random.pick(NOUNS));
    match random.below(12) {
        0..4 => person(&mut random),
        4..7 => band(&mut random),
        7 => format!("{} {}", random.pick(ADJECTIVES), random.pick(NOUNS)),
        8 => format!("{} & {}", person(&mut random), band(&mut random)),
        9 => format!("{} {}", person(&mut random), random.pick(&["Trio", "Quartet", "Orchestra", "Group"])),
        10 => format!("{} / {}", person(&mut random), person(&mut random)),
        _ => format!("{} ({})", random.pick(NOUNS), random.below(4) + 2),
    }
}

/// The index of the script in which an artist's name is written; `None` for the Latin one.
fn script(artist: u64) -> Option<usize> {
    let script = usize::try_from(artist / 11).unwrap_or_default() % SCRIPTS.len();
    artist.is_multiple_of(11).then_some(script)
}

pub fn title(artist: &str, album: u64, random: &mut Random) -> String {
    if let Some(script) = script(album / 3).filter(|_| artist != "Various") {
        return format!("{} {}", random.pick(TITLES[script]), 1 + album % 3);
    }
    let (adjective, noun, other) = (random.pick(ADJECTIVES), random.pick(NOUNS), random.pick(NOUNS));
    match random.below(12) {
        0..4 => format!("{adjective} {noun}"),
        4..6 => format!("{noun} Of The {adjective} {other}"),
        6 => format!("Live At {}", random.pick(PLACES)),
        7 => format!("{noun} & {other}"),
        8 => format!("{adjective} {noun} Vol. {}", album % 3 + 1),
        9 if artist != "Various" => artist.trim_end_matches(|c: char| "() ".contains(c) || c.is_numeric()).to_owned(),
        9 => format!("{adjective} {noun} (Original Soundtrack)"),
        10 => format!("Songs From The {noun}"),
        _ => (*noun).to_owned(),
    }
}

/// The title of a track.
pub fn track(random: &mut Random) -> String {
    match random.below(4) {
        0 => format!("{} {}", random.pick(ADJECTIVES), random.pick(NOUNS)),
        1 => format!("The {}", random.pick(NOUNS)),
        2 => format!("{} In {}", random.pick(NOUNS), random.pick(PLACES)),
        _ => format!("{}'s {}", random.pick(FIRST), random.pick(NOUNS)),
    }
}

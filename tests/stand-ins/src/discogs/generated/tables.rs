//! Genres with their styles and labels, and the editions of an album.

/// A field of music.
pub struct Field {
    /// As Discogs spells them.
    pub genres: &'static [&'static str],
    pub styles: &'static [&'static str],
    pub labels: &'static [&'static str],
}

const fn field(
    genres: &'static [&'static str],
    styles: &'static [&'static str],
    labels: &'static [&'static str],
) -> Field {
    Field { genres, styles, labels }
}

const JAZZ_LABELS: &[&str] =
    &["Blue Note", "Prestige", "Impulse!", "ECM Records", "Verve Records", "Riverside Records"];
const ROCK_LABELS: &[&str] = &["Harvest", "Island Records", "Elektra", "Sub Pop", "4AD", "Matador", "Rough Trade"];
const DANCE_LABELS: &[&str] = &["Warp Records", "Kompakt", "R & S Records", "Ostgut Ton", "Tresor", "Mute"];
const SOUL_LABELS: &[&str] = &["Stax", "Motown", "Atlantic", "Hi Records", "Daptone Records", "Brunswick"];
const FOLK_LABELS: &[&str] = &["Topic Records", "Folkways Records", "Vanguard", "Nonesuch", "Ocora", "Melodia"];
const CLASSICAL_LABELS: &[&str] =
    &["Deutsche Grammophon", "Decca", "Philips", "Мелодия", "Supraphon", "Harmonia Mundi"];
const BLUES_LABELS: &[&str] = &["Chess", "Delmark Records", "Alligator Records", "Arhoolie Records"];
const REGGAE_LABELS: &[&str] = &["Trojan Records", "Studio One", "Greensleeves Records", "Pressure Sounds"];
const HIP_HOP_LABELS: &[&str] = &["Stones Throw Records", "Def Jam Recordings", "Rawkus", "Tommy Boy", "Ninja Tune"];
const SCREEN_LABELS: &[&str] = &["Varèse Sarabande", "Milan", "Death Waltz Recording Company", "Cinevox"];
const POP_LABELS: &[&str] = &["EMI", "Columbia", "Polydor", "CBS", "RCA Victor", "Virgin"];

pub const FIELDS: &[Field] = &[
    field(
        &["Rock"],
        &["Psychedelic Rock", "Indie Rock", "Hard Rock", "Prog Rock", "Post-Punk", "Shoegaze"],
        ROCK_LABELS,
    ),
    field(&["Rock"], &["Alternative Rock", "Folk Rock", "Garage Rock", "Krautrock", "Art Rock"], ROCK_LABELS),
    field(&["Rock"], &["Punk", "Hardcore", "Heavy Metal", "Noise"], ROCK_LABELS),
    field(&["Jazz"], &["Hard Bop", "Modal", "Free Jazz", "Bop", "Cool Jazz", "Post Bop"], JAZZ_LABELS),
    field(&["Jazz"], &["Big Band", "Swing", "Contemporary Jazz"], JAZZ_LABELS),
    field(&["Electronic"], &["Techno", "House", "Ambient", "IDM", "Minimal", "Downtempo", "Drum n Bass"], DANCE_LABELS),
    field(&["Electronic"], &["Deep House", "Dub Techno", "Acid", "Electro"], DANCE_LABELS),
    field(&["Folk, World, & Country"], &["Folk", "African", "Celtic", "Fado", "Country", "Rebetiko"], FOLK_LABELS),
    field(&["Funk / Soul"], &["Soul", "Funk", "Disco", "Rhythm & Blues"], SOUL_LABELS),
    field(&["Classical"], &["Baroque", "Romantic", "Modern", "Contemporary", "Opera"], CLASSICAL_LABELS),
    field(&["Blues"], &["Delta Blues", "Chicago Blues", "Electric Blues"], BLUES_LABELS),
    field(&["Reggae"], &["Roots Reggae", "Dub", "Rocksteady", "Ska"], REGGAE_LABELS),
    field(&["Hip Hop"], &["Boom Bap", "Conscious", "Instrumental"], HIP_HOP_LABELS),
    field(&["Pop"], &["Chanson", "Synth-pop", "Ballad", "City Pop", "Schlager"], POP_LABELS),
    field(&["Stage & Screen"], &["Soundtrack", "Score", "Musical"], SCREEN_LABELS),
    field(&["Latin"], &["Bossanova", "Salsa", "Tango", "Cumbia"], POP_LABELS),
    field(&["Children's"], &["Story", "Educational"], POP_LABELS),
    field(&["Non-Music"], &["Spoken Word", "Field Recording"], FOLK_LABELS),
    field(&["Brass & Military"], &["Marches", "Brass Band"], POP_LABELS),
    field(&["Jazz", "Electronic"], &["Future Jazz", "Fusion", "Nu Jazz"], DANCE_LABELS),
    field(&["Jazz", "Funk / Soul"], &["Jazz-Funk", "Soul-Jazz", "Fusion"], JAZZ_LABELS),
    field(&["Jazz", "Latin"], &["Bossa Nova", "Afro-Cuban Jazz"], JAZZ_LABELS),
    field(&["Electronic", "Rock"], &["Synth-pop", "New Wave", "Industrial"], ROCK_LABELS),
    field(&["Rock", "Folk, World, & Country"], &["Folk Rock", "Acid Folk", "Country Rock"], FOLK_LABELS),
    field(&["Electronic", "Stage & Screen"], &["Soundtrack", "Ambient"], SCREEN_LABELS),
    field(&["Rock", "Blues"], &["Blues Rock"], ROCK_LABELS),
    field(&["Electronic", "Hip Hop", "Funk / Soul"], &["Trip Hop", "Leftfield"], HIP_HOP_LABELS),
    field(&["Pop", "Folk, World, & Country"], &["Laïkó", "Éntekhno", "Estrada"], FOLK_LABELS),
];

pub const COUNTRIES: &[&str] =
    &["US", "US", "US", "UK", "UK", "Germany", "France", "Japan", "Italy", "Netherlands", "Europe", "USSR", "Greece"];

/// Format, quantity, descriptions, and years after the first pressing.
type Edition = (&'static str, u32, &'static [&'static str], u32);

/// An album has the first of these, or the first two, and so on.
pub const EDITIONS: [Edition; 5] = [
    ("Vinyl", 1, &["LP", "Album"], 0),
    ("Vinyl", 2, &["LP", "Album", "Reissue", "Remastered"], 30),
    ("CD", 1, &["Album", "Reissue"], 25),
    ("Cassette", 1, &["Album"], 0),
    ("Vinyl", 1, &["7\"", "45 RPM", "Single"], 0),
];

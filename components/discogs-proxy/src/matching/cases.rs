//! The specification as a table: what was typed, which candidates there are, and which of them is meant.
//!
//! A candidate is written as `Artist - Album|year|formats|label|master|owners`. Fields may be left out from the right:
//! then it is a vinyl album with a master of its own.

use super::*;

struct Case {
    artist: &'static str,
    album: &'static str,
    year: Option<i64>,
    label: Option<&'static str>,
    candidates: &'static [&'static str],
    /// The index of the candidate that is meant.
    expected: Result<usize, NoMatch>,
}

const fn case(artist: &'static str, album: &'static str, candidates: &'static [&'static str], expected: usize) -> Case {
    Case { artist, album, year: None, label: None, candidates, expected: Ok(expected) }
}

const fn no_match(
    artist: &'static str,
    album: &'static str,
    candidates: &'static [&'static str],
    reason: NoMatch,
) -> Case {
    Case { artist, album, year: None, label: None, candidates, expected: Err(reason) }
}

impl Case {
    const fn with_year(self, year: i64) -> Self {
        Self { year: Some(year), ..self }
    }

    const fn with_label(self, label: &'static str) -> Self {
        Self { label: Some(label), ..self }
    }

    fn wanted(&self) -> WantedAlbum {
        WantedAlbum {
            artist: self.artist.to_owned(),
            album: self.album.to_owned(),
            year: self.year,
            label: self.label.map(str::to_owned),
        }
    }

    fn candidates(&self) -> Vec<Candidate> {
        parse_candidates(self.candidates)
    }
}

const FLEETWOOD_MAC: &[&str] = &[
    "Fleetwood Mac - Fleetwood Mac|1968|Vinyl,LP,Album|Blue Horizon|1|900",
    "Fleetwood Mac - Fleetwood Mac|1975|Vinyl,LP,Album|Reprise Records|2|3000",
    "Fleetwood Mac - Rumours|1977|Vinyl,LP,Album|Warner Bros.|3|90000",
];
const ZEPPELIN: &[&str] = &[
    "Led Zeppelin - Led Zeppelin III|1970|Vinyl,LP,Album|Atlantic|3|9000",
    "Led Zeppelin - Led Zeppelin II|1969|Vinyl,LP,Album|Atlantic|2|9000",
    "Led Zeppelin - Led Zeppelin|1969|Vinyl,LP,Album|Atlantic|1|9000",
    "Led Zeppelin - Untitled|1971|Vinyl,LP,Album|Atlantic|4|9000",
];
const KIND_OF_BLUE: &[&str] = &[
    "Miles Davis - Kind Of Blue|1997|CD,Album,Reissue,Remastered|Columbia|5|80000",
    "Miles Davis - Kind Of Blue|2010|Vinyl,LP,Album,Reissue|Music On Vinyl|5|20000",
    "Miles Davis - Kind Of Blue||Vinyl,LP,Album,Reissue|Columbia|5|900",
    "Miles Davis - Kind Of Blue|1959|Vinyl,LP,Album,Mono|Columbia|5|1500",
    "Miles Davis - Kind Of Blue|1958|Vinyl,LP,Album,Test Pressing|Columbia|5|2",
];
const NIRVANA: &[&str] = &[
    "Nirvana (2) - Local Anaesthetic|1971|Vinyl,LP,Album|Vertigo|9|300",
    "Nirvana - In Utero|1993|Vinyl,LP,Album|DGC|10|9000",
    "Nirvana - Nevermind|1991|Cassette,Album|DGC|11|9000",
    "Nirvana - Nevermind|1991|Vinyl,LP,Album|DGC|11|9000",
];

const CASES: &[Case] = &[
    // Case, accents, articles, punctuation.
    case("nina simone", "pastel blues", &["Nina Simone - Pastel Blues|1965"], 0),
    case("Beatles", "Abbey Road", &["The Beatles - Abbey Road|1969"], 0),
    case("The Beatles", "abbey road", &["Beatles, The - Abbey Road|1969"], 0),
    case("Sigur Ros", "Agaetis byrjun", &["Sigur Rós - Ágætis Byrjun|1999"], 0),
    case("Bjork", "Homogenic", &["Björk - Homogenic|1997"], 0),
    case("Motorhead", "Ace of Spades", &["Motörhead - Ace Of Spades|1980"], 0),
    case("Simon and Garfunkel", "Bookends", &["Simon & Garfunkel - Bookends|1968"], 0),
    case(
        "Earth Wind and Fire",
        "That's the Way of the World",
        &["Earth, Wind & Fire - That's The Way Of The World|1975"],
        0,
    ),
    case("Sly + the Family Stone", "Fresh", &["Sly & The Family Stone - Fresh|1973"], 0),
    case("Marvin Gaye", "Whats Going On", &["Marvin Gaye - What's Going On|1971"], 0),
    case("David Bowie", "Heroes", &["David Bowie - \"Heroes\"|1977"], 0),
    case("Kraftwerk", "Die Mensch-Maschine", &["Kraftwerk - Die Mensch·Maschine|1978"], 0),
    case("はっぴいえんど", "風街ろまん", &["はっぴいえんど - 風街ろまん|1971"], 0),
    case("AC/DC", "Back in Black", &["AC/DC - Back In Black|1980"], 0),
    case("Crosby Stills Nash & Young", "Deja Vu", &["Crosby, Stills, Nash & Young - Déjà Vu|1970"], 0),
    case("Neu", "Neu", &["Neu! - Neu!|1972"], 0),
    case("Sigur Rós", "( )", &["Sigur Rós - ( )|2002", "Sigur Rós - Von|1997"], 0),
    case("Prince", "1999", &["Prince - 1999|1982", "Prince - Sign \"O\" The Times|1987"], 0),
    // Numbers and stars that Discogs adds to names.
    case("Nirvana", "Nevermind", NIRVANA, 3),
    case("Nirvana (2)", "Local Anaesthetic", NIRVANA, 0),
    case("Prince", "Parade", &["Prince* - Parade|1986"], 0),
    case("Genesis", "Foxtrot", &["Genesis (3) - Foxtrot|1999|Vinyl,LP|X|8|1", "Genesis - Foxtrot|1972"], 1),
    case("Nirvana", "Songs", &["Nirvana (2) - Songs|1970|Vinyl,LP|A|1|9", "Nirvana - Songs|1990|Vinyl,LP|B|2|9"], 1),
    // Several artists.
    case("Neil Young", "Rust Never Sleeps", &["Neil Young & Crazy Horse - Rust Never Sleeps|1979"], 0),
    case("Bob Marley", "Exodus", &["Bob Marley & The Wailers - Exodus|1977"], 0),
    case("Prince & The Revolution", "Purple Rain", &["Prince And The Revolution - Purple Rain|1984"], 0),
    case("Prince", "Purple Rain", &["Prince And The Revolution - Purple Rain|1984"], 0),
    case("Stan Getz", "Getz/Gilberto", &["Stan Getz / João Gilberto - Getz / Gilberto|1964"], 0),
    case("Joao Gilberto", "Getz/Gilberto", &["Stan Getz / João Gilberto - Getz / Gilberto|1964"], 0),
    no_match("Paul Simon", "Bookends", &["Simon & Garfunkel - Bookends|1968"], NoMatch::TooDifferent),
    // Editions.
    case("The Beatles", "Abbey Road (Remastered)", &["The Beatles - Abbey Road|1969"], 0),
    case("The Beatles", "Abbey Road [2019 Mix, Deluxe Edition]", &["The Beatles - Abbey Road|1969"], 0),
    case("Nirvana", "Nevermind - 30th Anniversary Edition", NIRVANA, 3),
    case("Radiohead", "Kid A", &["Radiohead - Kid A (180g Reissue)|2016", "Radiohead - Kid A Mnesia|2021"], 0),
    case("Talking Heads", "77", &["Talking Heads - Talking Heads: 77|1977", "Talking Heads - Fear Of Music|1979"], 0),
    case("Nuggets", "x", &["Nuggets - X|1972"], 0),
    case(
        "Various",
        "Saturday Night Fever",
        &["Various - Saturday Night Fever (The Original Movie Sound Track)|1977"],
        0,
    ),
    // Various artists.
    case("Various Artists", "No New York", &["Various - No New York|1978"], 0),
    case("V/A", "The Harder They Come", &["Various - The Harder They Come (Original Soundtrack Recording)|1972"], 0),
    case("Soundtrack", "Superfly", &["Various - Superfly|1972"], 0),
    no_match("Bee Gees", "Saturday Night Fever", &["Various - Saturday Night Fever|1977"], NoMatch::TooDifferent),
    no_match("Various", "Nevermind", NIRVANA, NoMatch::TooDifferent),
    // Named after the artist.
    no_match("Fleetwood Mac", "Fleetwood Mac", FLEETWOOD_MAC, NoMatch::Ambiguous),
    case("Fleetwood Mac", "Fleetwood Mac", FLEETWOOD_MAC, 1).with_year(1975),
    case("Fleetwood Mac", "Fleetwood Mac", FLEETWOOD_MAC, 0).with_year(1968),
    case("Fleetwood Mac", "Fleetwood Mac", FLEETWOOD_MAC, 0).with_label("blue horizon"),
    case("Fleetwood Mac", "s/t", FLEETWOOD_MAC, 1).with_year(1975),
    case("Led Zeppelin", "Led Zeppelin", ZEPPELIN, 2),
    case("Led Zeppelin", "Self-Titled", ZEPPELIN, 2),
    case(
        "Metallica",
        "Metallica",
        &[
            "Metallica - Metallica|1991|Vinyl,LP,Album|Vertigo|1|50000",
            "Metallica - Metallica|2012|Vinyl,LP,Album|Fan|2|12",
        ],
        0,
    ),
    case("Ramones", "Ramones", &["Ramones - Ramones Leave Home|1977", "Ramones - Ramones|1976"], 1),
    case("Ramones", "Leave Home", &["Ramones - Ramones Leave Home|1977", "Ramones - Ramones|1976"], 0),
    // Numbers.
    case("Led Zeppelin", "Led Zeppelin II", ZEPPELIN, 1),
    case("Led Zeppelin", "Led Zeppelin 3", ZEPPELIN, 0),
    no_match("Led Zeppelin", "Led Zeppelin IV", ZEPPELIN, NoMatch::TooDifferent),
    no_match("Queen", "Greatest Hits", &["Queen - Greatest Hits II|1991"], NoMatch::TooDifferent),
    case("Queen", "Greatest Hits", &["Queen - Greatest Hits II|1991", "Queen - Greatest Hits|1981"], 1),
    no_match("Chicago", "Chicago V", &["Chicago - Chicago VI|1973"], NoMatch::TooDifferent),
    case(
        "Peter Gabriel",
        "Peter Gabriel 3",
        &["Peter Gabriel - Peter Gabriel 3|1980", "Peter Gabriel - Peter Gabriel 2|1978"],
        0,
    ),
    // One title has more words than the other.
    no_match("Joni Mitchell", "Blue", &["Joni Mitchell - Blue Moon Session|1971"], NoMatch::TooDifferent),
    no_match("John Coltrane", "Blue", &["John Coltrane - Blue Train|1957"], NoMatch::TooDifferent),
    no_match("Miles Davis", "Blue", KIND_OF_BLUE, NoMatch::TooDifferent),
    no_match("The Who", "Leeds", &["The Who - Live At Leeds|1970"], NoMatch::TooDifferent),
    no_match("Nirvana", "Nevermind Live", NIRVANA, NoMatch::TooDifferent),
    no_match("James Brown", "At the Apollo", &["James Brown - Live At The Apollo|1963"], NoMatch::TooDifferent),
    // Pressings: vinyl first, then the year and the label that were typed, then the earliest.
    case("Miles Davis", "Kind of Blue", KIND_OF_BLUE, 3),
    case("Miles Davis", "Kind of Blue", KIND_OF_BLUE, 1).with_year(2010),
    case("Miles Davis", "Kind of Blue", KIND_OF_BLUE, 1).with_label("Music on Vinyl"),
    case("Miles Davis", "Kind of Blue", KIND_OF_BLUE, 3).with_year(1997),
    case("Fugazi", "Repeater", &["Fugazi - Repeater|1990|CD,Album|Dischord|1|5"], 0),
    case(
        "Madonna",
        "Like a Prayer",
        &[
            "Madonna - Like A Prayer|1989|Vinyl,7\",45 RPM,Single|Sire|1|9000",
            "Madonna - Like A Prayer|1989|Vinyl,LP,Album|Sire|2|8000",
        ],
        1,
    ),
    case(
        "Can",
        "Tago Mago",
        &["Can - Tago Mago|1970|Vinyl,LP,Unofficial Release|X|1|3", "Can - Tago Mago|1971|Vinyl,LP,Album|UA|1|9"],
        1,
    ),
    case(
        "Can",
        "Tago Mago",
        &["Can - Tago Mago||Vinyl,LP,Album|UA|1|9", "Can - Tago Mago|1971|Vinyl,LP,Album|UA||9"],
        0,
    ),
    // Dashes in names.
    case("Jay-Z", "The Blueprint", &["Jay-Z - The Blueprint|2001"], 0),
    case("A - B", "C", &["A - B - C|1990"], 0),
    case("Godspeed", "F# A# - Infinity", &["Godspeed - F# A# - Infinity|1997"], 0),
    // Spelling mistakes, and names that only look like one.
    case("Pink Flyod", "Dark Side of the Moon", &["Pink Floyd - The Dark Side Of The Moon|1973"], 0),
    case("Nirvana", "Nevermnd", NIRVANA, 3),
    case("Joy Divison", "Unknown Pleasure", &["Joy Division - Unknown Pleasures|1979"], 0),
    no_match("Low", "Now", &["Low - Owl|2001"], NoMatch::TooDifferent),
    no_match("Can", "Future Days", &["Cam - Future Days|2001"], NoMatch::TooDifferent),
    no_match("Nina Simone", "Nuff Said", &["Nina Hagen - Nunsexmonkrock|1982"], NoMatch::TooDifferent),
    // Artist and album exchanged, a song of another artist, no candidates, no artist.
    no_match("Nevermind", "Nirvana", NIRVANA, NoMatch::TooDifferent),
    no_match("Johnny Cash", "Hurt", &["Nine Inch Nails - Hurt|1995"], NoMatch::TooDifferent),
    no_match("Tribute", "Nevermind", &["Various - Nevermind: A Tribute|2011"], NoMatch::TooDifferent),
    no_match("Anybody", "Anything", &[], NoMatch::NoCandidates),
    no_match("Nobody", "Untitled", &["Somebody|1999"], NoMatch::TooDifferent),
];

/// The index of the candidate is its id.
fn parse_candidates(rows: &[&str]) -> Vec<Candidate> {
    rows.iter().zip(0..).map(|(row, id)| parse_candidate(row, id)).collect()
}

fn parse_candidate(row: &str, id: i64) -> Candidate {
    let fields: Vec<&str> = row.split('|').collect();
    let field = |index: usize| fields.get(index).copied().filter(|text| !text.is_empty());
    Candidate {
        id,
        title: fields[0].to_owned(),
        year: field(1).map(|year| year.parse().unwrap()),
        formats: field(2).unwrap_or("Vinyl,LP,Album").split(',').map(str::to_owned).collect(),
        label: field(3).map(str::to_owned),
        master_id: if fields.len() > 4 { field(4).map(|id| id.parse().unwrap()) } else { Some(id + 1) },
        have: field(5).map_or(100, |have| have.parse().unwrap()),
        ..Candidate::default()
    }
}

#[test]
fn the_record_that_is_meant_is_found_and_no_other() {
    let mut wrong = Vec::new();
    for case in CASES {
        let found = find_match(&case.wanted(), case.candidates());
        let best = found.best.as_ref().map(|best| usize::try_from(best.id).unwrap()).map_err(|reason| *reason);
        if best != case.expected {
            let Case { artist, album, expected, .. } = case;
            wrong.push(format!("{artist} - {album}: {best:?} ({}) instead of {expected:?}", found.score));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn the_order_of_the_candidates_makes_no_difference() {
    for case in CASES.iter().filter(|case| case.expected.is_ok()) {
        let reversed = case.candidates().into_iter().rev().collect();
        let best = |candidates| find_match(&case.wanted(), candidates).best.map(|best| best.id);
        assert_eq!(best(case.candidates()), best(reversed), "{} - {}", case.artist, case.album);
    }
}

#[test]
fn alternatives_are_sorted_with_vinyl_first_and_test_pressings_last() {
    let wanted = case("Miles Davis", "Kind of Blue", KIND_OF_BLUE, 3).wanted();
    let found = find_match(&wanted, parse_candidates(KIND_OF_BLUE));
    assert_eq!(found.score, 1.0);
    assert_eq!(found.alternatives.iter().map(|other| other.id).collect::<Vec<_>>(), [1, 2, 0, 4]);
}

#[test]
fn a_similar_title_is_an_alternative_but_not_a_match() {
    let wanted = case("Miles Davis", "Kind of Green", KIND_OF_BLUE, 3).wanted();
    let found = find_match(&wanted, parse_candidates(KIND_OF_BLUE));
    assert!(found.score < MIN_SIMILARITY && !found.alternatives.is_empty(), "{}", found.score);
}

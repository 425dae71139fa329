//! `find`: the steps by which a record is found, the most certain first.

use std::cell::Cell;

use names::{Artist, Title};
use serde::Serialize;

use crate::{
    api::{Client, Query, SearchRow, join_artists, year},
    config::Config,
    contract::{Question, Urgency},
    document::Answer,
    error::Result,
    question::Known,
    store::Store,
};

/// How a record was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A person linked both releases.
    DiscogsId,
    Barcode,
    Catno,
    /// The album is certain, the pressing is not.
    Names,
}

pub async fn find(question: Question, urgency: Urgency) -> Result<String> {
    let known = Known::check(question)?;
    let (config, store) = (Config::read().await?, Store::open().await?);
    let key = serde_json::to_string(&known)?;
    if let Some(answer) = store.find_answer(&key).await? {
        return Ok(answer);
    }
    let client = Client { config: &config, store: &store, urgency, has_begun: Cell::new(false) };
    let answer = ask(&client, &known).await?;
    let text = serde_json::to_string(&answer)?;
    store.insert_answer(&key, &text, answer.is_match()).await?;
    Ok(text)
}

async fn ask(client: &Client<'_>, known: &Known) -> Result<Answer> {
    let Some((way, mbid)) = find_release(client, known).await? else { return Ok(Answer::none()) };
    match client.release(&mbid).await? {
        Some(release) => Answer::new(way, release).await,
        None => Ok(Answer::none()),
    }
}

async fn find_release(client: &Client<'_>, known: &Known) -> Result<Option<(Way, String)>> {
    if let Some(id) = known.discogs_id
        && let Some(mbid) = client.release_of_discogs(id).await?
    {
        return Ok(Some((Way::DiscogsId, mbid)));
    }
    for (way, query) in queries(known) {
        let rows = client.search(&query).await?;
        if let Some(mbid) = choose(way, rows, known) {
            return Ok(Some((way, mbid)));
        }
    }
    Ok(None)
}

/// The searches that are possible, the most certain first.
fn queries(known: &Known) -> Vec<(Way, Query)> {
    let mut queries = Vec::new();
    if let Some(ean) = &known.ean {
        let printed = ean.strip_prefix('0').filter(|_| ean.len() == 13);
        let codes: Vec<&str> = printed.into_iter().chain([ean.as_str()]).collect();
        queries.push((Way::Barcode, Query::default().with_any("barcode", &codes)));
    }
    let artist = known.artist.as_deref().map(names::display_artist);
    let with_names = |mut query: Query| {
        if let Some(artist) = artist.as_deref().filter(|artist| !Artist::parse(artist).is_various()) {
            query = query.with("artist", artist);
        }
        if let Some(album) = &known.album {
            query = query.with("release", album);
        }
        query
    };
    if let Some(catno) = known.catno.as_ref().filter(|_| artist.is_some() || known.album.is_some()) {
        queries.push((Way::Catno, with_names(Query::default().with("catno", catno))));
    }
    if artist.is_some() && known.album.is_some() {
        queries.push((Way::Names, with_names(Query::default())));
    }
    queries
}

/// Chooses among the rows whose names are the wanted ones: vinyl and the wanted year first. `None` if that leaves more
/// than one album: two albums can have one name.
fn choose(way: Way, rows: Vec<SearchRow>, known: &Known) -> Option<String> {
    let mut fitting: Vec<SearchRow> = rows.into_iter().filter(|row| fits(way, row, known)).collect();
    let is_best = |row: &SearchRow| {
        let has_year = known.year.is_some() && year(row.date.as_deref()) == known.year;
        (has_year, row.media.iter().any(|medium| medium.is_vinyl()))
    };
    // A stable sort: MusicBrainz sends the best rows first.
    fitting.sort_by_key(|row| std::cmp::Reverse(is_best(row)));
    let best = fitting.first()?;
    let is_one_album = fitting.iter().all(|row| row.release_group.id == best.release_group.id);
    is_one_album.then(|| best.id.clone())
}

fn fits(way: Way, row: &SearchRow, known: &Known) -> bool {
    let found = (join_artists(&row.artist_credit), row.title.as_str());
    let has_artist = known.artist.as_deref().is_none_or(|artist| is_same_artist(artist, &found.0));
    let has_album = known.album.as_deref().is_none_or(|album| is_same_album(album, found.1));
    match way {
        // The number is proof enough if one of the names agrees: a name may be translated or abbreviated.
        Way::Barcode => has_artist || has_album,
        Way::Catno => (has_artist || has_album) && has_catno(row, known.catno.as_deref().unwrap_or_default()),
        Way::DiscogsId | Way::Names => has_artist && has_album,
    }
}

fn is_same_artist(wanted: &str, found: &str) -> bool {
    let (wanted, found) = (Artist::parse(wanted), Artist::parse(found));
    wanted.is_various() && found.is_various() || wanted.names().any(|name| found.names().any(|other| other == name))
}

fn is_same_album(wanted: &str, found: &str) -> bool {
    let (wanted, found) = (Title::parse(wanted), Title::parse(found));
    (wanted.name, wanted.marks) == (found.name, found.marks)
}

fn has_catno(row: &SearchRow, wanted: &str) -> bool {
    let wanted = letters_and_digits(wanted);
    let numbers = row.label_info.iter().filter_map(|info| info.catalog_number.as_deref());
    numbers.map(letters_and_digits).any(|number| number == wanted)
}

fn letters_and_digits(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, artist: &str, title: &str, date: &str, format: &str, group: &str) -> SearchRow {
        let json = serde_json::json!({
            "id": id, "title": title, "date": date, "release-group": {"id": group},
            "artist-credit": [{"name": artist, "joinphrase": ""}],
            "media": [{"format": format}], "label-info": [{"catalog-number": "PHS 600-187"}],
        });
        serde_json::from_value(json).unwrap()
    }

    fn known() -> Known {
        let text = |text: &str| Some(text.to_owned());
        Known { artist: text("Nina Simone"), album: text("Pastel Blues"), ..Known::default() }
    }

    #[test]
    fn vinyl_and_the_wanted_year_are_preferred() {
        let rows = || {
            vec![
                row("cd", "Nina Simone", "Pastel Blues", "1990", "CD", "g"),
                row("lp", "Nina Simone", "Pastel Blues", "2016-05", "12\" Vinyl", "g"),
                row("first", "Nina Simone", "Pastel Blues", "1965", "12\" Vinyl", "g"),
            ]
        };
        assert_eq!(choose(Way::Names, rows(), &known()).as_deref(), Some("lp"));
        let with_year = Known { year: Some(1965), ..known() };
        assert_eq!(choose(Way::Names, rows(), &with_year).as_deref(), Some("first"));
    }

    #[test]
    fn two_albums_of_one_name_are_not_guessed() {
        let rows = vec![
            row("a", "Nina Simone", "Pastel Blues", "", "CD", "one"),
            row("b", "Nina Simone", "Pastel Blues", "", "CD", "two"),
        ];
        assert_eq!(choose(Way::Names, rows, &known()), None);
    }

    #[test]
    fn other_names_do_not_fit() {
        let other = |artist: &str, title: &str| {
            choose(Way::Names, vec![row("x", artist, title, "", "CD", "g")], &known()).is_some()
        };
        assert!(other("NINA SIMONE", "Pastel blues"));
        assert!(!other("Nina Hagen", "Pastel Blues"));
        assert!(!other("Nina Simone", "Let It All Out"));
        assert!(!other("Nina Simone", "Pastel Blues Live"));
    }

    #[test]
    fn a_catalogue_number_is_compared_by_letters_and_digits() {
        let with = |catno: &str| {
            let known = Known { catno: Some(catno.to_owned()), ..known() };
            choose(Way::Catno, vec![row("x", "Nina Simone", "Other", "", "CD", "g")], &known).is_some()
        };
        assert!(with("phs600187"));
        assert!(!with("PHS 600-188"));
    }

    #[test]
    fn a_barcode_of_another_record_is_not_taken() {
        let known = Known { ean: Some("0074643811224".to_owned()), ..known() };
        let rows = |artist: &str, title: &str| vec![row("x", artist, title, "", "CD", "g")];
        assert!(choose(Way::Barcode, rows("Nina Simone", "Pastell"), &known).is_some());
        assert!(choose(Way::Barcode, rows("Pink Floyd", "The Wall"), &known).is_none());
    }
}

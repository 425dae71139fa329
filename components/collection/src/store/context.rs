//! What an assistant must know: facts of a collection, and the albums that fit a question. Of bounded size.

use super::list::search_expression;
use super::{Store, to_json};
use crate::context::{By, Intent, Reading, Vocabulary};
use crate::error::{Error, Result};
use sqlite::Value;
use std::fmt::Write as _;

/// Which albums a question is about.
pub enum Albums {
    Stored(i64),
    /// A JSON array of a caller's own, checked.
    Given(String),
}

/// The albums that fit a question.
pub struct Fitting {
    pub matches: i64,
    /// `{"copies","spent","groups","albums"}`, without the braces.
    rest: String,
}

/// What the albums of one context may weigh together, in characters, and how many they may be: some 5,000 tokens.
const BUDGET: i64 = 16_000;
const MAX_ALBUMS: i64 = 40;
/// Of words that are looked for.
const MAX_WORDS: usize = 8;

impl Albums {
    /// The table `mine` of what statements read, without the documents, and their parameter `?1`.
    fn table(&self) -> (String, Value) {
        let parameter = match self {
            Self::Stored(user) => (*user).into(),
            Self::Given(albums) => albums.as_str().into(),
        };
        (format!("source AS ({}), mine AS MATERIALIZED (SELECT {COLUMNS} FROM source)", self.source()), parameter)
    }

    fn source(&self) -> &'static str {
        match self {
            Self::Stored(_) => {
                "SELECT id, doc FROM records WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 0"
            }
            Self::Given(_) => {
                "SELECT key AS id, value AS doc FROM json_each(?1) WHERE coalesce(value ->> '$.wanted', 0) = 0"
            }
        }
    }

    /// The best albums with their documents: stored ones are looked up, a list is read once more.
    fn told(&self) -> &'static str {
        match self {
            Self::Stored(_) => "best CROSS JOIN source ON source.id = best.id",
            Self::Given(_) => "source CROSS JOIN best ON source.id = best.id",
        }
    }
}

/// That an album was played is in its tags or in a custom field, as Discogs' users have it.
const COLUMNS: &str = "id, doc ->> '$.artist' AS artist, doc ->> '$.album' AS album, doc ->> '$.genre' AS genre, doc ->> '$.style' AS style,
    doc ->> '$.label' AS label, doc ->> '$.format' AS format, doc ->> '$.country' AS country, doc ->> '$.year' AS year,
    coalesce(doc ->> '$.rating', 0) AS rating, coalesce(doc ->> '$.quantity', 1) AS quantity, doc ->> '$.purchase_price' AS paid,
    doc ->> '$.purchase_currency' AS currency, doc ->> '$.created_at' AS created_at,
    instr(lower(coalesce(doc ->> '$.tags', '')), '\"played\"') > 0 OR lower(coalesce(doc ->> '$.custom.played', doc ->> '$.custom.Played',
        doc ->> '$.custom.last_played', doc ->> '$.custom.\"Last played\"', doc ->> '$.custom.plays', doc ->> '$.custom.Plays', ''))
        NOT IN ('', '0', 'no', 'false') AS played";

/// Names are cut: a fact is short.
const FACTS: &str = "SELECT json_object(
    'albums', (SELECT count(*) FROM mine),
    'copies', (SELECT coalesce(sum(quantity), 0) FROM mine),
    'unrated', (SELECT count(*) FROM mine WHERE rating = 0),
    'played', (SELECT count(*) FROM mine WHERE played),
    'first_year', (SELECT min(year) FROM mine),
    'last_year', (SELECT max(year) FROM mine),
    'genres', json((SELECT json_group_array(json_object('name', substr(name, 1, 60), 'count', n)) FROM (
        SELECT genre AS name, count(*) AS n FROM mine WHERE genre IS NOT NULL GROUP BY 1 ORDER BY n DESC, name LIMIT 15))),
    'decades', json((SELECT json_group_array(json_object('name', name || 's', 'count', n)) FROM (
        SELECT year / 10 * 10 AS name, count(*) AS n FROM mine WHERE year IS NOT NULL GROUP BY 1 ORDER BY name LIMIT 25))),
    'formats', json((SELECT json_group_array(json_object('name', substr(name, 1, 60), 'count', n)) FROM (
        SELECT format AS name, count(*) AS n FROM mine WHERE format IS NOT NULL GROUP BY 1 ORDER BY n DESC, name LIMIT 10))),
    'labels', json((SELECT json_group_array(json_object('name', substr(name, 1, 60), 'count', n)) FROM (
        SELECT label AS name, count(*) AS n FROM mine WHERE label IS NOT NULL GROUP BY 1 ORDER BY n DESC, name LIMIT 15))),
    'artists', json((SELECT json_group_array(json_object('name', substr(name, 1, 60), 'count', n)) FROM (
        SELECT artist AS name, count(*) AS n FROM mine GROUP BY 1 ORDER BY n DESC, name LIMIT 15))),
    'spent', json((SELECT json_group_array(json_object('currency', currency, 'albums', n, 'total', total)) FROM (
        SELECT currency, count(*) AS n, round(sum(paid * quantity), 2) AS total
        FROM mine WHERE paid IS NOT NULL GROUP BY 1 ORDER BY n DESC, currency LIMIT 5)))),
json_object(
    'artists', json((SELECT json_group_array(DISTINCT artist) FROM mine)),
    'labels', json((SELECT json_group_array(DISTINCT label) FROM mine WHERE label IS NOT NULL)),
    'genres', json((SELECT json_group_array(name) FROM (
        SELECT genre AS name FROM mine WHERE genre IS NOT NULL UNION SELECT style FROM mine WHERE style IS NOT NULL))),
    'formats', json((SELECT json_group_array(DISTINCT format) FROM mine WHERE format IS NOT NULL)),
    'countries', json((SELECT json_group_array(DISTINCT country) FROM mine WHERE country IS NOT NULL)))";

/// What is told of an album. Left out: Discogs' prices, numbers and pictures.
const TOLD: &str = "json_patch('{}', json_object('id', doc -> '$.id', 'artist', substr(artist, 1, 120), 'album', substr(album, 1, 120),
    'year', year, 'genre', substr(genre, 1, 80), 'style', substr(style, 1, 80), 'label', substr(label, 1, 80),
    'format', substr(format, 1, 60), 'country', substr(country, 1, 40), 'rating', nullif(rating, 0),
    'quantity', nullif(quantity, 1), 'paid', paid, 'currency', currency, 'bought', doc ->> '$.purchased_at',
    'added', substr(created_at, 1, 10), 'condition', doc ->> '$.media_condition', 'notes', substr(doc ->> '$.notes', 1, 200),
    'tags', json(CASE WHEN length(doc -> '$.tags') < 300 THEN doc -> '$.tags' END)))";

impl Store {
    /// Facts of the whole collection as a JSON object, and the names to recognise in a question.
    pub async fn facts(&self, albums: &Albums) -> Result<(String, Vocabulary)> {
        let (mine, parameter) = albums.table();
        let row = self.0.query_one(&format!("WITH {mine} {FACTS}"), [parameter]).await?;
        let mut row = row.ok_or_else(|| Error::Internal("no facts".to_owned()))?;
        let vocabulary = serde_json::from_str(&row.take::<String>(1)?);
        Ok((row.take(0)?, vocabulary.map_err(|error| Error::Internal(error.to_string()))?))
    }

    /// The albums that fit a reading.
    pub async fn fitting(&self, albums: &Albums, reading: &Reading) -> Result<Fitting> {
        let (sql, parameters) = statement(albums, reading)?;
        let row = self.0.query_one(&sql, parameters).await?;
        let mut row = row.ok_or_else(|| Error::Internal("no albums".to_owned()))?;
        Ok(Fitting { matches: row.take(0)?, rest: row.take(1)? })
    }
}

impl Fitting {
    /// Of what was asked for none is there; these are only near.
    pub fn none_of_them(mut self) -> Self {
        self.matches = 0;
        self
    }

    pub fn members(&self) -> String {
        let rest = self.rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
        format!(r#""matches":{},{rest}"#, self.matches)
    }
}

struct Statement {
    parameters: Vec<Value>,
    conditions: String,
}

impl Statement {
    fn push(&mut self, parameter: impl Into<Value>) -> String {
        self.parameters.push(parameter.into());
        format!("?{}", self.parameters.len())
    }

    fn and(&mut self, condition: &str) {
        let _ = write!(self.conditions, " AND ({condition})");
    }

    /// One of the names is the column, or one of those that it joins by commas.
    fn one_of(&mut self, columns: &[&str], names: &[String]) -> Result<()> {
        if !names.is_empty() {
            let names = self.push(to_json(&names)?);
            let any: Vec<_> = columns
                .iter()
                .map(|column| {
                    format!("instr(concat(', ', lower({column}), ', '), concat(', ', lower(value), ', ')) > 0")
                })
                .collect();
            self.and(&format!("EXISTS (SELECT 1 FROM json_each({names}) WHERE {})", any.join(" OR ")));
        }
        Ok(())
    }
}

fn statement(albums: &Albums, reading: &Reading) -> Result<(String, Vec<Value>)> {
    let (mine, parameter) = albums.table();
    let mut statement = Statement { parameters: vec![parameter], conditions: "true".to_owned() };
    statement.one_of(&["artist"], &reading.artists)?;
    statement.one_of(&["label"], &reading.labels)?;
    statement.one_of(&["genre", "style"], &reading.genres)?;
    statement.one_of(&["format"], &reading.formats)?;
    statement.one_of(&["country"], &reading.countries)?;
    for (column, span) in [("year", reading.years), ("rating", reading.rating)] {
        if let Some((first, last)) = span {
            let (first, last) = (statement.push(first), statement.push(last));
            statement.and(&format!("{column} BETWEEN {first} AND {last}"));
        }
    }
    if reading.unrated == Some(true) {
        statement.and("rating = 0");
    }
    match reading.played {
        Some(true) => statement.and("played"),
        Some(false) => statement.and("NOT played"),
        None => {}
    }
    let hits = hits(albums, reading, &mut statement);
    if reading.strict && !reading.words.is_empty() {
        statement.and(if reading.intent == Intent::Owned { "words = score" } else { "score > 0" });
    } else if reading.intent == Intent::Owned && reading.artists.is_empty() {
        // Nothing is named: nothing fits.
        statement.and("false");
    }
    let groups = groups(reading);
    let sql = format!(
        "WITH {mine}, hits AS MATERIALIZED ({hits}),
        fitting AS MATERIALIZED (
            SELECT * FROM (SELECT mine.*, coalesce(n, 0) AS score, {words} AS words FROM mine LEFT JOIN hits USING (id))
            WHERE {conditions}),
        best AS MATERIALIZED (
            SELECT *, row_number() OVER (ORDER BY {order}) AS place FROM fitting ORDER BY place LIMIT {MAX_ALBUMS}),
        told AS MATERIALIZED (SELECT {TOLD} AS told, place FROM {with_documents}),
        weighed AS (SELECT told, place, sum(length(told)) OVER (ORDER BY place) AS weight FROM told)
        SELECT (SELECT count(*) FROM fitting), json_object(
            'copies', (SELECT coalesce(sum(quantity), 0) FROM fitting),
            'spent', json((SELECT json_group_array(json_object('currency', currency, 'albums', n, 'total', total)) FROM (
                SELECT currency, count(*) AS n, round(sum(paid * quantity), 2) AS total
                FROM fitting WHERE paid IS NOT NULL GROUP BY 1 ORDER BY n DESC, currency LIMIT 5))),
            'groups', json(({groups})),
            'albums', json((SELECT json_group_array(json(told)) FROM (
                SELECT told FROM weighed WHERE weight <= {BUDGET} ORDER BY place))))",
        words = reading.words.len().min(MAX_WORDS),
        conditions = statement.conditions,
        order = order(reading.intent),
        with_documents = albums.told(),
    );
    Ok((sql, statement.parameters))
}

/// How many of the words each album holds.
fn hits(albums: &Albums, reading: &Reading, statement: &mut Statement) -> String {
    let words = reading.words.iter().take(MAX_WORDS);
    let parts: Vec<_> = match albums {
        Albums::Stored(user) => words
            .map(|word| {
                let place = statement.push(search_expression(*user, word));
                format!("SELECT rowid AS id FROM search WHERE search MATCH {place}")
            })
            .collect(),
        Albums::Given(_) => words
            .map(|word| {
                let place = statement.push(word.as_str());
                format!("SELECT id FROM source WHERE instr(lower(doc), {place}) > 0")
            })
            .collect(),
    };
    match parts.is_empty() {
        true => "SELECT NULL AS id, 0 AS n WHERE false".to_owned(),
        false => format!("SELECT id, count(*) AS n FROM ({}) GROUP BY id", parts.join(" UNION ALL ")),
    }
}

fn order(intent: Intent) -> &'static str {
    match intent {
        Intent::Newest => "year IS NULL, year DESC, artist, id",
        Intent::Oldest => "year IS NULL, year, artist, id",
        Intent::Added => "created_at DESC, id DESC",
        Intent::Valuable => "paid IS NULL, paid DESC, artist, id",
        Intent::Rated => "rating DESC, artist, id",
        Intent::Pick => "score DESC, random()",
        Intent::Other => "score DESC, rating DESC, created_at DESC, id DESC",
        _ => "score DESC, artist, year, id",
    }
}

fn groups(reading: &Reading) -> String {
    let column = match reading.by {
        None => return "SELECT NULL".to_owned(),
        Some(By::Genre) => "genre",
        Some(By::Decade) => "(year / 10 * 10) || 's'",
        Some(By::Label) => "label",
        Some(By::Artist) => "artist",
        Some(By::Format) => "format",
        Some(By::Country) => "country",
        Some(By::Rating) => "nullif(rating, 0) || ' of 5'",
    };
    let order = if reading.by == Some(By::Decade) { "name" } else { "n DESC, name" };
    format!(
        "SELECT json_group_array(json_object('name', substr(name, 1, 60), 'count', n)) FROM (
            SELECT {column} AS name, count(*) AS n FROM fitting WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY {order} LIMIT 20)"
    )
}

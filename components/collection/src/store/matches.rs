//! The albums that match a question, best first.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sqlite::Value;

use super::filter::search_expression;
use super::insights::count_values;
use super::{AlbumSource, Store, json_parameter, no_row};
use crate::contract::insights::{Grouping, Intent, Range, Reading};
use crate::error::Error;
use crate::reading::ParsedQuestion;

/// The albums that match a question.
pub struct Matches {
    pub count: i64,
    pub document: MatchDocument,
}

/// What SQLite wrote about the matching albums.
#[derive(Serialize, Deserialize)]
pub struct MatchDocument {
    copies: i64,
    spent: Box<RawValue>,
    groups: Option<Box<RawValue>>,
    albums: Box<RawValue>,
}

/// The limit for the albums of one context in characters: about 5,000 tokens.
const MAX_CHARACTERS: i64 = 16_000;
const MAX_ALBUMS: i64 = 40;
/// The words that are searched for.
const MAX_WORDS: usize = 8;

/// An album as an assistant gets it: without prices, numbers and pictures of Discogs.
const SUMMARY: &str = "json_patch('{}', json_object('id', doc -> '$.id', 'artist', substr(artist, 1, 120),
    'album', substr(album, 1, 120), 'year', year, 'genre', substr(genre, 1, 80), 'style', substr(style, 1, 80),
    'label', substr(label, 1, 80), 'format', substr(format, 1, 60), 'country', substr(country, 1, 40),
    'rating', nullif(rating, 0), 'quantity', nullif(quantity, 1), 'paid', paid, 'currency', currency,
    'bought', doc ->> '$.purchased_at', 'added', substr(created_at, 1, 10), 'condition', doc ->> '$.media_condition',
    'notes', substr(doc ->> '$.notes', 1, 200),
    'tags', json(CASE WHEN length(doc -> '$.tags') < 300 THEN doc -> '$.tags' END)))";

impl Store {
    pub async fn find_matches(&self, albums: &AlbumSource, question: &ParsedQuestion) -> Result<Matches, Error> {
        let (sql, parameters) = statement(albums, question)?;
        let row = self.connection.query_one(&sql, parameters).await?;
        let mut row = row.ok_or_else(no_row)?;
        let document = serde_json::from_str(&row.take::<String>(1)?).map_err(Error::internal)?;
        Ok(Matches { count: row.take(0)?, document })
    }
}

/// The conditions of the statement and its parameters.
struct Conditions {
    parameters: Vec<Value>,
    sql: String,
}

impl Conditions {
    /// Adds a parameter and returns its name in the SQL.
    fn push(&mut self, parameter: impl Into<Value>) -> String {
        self.parameters.push(parameter.into());
        format!("?{}", self.parameters.len())
    }

    fn and(&mut self, condition: &str) {
        let _ = write!(self.sql, " AND ({condition})");
    }

    /// One of the names is the value of the column, or one of several that it joins by commas.
    fn and_one_of(&mut self, column: &str, names: &[String]) -> Result<(), Error> {
        if !names.is_empty() {
            let names = self.push(json_parameter(&names)?);
            self.and(&format!(
                "EXISTS (SELECT 1 FROM json_each({names})
                    WHERE instr(concat(', ', lower({column}), ', '), concat(', ', lower(value), ', ')) > 0)"
            ));
        }
        Ok(())
    }

    /// One of the names is in one of the lists.
    fn and_listed(&mut self, lists: &[&str], names: &[String]) -> Result<(), Error> {
        if !names.is_empty() {
            let names = self.push(json_parameter(&names)?);
            let has_name = |list: &&str| {
                format!(
                    "EXISTS (SELECT 1 FROM json_each({list}) AS entry
                        WHERE lower(entry.value) IN (SELECT lower(name.value) FROM json_each({names}) AS name))"
                )
            };
            self.and(&lists.iter().map(has_name).collect::<Vec<_>>().join(" OR "));
        }
        Ok(())
    }

    fn and_reading(&mut self, reading: &Reading) -> Result<(), Error> {
        self.and_one_of("artist", &reading.artists)?;
        self.and_listed(&["labels"], &reading.labels)?;
        self.and_listed(&["genres", "styles"], &reading.genres)?;
        self.and_listed(&["formats"], &reading.formats)?;
        self.and_one_of("country", &reading.countries)?;
        for (column, range) in [("year", reading.years), ("rating", reading.rating)] {
            if let Some(Range { first, last }) = range {
                let (first, last) = (self.push(first), self.push(last));
                self.and(&format!("{column} BETWEEN {first} AND {last}"));
            }
        }
        if reading.unrated == Some(true) {
            self.and("rating = 0");
        }
        match reading.played {
            Some(true) => self.and("played"),
            Some(false) => self.and("NOT played"),
            None => {}
        }
        Ok(())
    }
}

fn statement(albums: &AlbumSource, question: &ParsedQuestion) -> Result<(String, Vec<Value>), Error> {
    let reading = &question.reading;
    let (tables, parameter) = albums.tables();
    let mut conditions = Conditions { parameters: vec![parameter], sql: "true".to_owned() };
    conditions.and_reading(reading)?;
    let hits = hits(albums, reading, &mut conditions);
    if question.needs_words && !reading.words.is_empty() {
        conditions.and(if reading.intent == Intent::Owned { "words = score" } else { "score > 0" });
    } else if reading.intent == Intent::Owned && reading.artists.is_empty() {
        // The question names no album.
        conditions.and("false");
    }
    let sql = format!(
        "WITH {tables}, hits AS MATERIALIZED ({hits}),
        fitting AS MATERIALIZED (
            SELECT * FROM (SELECT mine.*, coalesce(n, 0) AS score, {words} AS words FROM mine LEFT JOIN hits USING (id))
            WHERE {conditions}),
        best AS MATERIALIZED (
            SELECT *, row_number() OVER (ORDER BY {order}) AS place FROM fitting ORDER BY place LIMIT {MAX_ALBUMS}),
        summaries AS MATERIALIZED (SELECT {SUMMARY} AS summary, place FROM {with_documents}),
        sized AS (SELECT summary, place, sum(length(summary)) OVER (ORDER BY place) AS total FROM summaries)
        SELECT (SELECT count(*) FROM fitting), json_object(
            'copies', (SELECT coalesce(sum(quantity), 0) FROM fitting),
            'spent', json((
                SELECT json_group_array(json_object('currency', currency, 'albums', n, 'total', total)) FROM (
                SELECT currency, count(*) AS n, round(sum(paid * quantity), 2) AS total
                FROM fitting WHERE paid IS NOT NULL GROUP BY 1 ORDER BY n DESC, currency LIMIT 5))),
            'groups', json(({groups})),
            'albums', json((SELECT json_group_array(json(summary)) FROM (
                SELECT summary FROM sized WHERE total <= {MAX_CHARACTERS} ORDER BY place))))",
        words = reading.words.len().min(MAX_WORDS),
        conditions = conditions.sql,
        order = order(reading.intent),
        with_documents = with_documents(albums),
        groups = groups(reading.group_by),
    );
    Ok((sql, conditions.parameters))
}

/// Joins the documents to the best albums: looks up stored ones by id, reads a given list once more.
fn with_documents(albums: &AlbumSource) -> &'static str {
    match albums {
        AlbumSource::Stored(_) => "best CROSS JOIN source ON source.id = best.id",
        AlbumSource::Given(_) => "source CROSS JOIN best ON source.id = best.id",
    }
}

/// How many of the words each album has.
fn hits(albums: &AlbumSource, reading: &Reading, conditions: &mut Conditions) -> String {
    let words = reading.words.iter().take(MAX_WORDS);
    let parts: Vec<_> = match albums {
        AlbumSource::Stored(user) => words
            .map(|word| {
                let expression = conditions.push(search_expression(*user, word));
                format!("SELECT rowid AS id FROM search WHERE search MATCH {expression}")
            })
            .collect(),
        AlbumSource::Given(_) => words
            .map(|word| {
                let word = conditions.push(word.as_str());
                format!("SELECT id FROM source WHERE instr(lower(doc), {word}) > 0")
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

fn groups(grouping: Option<Grouping>) -> String {
    let by = |column: &str| {
        format!("SELECT {column} AS name, count(*) AS n FROM fitting WHERE {column} IS NOT NULL GROUP BY 1")
    };
    let counts = match grouping {
        None => return "SELECT NULL".to_owned(),
        Some(Grouping::Genre) => count_values("genres", "fitting"),
        Some(Grouping::Decade) => by("(year / 10 * 10) || 's'"),
        Some(Grouping::Label) => count_values("labels", "fitting"),
        Some(Grouping::Artist) => by("artist"),
        Some(Grouping::Format) => by("carrier"),
        Some(Grouping::Country) => by("country"),
        Some(Grouping::Rating) => by("nullif(rating, 0) || ' of 5'"),
    };
    let order = if grouping == Some(Grouping::Decade) { "name" } else { "n DESC, name" };
    format!(
        "SELECT json_group_array(json_object('name', substr(name, 1, 60), 'count', n)) FROM (
            {counts} ORDER BY {order} LIMIT 20)"
    )
}

//! Facts about a collection, and the names in it, for a question.

use serde_json::value::RawValue;
use sqlite::Value;

use super::filter::{FORMATS, is_first, list};
use super::{Store, no_row};
use crate::error::Error;
use crate::reading::Vocabulary;

/// The albums that a question is about.
pub enum AlbumSource {
    /// Those that this user owns.
    Stored(i64),
    /// A JSON array of albums that the caller sent, checked.
    Given(String),
}

impl AlbumSource {
    /// The tables `source` (ids and documents) and `mine` (`columns`, without documents), and their parameter `?1`.
    pub fn tables(&self) -> (String, Value) {
        let parameter = match self {
            Self::Stored(user) => (*user).into(),
            Self::Given(albums) => albums.as_str().into(),
        };
        let source = match self {
            Self::Stored(_) => {
                "SELECT id, doc FROM records
                    WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 0"
            }
            Self::Given(_) => {
                "SELECT key AS id, value AS doc FROM json_each(?1) WHERE coalesce(value ->> '$.wanted', 0) = 0"
            }
        };
        let columns = columns();
        (format!("source AS ({source}), mine AS MATERIALIZED (SELECT {columns} FROM source)"), parameter)
    }
}

/// The columns of the table `mine`. Whether an album was played is in its tags or in a custom field, where users of
/// Discogs keep it.
fn columns() -> String {
    let [genres, styles, labels] = ["genre", "style", "label"].map(list);
    format!(
        "id, doc ->> '$.artist' AS artist, doc ->> '$.album' AS album, doc ->> '$.genre' AS genre,
    doc ->> '$.style' AS style, doc ->> '$.label' AS label, doc ->> '$.format' AS format,
    {genres} AS genres, {styles} AS styles, {labels} AS labels, {FORMATS} AS formats,
    coalesce(doc ->> '$.carrier', doc ->> '$.format') AS carrier,
    doc ->> '$.country' AS country, doc ->> '$.year' AS year, coalesce(doc ->> '$.rating', 0) AS rating,
    coalesce(doc ->> '$.quantity', 1) AS quantity, doc ->> '$.purchase_price' AS paid,
    doc ->> '$.purchase_currency' AS currency, doc ->> '$.created_at' AS created_at,
    instr(lower(coalesce(doc ->> '$.tags', '')), '\"played\"') > 0 OR lower(coalesce(
        doc ->> '$.custom.played', doc ->> '$.custom.Played', doc ->> '$.custom.last_played',
        doc ->> '$.custom.\"Last played\"', doc ->> '$.custom.plays', doc ->> '$.custom.Plays', ''))
        NOT IN ('', '0', 'no', 'false') AS played"
    )
}

/// The names of one kind that are looked for in a question, and their bytes.
const MAX_NAMES: usize = 20_000;
const MAX_NAME_BYTES: usize = 512 << 10;

/// Reads the facts. Names are cut to 60 characters, which bounds the size of the facts.
fn facts() -> String {
    let [genres, labels] = ["genres", "labels"].map(|values| count_values(values, "mine"));
    format!(
        "SELECT json_object(
    'albums', (SELECT count(*) FROM mine),
    'copies', (SELECT coalesce(sum(quantity), 0) FROM mine),
    'unrated', (SELECT count(*) FROM mine WHERE rating = 0),
    'played', (SELECT count(*) FROM mine WHERE played),
    'first_year', (SELECT min(year) FROM mine),
    'last_year', (SELECT max(year) FROM mine),
    'genres', json((SELECT json_group_array(json_object('name', substr(name, 1, 60), 'count', n)) FROM (
        {genres} ORDER BY n DESC, name LIMIT 15))),
    'decades', json((SELECT json_group_array(json_object('name', name || 's', 'count', n)) FROM (
        SELECT year / 10 * 10 AS name, count(*) AS n FROM mine WHERE year IS NOT NULL GROUP BY 1
        ORDER BY name LIMIT 25))),
    'formats', json((SELECT json_group_array(json_object('name', substr(name, 1, 60), 'count', n)) FROM (
        SELECT carrier AS name, count(*) AS n FROM mine WHERE carrier IS NOT NULL GROUP BY 1
        ORDER BY n DESC, name LIMIT 10))),
    'labels', json((SELECT json_group_array(json_object('name', substr(name, 1, 60), 'count', n)) FROM (
        {labels} ORDER BY n DESC, name LIMIT 15))),
    'artists', json((SELECT json_group_array(json_object('name', substr(name, 1, 60), 'count', n)) FROM (
        SELECT artist AS name, count(*) AS n FROM mine GROUP BY 1 ORDER BY n DESC, name LIMIT 15))),
    'spent', json((SELECT json_group_array(json_object('currency', currency, 'albums', n, 'total', total)) FROM (
        SELECT currency, count(*) AS n, round(sum(paid * quantity), 2) AS total
        FROM mine WHERE paid IS NOT NULL GROUP BY 1 ORDER BY n DESC, currency LIMIT 5))))"
    )
}

/// Selects the values of a column of lists, and how many albums have each.
pub fn count_values(column: &str, table: &str) -> String {
    let is_first = is_first(column);
    format!(
        "SELECT entry.value AS name, count(*) AS n FROM {table}, json_each({column}) AS entry
        WHERE entry.value IS NOT NULL AND {is_first} GROUP BY 1"
    )
}

/// Selects the names of one kind to find in a question, the most frequent first: as many as a large collection has, and
/// a bounded number of bytes. A question has at most 1,000 characters, and few names are longer than 100.
///
/// `columns` are texts, `lists` are lists of them.
fn names(columns: &[&str], lists: &[&str]) -> String {
    let texts = columns.iter().map(|column| format!("SELECT {column} AS name FROM mine WHERE length({column}) <= 100"));
    let entries = lists.iter().map(|list| {
        format!("SELECT entry.value AS name FROM mine, json_each({list}) AS entry WHERE length(entry.value) <= 100")
    });
    let values = texts.chain(entries).collect::<Vec<_>>().join(" UNION ALL ");
    format!(
        "json((SELECT json_group_array(name) FROM (
            SELECT name, sum(octet_length(name)) OVER (ORDER BY n DESC, name ROWS UNBOUNDED PRECEDING) AS total FROM (
                SELECT name, count(*) AS n FROM ({values}) GROUP BY name ORDER BY n DESC, name LIMIT {MAX_NAMES}))
            WHERE total <= {MAX_NAME_BYTES}))"
    )
}

impl Store {
    /// Facts about the whole collection as a JSON object, and the names to find in a question.
    pub async fn facts(&self, albums: &AlbumSource) -> Result<(Box<RawValue>, Vocabulary), Error> {
        let (tables, parameter) = albums.tables();
        let sql = format!(
            "WITH {tables} {}, json_object(
                'artists', {}, 'labels', {}, 'genres', {}, 'formats', {}, 'countries', {})",
            facts(),
            names(&["artist"], &[]),
            names(&[], &["labels"]),
            names(&[], &["genres", "styles"]),
            names(&[], &["formats"]),
            names(&["country"], &[]),
        );
        let row = self.connection.query_one(&sql, [parameter]).await?;
        let mut row = row.ok_or_else(no_row)?;
        let facts = RawValue::from_string(row.take(0)?).map_err(Error::internal)?;
        let vocabulary = serde_json::from_str(&row.take::<String>(1)?).map_err(Error::internal)?;
        Ok((facts, vocabulary))
    }
}

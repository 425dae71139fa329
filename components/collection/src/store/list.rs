//! A page of albums: filters, order and cursor as one statement that answers with one row.

use crate::error::{Error, Fault, Result};
use sqlite::{Connection, Value};
use std::fmt::Write as _;

pub const MAX_LIMIT: i64 = 1_000;
const DEFAULT_LIMIT: i64 = 100;
const MAX_WORDS: usize = 200;

/// Which albums, as the contract's `query`, not checked yet.
#[derive(Debug, Default)]
pub struct Query {
    pub q: Option<String>,
    pub artist: Option<String>,
    pub genre: Option<String>,
    pub decade: Option<i64>,
    pub format: Option<String>,
    pub crate_name: Option<String>,
    pub sort: Option<String>,
    pub limit: Option<i64>,
    pub cursor: Option<String>,
    pub shelf: Shelf,
}

/// What a list is of.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    #[default]
    Owned,
    Wanted,
    Trash,
}

impl Shelf {
    /// Written out, not a parameter: each has an index of its own.
    fn condition(self) -> &'static str {
        match self {
            Self::Owned => "deleted_at IS NULL AND wanted = 0",
            Self::Wanted => "deleted_at IS NULL AND wanted = 1",
            Self::Trash => "deleted_at IS NOT NULL",
        }
    }

    /// Where its total is kept.
    fn total(self) -> &'static str {
        match self {
            Self::Owned => "collections.albums",
            Self::Wanted => "collections.wanted",
            Self::Trash => "collections.trashed",
        }
    }
}

/// What a list is: a JSON document, and the version of the collection that it shows.
pub enum Listing {
    Page { version: i64, document: String },
    Unchanged,
}

/// An order: its name, and two expressions that never are NULL (a cursor compares them; `id` settles the rest).
/// Where a value is not set, the album stands last either way.
struct Order {
    name: &'static str,
    ascending: [&'static str; 2],
    descending: [&'static str; 2],
}

const ORDERS: &[Order] = &[
    same("artist", ["artist_key", "album_key"]),
    same("album", ["album_key", "artist_key"]),
    split("year", ["coalesce(year, 9999)", "artist_key"], ["coalesce(year, 0)", "artist_key"]),
    same("added", ["created_at", "id"]),
    same("updated", ["updated_at", "version"]),
    split("rating", ["coalesce(rating, 9)", "artist_key"], ["coalesce(rating, -1)", "artist_key"]),
    split("price", ["coalesce(price, 9e999)", "artist_key"], ["coalesce(price, -1)", "artist_key"]),
];

const fn same(name: &'static str, keys: [&'static str; 2]) -> Order {
    split(name, keys, keys)
}

const fn split(name: &'static str, ascending: [&'static str; 2], descending: [&'static str; 2]) -> Order {
    Order { name, ascending, descending }
}

/// The conditions of a list and their parameters; `?1` is the user.
struct Filter {
    sql: String,
    parameters: Vec<Value>,
    /// Whether it is more than a whole shelf, whose total is kept.
    narrow: bool,
}

impl Filter {
    fn of(user: i64, query: &Query) -> Self {
        let mut filter = Self {
            sql: format!("user_id = ?1 AND type = 'album' AND {}", query.shelf.condition()),
            parameters: vec![user.into()],
            narrow: false,
        };
        if let Some(artist) = &query.artist {
            // As the column artist_key is made, so that the index of the list serves.
            filter.and("artist_key = lower(CASE WHEN ? LIKE 'the _%' THEN substr(?, 5) ELSE ? END)", artist.as_str());
        }
        for (column, value) in [("genre", &query.genre), ("format", &query.format)] {
            if let Some(value) = value {
                // Discogs joins several by commas: "LP, Album".
                let sql =
                    format!("instr(concat(',', replace(lower({column}), ', ', ','), ','), concat(',', lower(?), ','))");
                filter.and(&sql, value.as_str());
            }
        }
        if let Some(name) = &query.crate_name {
            filter.and("crate = ? COLLATE NOCASE", name.as_str());
        }
        if let Some(decade) = query.decade {
            filter.and("year BETWEEN ? AND ? + 9", decade);
        }
        if let Some(words) = &query.q {
            // Reading the trash by words needs no index: it is small.
            filter.and("id IN (SELECT rowid FROM search WHERE search MATCH ?)", search_expression(user, words));
        }
        filter
    }

    /// Adds a condition; each `?` in it is the same parameter.
    fn and(&mut self, sql: &str, parameter: impl Into<Value>) {
        self.narrow = true;
        let place = self.push(parameter.into());
        let _ = write!(self.sql, " AND {}", sql.replace('?', &place));
    }

    fn push(&mut self, parameter: Value) -> String {
        self.parameters.push(parameter);
        format!("?{}", self.parameters.len())
    }
}

/// Every word must begin a word of the album's. Quoted, so that nothing in it is an operator of FTS5.
pub fn search_expression(user: i64, words: &str) -> String {
    let mut expression = format!("owner:u{user}");
    for word in words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let _ = write!(expression, " AND {{artist album rest}}:\"{word}\"*");
    }
    expression
}

pub async fn list(database: &Connection, user: i64, query: &Query, known_version: Option<i64>) -> Result<Listing> {
    let page = Page::of(query)?;
    let mut filter = Filter::of(user, query);
    let total = match filter.narrow {
        true => format!("(SELECT count(*) FROM records WHERE {})", filter.sql),
        false => query.shelf.total().to_owned(),
    };
    let [first, second] = page.keys;
    let direction = if page.descending { "DESC" } else { "ASC" };
    let order = format!("{first} {direction}, {second} {direction}, id {direction}");
    let mut conditions = filter.sql.clone();
    if let Some(cursor) = &page.cursor {
        let comparison = if page.descending { "<=" } else { ">=" };
        let place = filter.push(cursor.as_str().into());
        let _ = write!(
            conditions,
            " AND ({first}, {second}, id) {comparison} ({place} ->> 0, {place} ->> 1, {place} ->> 2)"
        );
    }
    let limit = filter.push(page.limit.into());
    let known = filter.push(known_version.into());
    // The cursor is the place of the first album of the next page, so that it holds when this page's albums go. It is found
    // by a second walk of the index: carrying the keys of every row along costs four times as much as the documents.
    let sql = format!(
        "SELECT version, CASE WHEN version IS NOT {known} THEN concat(
            '{{\"items\":[',
            (SELECT group_concat(doc, ',') FROM (SELECT doc FROM records WHERE {conditions} ORDER BY {order} LIMIT {limit})),
            '],\"next_cursor\":',
            coalesce((SELECT json_quote(hex(json_array('{name}', {first}, {second}, id)))
                FROM records WHERE {conditions} ORDER BY {order} LIMIT 1 OFFSET {limit}), 'null'),
            ',\"total\":', {total}, '}}')
        END
        FROM collections WHERE user_id = ?1",
        name = page.name
    );
    let Some(mut row) = database.query_one(&sql, filter.parameters).await? else {
        return Ok(nothing(known_version));
    };
    let version = row.take(0)?;
    Ok(match row.take(1)? {
        Some(document) => Listing::Page { version, document },
        None => Listing::Unchanged,
    })
}

/// Who never had an album has no row in `collections`.
fn nothing(known_version: Option<i64>) -> Listing {
    match known_version {
        Some(0) => Listing::Unchanged,
        _ => Listing::Page { version: 0, document: r#"{"items":[],"next_cursor":null,"total":0}"#.to_owned() },
    }
}

/// A query's order and place, checked.
struct Page {
    /// As the caller wrote it, `-` included: a cursor fits only the order that it was made in.
    name: String,
    keys: [&'static str; 2],
    descending: bool,
    limit: i64,
    /// `[first, second, id]` in JSON.
    cursor: Option<String>,
}

impl Page {
    fn of(query: &Query) -> Result<Self> {
        let mut faults = Vec::new();
        let name = query.sort.as_deref().unwrap_or("artist");
        let key = name.strip_prefix('-').unwrap_or(name);
        let descending = key.len() < name.len();
        let order = ORDERS.iter().find(|order| order.name == key);
        if order.is_none() {
            let names: Vec<_> = ORDERS.iter().map(|order| order.name).collect();
            faults.push(Fault::new("sort", format!("must be one of {}, or one of them after a '-'", names.join(", "))));
        }
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            faults.push(Fault::new("limit", format!("must be from 1 to {MAX_LIMIT}")));
        }
        if query.decade.is_some_and(|decade| !(1860..=2100).contains(&decade) || decade % 10 != 0) {
            faults.push(Fault::new("decade", "must be the first year of a decade, such as 1970"));
        }
        if query.q.as_ref().is_some_and(|words| words.chars().count() > MAX_WORDS) {
            faults.push(Fault::new("q", format!("must have at most {MAX_WORDS} characters")));
        }
        let cursor = query.cursor.as_deref().map(|cursor| place(cursor, name));
        if cursor == Some(None) {
            faults.push(Fault::new("cursor", "was not given out for this list"));
        }
        match order {
            Some(order) if faults.is_empty() => Ok(Self {
                name: name.to_owned(),
                keys: if descending { order.descending } else { order.ascending },
                descending,
                limit,
                cursor: cursor.flatten(),
            }),
            _ => Err(Error::Invalid(faults)),
        }
    }
}

/// What a cursor holds, as a JSON array without the order's name; `None` if it was not made for this order.
fn place(cursor: &str, name: &str) -> Option<String> {
    use serde_json::Value as Json;
    let bytes = hex::decode(cursor).ok()?;
    let Ok([Json::String(order), first, second, id @ Json::Number(_)]) = serde_json::from_slice::<[Json; 4]>(&bytes)
    else {
        return None;
    };
    let is_key = |key: &Json| key.is_string() || key.is_number();
    (order == name && is_key(&first) && is_key(&second)).then(|| Json::from([first, second, id]).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(query: &Query) -> Vec<String> {
        match Page::of(query) {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_fault_of_a_query_is_named() {
        let query = Query {
            sort: Some("doc; DROP TABLE albums".to_owned()),
            limit: Some(0),
            decade: Some(1975),
            q: Some("x".repeat(201)),
            cursor: Some("zz".to_owned()),
            ..Query::default()
        };
        assert_eq!(faults(&query), ["sort", "limit", "decade", "q", "cursor"]);
        assert!(faults(&Query { sort: Some("-year".to_owned()), limit: Some(1_000), ..Query::default() }).is_empty());
    }

    #[test]
    fn a_cursor_fits_only_its_own_order() {
        let cursor = hex::encode(r#"["-year",1999,"beatles",7]"#);
        assert_eq!(place(&cursor, "-year").as_deref(), Some(r#"[1999,"beatles",7]"#));
        assert_eq!(place(&cursor, "year"), None);
        assert_eq!(place(&hex::encode(r#"["year",[1],"x",7]"#), "year"), None);
        assert_eq!(place(&hex::encode(r#"["year",1,"x","7"]"#), "year"), None);
    }

    #[test]
    fn words_are_no_operators() {
        assert_eq!(
            search_expression(7, r#"Miles" OR owner:u8 "#),
            r#"owner:u7 AND {artist album rest}:"Miles"* AND {artist album rest}:"OR"* AND {artist album rest}:"owner"* AND {artist album rest}:"u8"*"#
        );
    }
}

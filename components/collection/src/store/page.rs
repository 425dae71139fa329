//! The order of a list, its limit, and its cursor.

use serde_json::Value as Json;

use crate::contract::albums::AlbumQuery;
use crate::error::{Error, FieldError};

pub const MAX_LIMIT: i64 = 1_000;
const DEFAULT_LIMIT: i64 = 100;
const MAX_SEARCH: usize = 200;

/// A sort order: its name, and two expressions that are never NULL, because a cursor compares them. `id` decides
/// between equal ones. An album without the value is last in both directions.
struct SortOrder {
    name: &'static str,
    ascending: [&'static str; 2],
    descending: [&'static str; 2],
}

const SORT_ORDERS: &[SortOrder] = &[
    symmetric("artist", ["artist_key", "album_key"]),
    symmetric("album", ["album_key", "artist_key"]),
    order("year", ["coalesce(year, 9999)", "artist_key"], ["coalesce(year, 0)", "artist_key"]),
    symmetric("added", ["created_at", "id"]),
    symmetric("updated", ["updated_at", "version"]),
    order("rating", ["coalesce(rating, 9)", "artist_key"], ["coalesce(rating, -1)", "artist_key"]),
    order("price", ["coalesce(price, 9e999)", "artist_key"], ["coalesce(price, -1)", "artist_key"]),
];

const fn symmetric(name: &'static str, keys: [&'static str; 2]) -> SortOrder {
    order(name, keys, keys)
}

const fn order(name: &'static str, ascending: [&'static str; 2], descending: [&'static str; 2]) -> SortOrder {
    SortOrder { name, ascending, descending }
}

/// The checked parameters of a page.
pub struct PageRequest {
    /// As the caller wrote it, with `-`: a cursor is valid only for the order in which it was made.
    pub sort: String,
    pub keys: [&'static str; 2],
    pub is_descending: bool,
    pub limit: i64,
    /// `[first key, second key, id]` of the first album on the page, as JSON.
    pub cursor: Option<String>,
}

impl PageRequest {
    pub fn parse(query: &AlbumQuery) -> Result<Self, Error> {
        let mut faults = Vec::new();
        let sort = query.sort.as_deref().unwrap_or("artist");
        let key = sort.strip_prefix('-').unwrap_or(sort);
        let is_descending = key.len() < sort.len();
        let order = SORT_ORDERS.iter().find(|order| order.name == key);
        if order.is_none() {
            let names: Vec<_> = SORT_ORDERS.iter().map(|order| order.name).collect();
            let message = format!("must be one of: {}; with - before it, the order is reversed", names.join("; "));
            faults.push(FieldError::new("sort", message));
        }
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            faults.push(FieldError::new("limit", format!("must be a whole number from 1 to {MAX_LIMIT}")));
        }
        if query.decade.is_some_and(|decade| !(1860..=2100).contains(&decade) || decade % 10 != 0) {
            faults.push(FieldError::new("decade", "must be the first year of a decade, such as 1970"));
        }
        if query.q.as_ref().is_some_and(|words| words.chars().count() > MAX_SEARCH) {
            faults.push(FieldError::new("q", format!("must have at most {MAX_SEARCH} characters")));
        }
        let cursor = query.cursor.as_deref().map(|cursor| decode_cursor(cursor, sort));
        if cursor == Some(None) {
            faults.push(FieldError::new("cursor", "is not a cursor of this list"));
        }
        match order {
            Some(order) if faults.is_empty() => Ok(Self {
                sort: sort.to_owned(),
                keys: if is_descending { order.descending } else { order.ascending },
                is_descending,
                limit,
                cursor: cursor.flatten(),
            }),
            _ => Err(Error::Invalid(faults)),
        }
    }
}

/// The keys in a cursor as a JSON array; `None` if it was not made for this order. A cursor is the hexadecimal form of
/// `[order, first key, second key, id]`.
fn decode_cursor(cursor: &str, sort: &str) -> Option<String> {
    let bytes = hex::decode(cursor).ok()?;
    let Ok([Json::String(order), first, second, id @ Json::Number(_)]) = serde_json::from_slice::<[Json; 4]>(&bytes)
    else {
        return None;
    };
    let is_key = |key: &Json| key.is_string() || key.is_number();
    (order == sort && is_key(&first) && is_key(&second)).then(|| Json::from([first, second, id]).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_FILTER: AlbumQuery = AlbumQuery {
        q: None,
        artist: None,
        genre: None,
        decade: None,
        format: None,
        crate_uid: None,
        sort: None,
        limit: None,
        cursor: None,
        trashed: false,
    };

    fn faulty_fields(query: &AlbumQuery) -> Vec<String> {
        match PageRequest::parse(query) {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_faulty_parameter_is_named() {
        let query = AlbumQuery {
            sort: Some("doc; DROP TABLE albums".to_owned()),
            limit: Some(0),
            decade: Some(1975),
            q: Some("x".repeat(201)),
            cursor: Some("zz".to_owned()),
            ..NO_FILTER
        };
        assert_eq!(faulty_fields(&query), ["sort", "limit", "decade", "q", "cursor"]);
        let valid = AlbumQuery { sort: Some("-year".to_owned()), limit: Some(1_000), ..NO_FILTER };
        assert!(faulty_fields(&valid).is_empty());
    }

    #[test]
    fn a_cursor_is_valid_only_for_its_order() {
        let cursor = hex::encode(r#"["-year",1999,"beatles",7]"#);
        assert_eq!(decode_cursor(&cursor, "-year").as_deref(), Some(r#"[1999,"beatles",7]"#));
        assert_eq!(decode_cursor(&cursor, "year"), None);
        assert_eq!(decode_cursor(&hex::encode(r#"["year",[1],"x",7]"#), "year"), None);
        assert_eq!(decode_cursor(&hex::encode(r#"["year",1,"x","7"]"#), "year"), None);
    }
}

//! A page of albums: one statement that returns one row.

use std::fmt::Write as _;

use super::filter::{Filter, Shelf};
use super::page::PageRequest;
use super::page_size::page_size;
use super::{MAX_PAGE, Store};
use crate::contract::albums::{AlbumPage, AlbumQuery, Listing};
use crate::error::Error;

impl Store {
    /// # Errors
    /// `Invalid` if a filter, the order, the limit or the cursor is not valid.
    pub async fn list(
        &self,
        user: i64,
        query: &AlbumQuery,
        shelf: Shelf,
        known_version: Option<i64>,
    ) -> Result<Listing, Error> {
        let page = PageRequest::parse(query)?;
        let shelf = if query.trashed { Shelf::Trash } else { shelf };
        let mut filter = Filter::new(user, query, shelf);
        let sql = page_statement(&page, &mut filter, known_version);
        let Some(mut row) = self.connection.query_one(&sql, filter.parameters).await? else {
            return Ok(empty_listing(known_version));
        };
        let version = row.take(0)?;
        Ok(match row.take(1)? {
            Some(document) => Listing::Page(AlbumPage { version, document }),
            None => Listing::Unchanged,
        })
    }
}

fn page_statement(page: &PageRequest, filter: &mut Filter, known_version: Option<i64>) -> String {
    let total = filter.total();
    let [first, second] = page.keys;
    let direction = if page.is_descending { "DESC" } else { "ASC" };
    let order = format!("{first} {direction}, {second} {direction}, id {direction}");
    let mut conditions = filter.sql.clone();
    if let Some(cursor) = &page.cursor {
        let comparison = if page.is_descending { "<=" } else { ">=" };
        let cursor = filter.push(cursor.as_str().into());
        let _ = write!(
            conditions,
            " AND ({first}, {second}, id) {comparison} ({cursor} ->> 0, {cursor} ->> 1, {cursor} ->> 2)"
        );
    }
    let limit = filter.push(page.limit.into());
    let known = filter.push(known_version.into());
    let from = format!("FROM records WHERE {conditions} ORDER BY {order}");
    // The cursor is the position of the next page's first album, so that it stays valid when albums of this page are
    // deleted. A second walk along the index finds it: carrying the keys of every row takes four times as long as
    // reading the documents.
    // Emptying the trash writes no operation, so it changes `purged` and not the version. Neither ever decreases, so
    // their sum is another one after each change.
    format!(
        "WITH {page_size}
        SELECT version + purged, CASE WHEN version + purged IS NOT {known} THEN concat(
            '{{\"items\":[',
            (SELECT group_concat(doc, ',') FROM (SELECT doc {from} LIMIT (SELECT n FROM page_size))),
            '],\"next_cursor\":',
            coalesce((SELECT json_quote(hex(json_array('{sort}', {first}, {second}, id)))
                {from} LIMIT 1 OFFSET (SELECT n FROM page_size)), 'null'),
            ',\"total\":', {total}, '}}')
        END
        FROM collections WHERE user_id = ?1",
        page_size = page_size(&limit, &MAX_PAGE.to_string(), &from),
        sort = page.sort
    )
}

/// The list of a user who never had a record: `collections` has no row for them.
fn empty_listing(known_version: Option<i64>) -> Listing {
    match known_version {
        Some(0) => Listing::Unchanged,
        _ => {
            Listing::Page(AlbumPage { version: 0, document: r#"{"items":[],"next_cursor":null,"total":0}"#.to_owned() })
        }
    }
}

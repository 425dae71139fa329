//! The answer to "do I own this?": one statement, and a bounded number of albums.

use sqlite::Value;

use super::Store;
use super::filter::search_expression;
use crate::contract::insights::OwnershipQuery;
use crate::error::Error;

const MAX_LENGTH: usize = 500;
/// The albums of each part of the answer, and the bytes after which a part ends: all four are less than 4 MiB.
const MAX_ALBUMS: usize = 50;
const MAX_BYTES: usize = 950_000;

impl Store {
    /// # Errors
    /// `Invalid` if the query identifies no record, or one of its texts is too long.
    pub async fn find_owned(&self, user: i64, query: &OwnershipQuery) -> Result<String, Error> {
        self.query_document(&statement(), parameters(user, query)?).await
    }
}

fn parameters(user: i64, query: &OwnershipQuery) -> Result<[Value; 6], Error> {
    let not_blank = |value: &Option<String>| value.clone().filter(|text| !text.trim().is_empty());
    let (barcode, catno) = (not_blank(&query.barcode), not_blank(&query.catno));
    let (artist, album) = (not_blank(&query.artist), not_blank(&query.album));
    for (field, value) in [("barcode", &barcode), ("catno", &catno), ("artist", &artist), ("album", &album)] {
        if value.as_ref().is_some_and(|text| text.chars().count() > MAX_LENGTH) {
            return Err(Error::invalid(field, format!("must have at most {MAX_LENGTH} characters")));
        }
    }
    if barcode.is_none() && catno.is_none() && (artist.is_none() || album.is_none()) {
        return Err(Error::invalid("barcode", "or catno, or artist and album must be given"));
    }
    let words = [&artist, &album].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
    // Without a word the expression would match all albums of the user.
    let search = if words.chars().any(char::is_alphanumeric) {
        search_expression(user, &words)
    } else {
        "owner:none".to_owned()
    };
    Ok([user.into(), barcode.into(), catno.into(), artist.into(), album.into(), search.into()])
}

/// Finds the albums of the answer; every part uses an index of its own.
///
/// - exact: the same barcode; or the same catalogue number, and the same artist and title if they are given; or without
///   either number, the same artist and title.
/// - other_pressings: another pressing of the same master, or of the same artist and title.
/// - wanted: those of both that are wanted and not owned.
/// - near: other albums with the words of artist and title.
///
/// `?1` user, `?2` barcode, `?3` catno, `?4` artist, `?5` album, `?6` search expression. The keys are computed as the
/// columns of the same names are.
const FOUND: &str = "
WITH
asked AS (SELECT
    replace(replace(?2, ' ', ''), '-', '') AS barcode,
    replace(replace(replace(lower(?3), ' ', ''), '-', ''), '.', '') AS catno,
    lower(CASE WHEN ?4 LIKE 'the _%' THEN substr(?4, 5) ELSE ?4 END) AS artist,
    lower(?5) AS album),
titled AS (
    SELECT id FROM records, asked
    WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 0
        AND artist_key = asked.artist AND album_key = asked.album
    UNION ALL
    SELECT id FROM records, asked
    WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 1
        AND artist_key = asked.artist AND album_key = asked.album),
exact AS MATERIALIZED (
    SELECT id FROM records, asked
    WHERE user_id = ?1 AND barcode_key = asked.barcode AND barcode_key IS NOT NULL AND deleted_at IS NULL
    UNION
    SELECT id FROM records, asked
    WHERE user_id = ?1 AND catno_key = asked.catno AND catno_key IS NOT NULL AND deleted_at IS NULL
        AND (asked.artist IS NULL OR artist_key = asked.artist) AND (asked.album IS NULL OR album_key = asked.album)
    UNION
    SELECT id FROM titled WHERE ?2 IS NULL AND ?3 IS NULL),
others AS MATERIALIZED (
    SELECT id FROM titled
    UNION
    SELECT id FROM records WHERE user_id = ?1 AND deleted_at IS NULL AND master_id IS NOT NULL
        AND master_id IN (SELECT master_id FROM records WHERE user_id = ?1 AND id IN (SELECT id FROM exact))
    EXCEPT SELECT id FROM exact),
near AS (
    SELECT rowid AS id FROM search WHERE search MATCH ?6
    EXCEPT SELECT id FROM exact EXCEPT SELECT id FROM others LIMIT 20)
";

/// The documents of the albums that `condition` selects. A household has fewer copies of one record than the limit.
fn documents(condition: &str) -> String {
    format!(
        "(SELECT group_concat(doc, ',') FROM (
            SELECT doc, sum(octet_length(doc)) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) AS total FROM (
                SELECT id, doc FROM records WHERE user_id = ?1 AND {condition} ORDER BY id LIMIT {MAX_ALBUMS}))
            WHERE total - octet_length(doc) < {MAX_BYTES})"
    )
}

fn statement() -> String {
    format!(
        "{FOUND} SELECT concat(
            '{{\"exact\":[', {exact}, '],\"other_pressings\":[', {others}, '],\"wanted\":[', {wanted},
            '],\"near\":[', {near}, ']}}')",
        exact = documents("id IN (SELECT id FROM exact) AND wanted = 0"),
        others = documents("id IN (SELECT id FROM others) AND wanted = 0"),
        wanted = documents("id IN (SELECT id FROM exact UNION SELECT id FROM others) AND wanted = 1"),
        near = documents("id IN (SELECT id FROM near) AND wanted = 0"),
    )
}

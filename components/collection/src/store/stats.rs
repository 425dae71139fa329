//! The statistics of a collection: one statement that reads the documents once.

use super::Store;
use super::filter::{is_first, list};
use crate::config::Quota;
use crate::error::Error;

impl Store {
    pub async fn stats(&self, user: i64) -> Result<String, Error> {
        let Quota { records, bytes } = self.quota;
        self.query_document(&statement(), [user.into(), records.into(), bytes.into()]).await
    }
}

/// `?1` is the user, `?2` and `?3` are the quota. Counts are of copies; a format counts by its carrier. Labels and
/// artists end after 100, because a chart shows no more; the other names end after 500 and currencies after 200, which
/// bounds the answer. Each array goes through `json()`: newer versions of SQLite forget in a subquery that a text is
/// JSON.
fn statement() -> String {
    let [genres, styles, labels] = ["genre", "style", "label"].map(list);
    let counts = |list: &str, limit: usize| {
        let is_first = is_first(list);
        format!(
            "json((SELECT json_group_array(json_object('name', name, 'count', n)) FROM (
                SELECT entry.value AS name, sum(copies) AS n FROM mine, json_each({list}) AS entry
                WHERE entry.value IS NOT NULL AND {is_first} GROUP BY 1 ORDER BY n DESC, name LIMIT {limit})))"
        )
    };
    let (by_genre, by_style, by_label) = (counts("genres", 500), counts("styles", 500), counts("labels", 100));
    format!(
        "
WITH
mine AS MATERIALIZED (
    SELECT artist, {genres} AS genres, {styles} AS styles, {labels} AS labels,
        coalesce(doc ->> '$.carrier', format) AS format, country, year / 10 * 10 AS decade, quantity AS copies,
        substr(created_at, 1, 7) AS month, price,
        doc ->> '$.price_currency' AS price_currency, doc ->> '$.purchase_price' AS spent,
        doc ->> '$.purchase_currency' AS spent_currency
    FROM records WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 0),
months AS (SELECT month, sum(copies) AS added FROM mine GROUP BY month)
SELECT json_object(
    'total', (SELECT count(*) FROM mine),
    'wanted', coalesce((SELECT wanted FROM collections WHERE user_id = ?1), 0),
    'copies', (SELECT coalesce(sum(copies), 0) FROM mine),
    'by_genre', {by_genre},
    'by_style', {by_style},
    'by_decade', json((SELECT json_group_array(json_object('name', name || 's', 'count', n)) FROM (
        SELECT decade AS name, sum(copies) AS n FROM mine WHERE decade IS NOT NULL GROUP BY 1 ORDER BY name))),
    'by_format', json((SELECT json_group_array(json_object('name', name, 'count', n)) FROM (
        SELECT format AS name, sum(copies) AS n FROM mine WHERE format IS NOT NULL GROUP BY 1
        ORDER BY n DESC, name LIMIT 500))),
    'by_label', {by_label},
    'by_artist', json((SELECT json_group_array(json_object('name', name, 'count', n)) FROM (
        SELECT artist AS name, sum(copies) AS n FROM mine GROUP BY 1 ORDER BY n DESC, name LIMIT 100))),
    'by_country', json((SELECT json_group_array(json_object('name', name, 'count', n)) FROM (
        SELECT country AS name, sum(copies) AS n FROM mine WHERE country IS NOT NULL GROUP BY 1
        ORDER BY n DESC, name LIMIT 500))),
    'value', json((SELECT json_group_array(json_object('currency', currency, 'albums', albums, 'total', total)) FROM (
        SELECT price_currency AS currency, count(*) AS albums, round(sum(price * copies), 2) AS total
        FROM mine WHERE price IS NOT NULL GROUP BY 1 ORDER BY albums DESC, currency LIMIT 200))),
    'spent', json((SELECT json_group_array(json_object('currency', currency, 'albums', albums, 'total', total)) FROM (
        SELECT spent_currency AS currency, count(*) AS albums, round(sum(spent * copies), 2) AS total
        FROM mine WHERE spent IS NOT NULL GROUP BY 1 ORDER BY albums DESC, currency LIMIT 200))),
    'growth', json((SELECT json_group_array(json_object('month', month, 'added', added, 'total', total)) FROM (
        SELECT month, added, sum(added) OVER (ORDER BY month) AS total FROM months ORDER BY month))),
    'usage', json_object(
        'records', coalesce((SELECT records FROM collections WHERE user_id = ?1), 0),
        'bytes', coalesce((SELECT bytes FROM collections WHERE user_id = ?1), 0)),
    'quota', json_object('records', ?2, 'bytes', ?3))"
    )
}

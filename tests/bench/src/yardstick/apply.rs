//! Applies the changes of a sync with prepared statements in one transaction.

use std::sync::LazyLock;

use rusqlite::{Statement, TransactionBehavior, params};

use super::{album::Album, store::Database, sync::Changes};

/// The fields that a client may write; in `write()` they are the parameters from `?7` on.
const FIELDS: [&str; 28] = [
    "artist",
    "album",
    "genre",
    "style",
    "year",
    "country",
    "label",
    "catno",
    "format",
    "barcode",
    "discogs_id",
    "master_id",
    "media_condition",
    "sleeve_condition",
    "rating",
    "notes",
    "tags",
    "crate",
    "quantity",
    "purchase_price",
    "purchase_currency",
    "purchased_at",
    "price",
    "price_currency",
    "price_at",
    "price_source",
    "cover",
    "custom",
];

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let places: Vec<_> = (1..=6 + FIELDS.len()).map(|place| format!("?{place}")).collect();
    format!(
        "INSERT INTO albums (user_id, uid, version, updated_at, artist_key, album_key, {}, created_at) VALUES ({}, ?4)",
        FIELDS.join(", "),
        places.join(", ")
    )
});

/// A field that is absent keeps its value.
static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let names = ["artist_key", "album_key"].iter().chain(&FIELDS);
    let sets: Vec<_> = names.enumerate().map(|(i, name)| format!("{name} = coalesce(?{}, {name})", i + 5)).collect();
    format!(
        "UPDATE albums SET version = ?3, updated_at = ?4, {} WHERE user_id = ?1 AND id = ?2 AND deleted_at IS NULL",
        sets.join(", ")
    )
});

const DELETE: &str = "UPDATE albums SET deleted_at = ?4, updated_at = ?4, version = ?3
    WHERE user_id = ?1 AND id = ?2 AND deleted_at IS NULL";

const NOW_AND_VERSION: &str = "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    coalesce((SELECT version FROM collections WHERE user_id = ?1), 0)";

const COUNT: &str = "INSERT INTO collections (user_id, version, albums) VALUES (?1, ?2, ?3)
    ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, albums = albums + excluded.albums";

impl Database {
    /// Applies all changes or none. Fails with `QueryReturnedNoRows` if an album does not belong to the user.
    pub fn apply(&mut self, user: i64, changes: &Changes) -> rusqlite::Result<()> {
        let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert = transaction.prepare_cached(&INSERT)?;
            let mut update = transaction.prepare_cached(&UPDATE)?;
            let mut delete = transaction.prepare_cached(DELETE)?;
            let (now, mut version): (String, i64) =
                transaction.prepare_cached(NOW_AND_VERSION)?.query_row([user], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let mut added = 0;
            for album in &changes.albums {
                version += 1;
                let written = if let Some(id) = album.id {
                    write(&mut update, user, &id, version, &now, album)?
                } else {
                    let uid = album.uid.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
                    added += 1;
                    write(&mut insert, user, &uid, version, &now, album)?
                };
                if written == 0 {
                    return Err(rusqlite::Error::QueryReturnedNoRows);
                }
            }
            for id in &changes.deleted_ids {
                version += 1;
                added -= i64::from(delete.execute(params![user, id, version, now])? > 0);
            }
            transaction.prepare_cached(COUNT)?.execute(params![user, version, added])?;
        }
        transaction.commit()
    }
}

/// Both statements have the same parameters. `?2` is the uid of a new album, or the id of an existing one.
fn write(
    statement: &mut Statement<'_>,
    user: i64,
    id: &dyn rusqlite::ToSql,
    version: i64,
    now: &str,
    album: &Album<String>,
) -> rusqlite::Result<usize> {
    statement.execute(params![
        user,
        id,
        version,
        now,
        album.artist.as_deref().map(artist_key),
        album.album.as_deref().map(str::to_ascii_lowercase),
        album.artist,
        album.album,
        album.genre,
        album.style,
        album.year,
        album.country,
        album.label,
        album.catno,
        album.format,
        album.barcode,
        album.discogs_id,
        album.master_id,
        album.media_condition,
        album.sleeve_condition,
        album.rating,
        album.notes,
        album.tags.as_ref().map(|json| json.get()),
        album.crate_uid,
        album.quantity,
        album.purchase_price,
        album.purchase_currency,
        album.purchased_at,
        album.price,
        album.price_currency,
        album.price_at,
        album.price_source,
        album.cover,
        album.custom.as_ref().map(|json| json.get()),
    ])
}

/// The key to sort by: "The Beatles" sorts under B.
fn artist_key(artist: &str) -> String {
    let key = artist.to_ascii_lowercase();
    match key.strip_prefix("the ") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => key,
    }
}

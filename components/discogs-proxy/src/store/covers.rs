//! The covers of our addresses: the table `discogs_covers`.

use super::Store;
use crate::{cover_source::CoverSource, error::Result};

const INSERT: &str = "INSERT INTO discogs_covers (key, url, release_id, place, thumb)
    SELECT value ->> 'key', value ->> 'url', value ->> 'release_id', value ->> 'image_index', value ->> 'is_thumb'
    FROM json_each(?1) WHERE true
    ON CONFLICT (key) DO UPDATE SET url = excluded.url WHERE url <> excluded.url";
const FIND: &str = "SELECT url, release_id, place, thumb FROM discogs_covers WHERE key = ?1";
const UPDATE_URL: &str = "UPDATE discogs_covers SET url = ?2 WHERE key = ?1";

impl Store {
    pub(super) async fn insert_covers(&self, covers: &[CoverSource]) -> Result<()> {
        if covers.is_empty() {
            return Ok(());
        }
        Ok(self.connection.execute(INSERT, [serde_json::to_string(covers)?.into()]).await?)
    }

    pub async fn find_cover(&self, key: &str) -> Result<Option<CoverSource>> {
        let Some(mut row) = self.connection.query_one(FIND, [key.into()]).await? else { return Ok(None) };
        Ok(Some(CoverSource {
            key: key.to_owned(),
            url: row.take(0)?,
            release_id: row.take(1)?,
            image_index: row.take(2)?,
            is_thumb: row.take::<i64>(3)? == 1,
        }))
    }

    /// Stores the new address of a cover whose signed address had expired.
    pub async fn update_cover_url(&self, key: &str, url: &str) -> Result<()> {
        Ok(self.connection.execute(UPDATE_URL, [key.into(), url.into()]).await?)
    }
}

//! Where to fetch covers: the table `discogs_cover_sources`, and `discogs_covers` for names that an earlier release
//! made.

use super::Store;
use crate::{cover_name::CoverPlace, cover_source::CoverSource, error::Result};

/// Replaces a row, so that it gets a new id: the rows with the smallest ids are deleted first.
const INSERT: &str = "INSERT OR REPLACE INTO discogs_cover_sources (url, release_id, image_index, is_thumb)
    SELECT value ->> 'url', value ->> 'release_id', value ->> 'image_index', value ->> 'is_thumb'
    FROM json_each(?1)";
const FIND: &str = "SELECT url FROM discogs_cover_sources WHERE release_id = ?1 AND image_index = ?2 AND is_thumb = ?3";
const FIND_EARLIER: &str = "SELECT url, release_id, place, thumb FROM discogs_covers WHERE key = ?1";

impl Store {
    pub async fn insert_covers(&self, covers: &[CoverSource]) -> Result<()> {
        if covers.is_empty() {
            return Ok(());
        }
        Ok(self.connection.execute(INSERT, [serde_json::to_string(covers)?.into()]).await?)
    }

    /// The address at Discogs of an image, if it was in an answer not too long ago.
    pub async fn find_cover_url(&self, place: CoverPlace) -> Result<Option<String>> {
        let CoverPlace { release_id, image_index, is_thumb } = place;
        let parameters = [release_id.into(), image_index.into(), i64::from(is_thumb).into()];
        Ok(self.connection.query_one(FIND, parameters).await?.map(|mut row| row.take(0)).transpose()?)
    }

    /// Where to fetch a cover whose name an earlier release made.
    pub async fn find_earlier_cover(&self, key: &str) -> Result<Option<CoverSource>> {
        let Some(mut row) = self.connection.query_one(FIND_EARLIER, [key.into()]).await? else { return Ok(None) };
        Ok(Some(CoverSource {
            url: row.take(0)?,
            release_id: row.take(1)?,
            image_index: row.take(2)?,
            is_thumb: row.take::<i64>(3)? == 1,
        }))
    }
}

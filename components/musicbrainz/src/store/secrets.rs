//! The table `musicbrainz_secrets`.

use super::Store;
use crate::error::Result;

const FIND: &str = "SELECT value FROM musicbrainz_secrets WHERE name = 'names'";
const INSERT: &str = "INSERT INTO musicbrainz_secrets (name, value, created_at)
    VALUES ('names', ?1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) ON CONFLICT (name) DO NOTHING";

impl Store {
    /// The secret that the installation generated.
    pub async fn secret(&self) -> Result<Option<String>> {
        Ok(self.connection.query_one(FIND, []).await?.map(|mut row| row.take(0)).transpose()?)
    }

    /// Keeps a secret that is stored already.
    pub async fn insert_secret_if_absent(&self, secret: &str) -> Result<()> {
        Ok(self.connection.execute(INSERT, [secret.into()]).await?)
    }
}

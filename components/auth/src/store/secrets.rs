//! The table `secrets`.

use super::{Store, now};
use crate::contract::Error;

impl Store {
    pub async fn jwt_secret(&self) -> Result<Option<String>, Error> {
        let row = self.row("SELECT value FROM secrets WHERE name = 'jwt'", []).await?;
        Ok(row.map(|mut row| row.take(0)).transpose()?)
    }

    /// Does nothing if a secret is stored already.
    pub async fn insert_jwt_secret(&self, secret: &str) -> Result<(), Error> {
        let insert = concat!(
            "INSERT INTO secrets (name, value, created_at) VALUES ('jwt', ?1, ",
            now!(),
            ") ON CONFLICT (name) DO NOTHING"
        );
        self.run(insert, [secret.into()]).await
    }
}

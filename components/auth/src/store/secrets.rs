//! The table `secrets`.

use super::{Store, now};
use crate::contract::Error;

impl Store {
    pub async fn secret(&self, name: &str) -> Result<Option<String>, Error> {
        let row = self.row("SELECT value FROM secrets WHERE name = ?1", [name.into()]).await?;
        Ok(row.map(|mut row| row.take(0)).transpose()?)
    }

    /// Does nothing if a secret with this name is stored already.
    pub async fn insert_secret(&self, name: &str, secret: &str) -> Result<(), Error> {
        let insert = concat!(
            "INSERT INTO secrets (name, value, created_at) VALUES (?1, ?2, ",
            now!(),
            ") ON CONFLICT (name) DO NOTHING"
        );
        self.run(insert, [name.into(), secret.into()]).await
    }
}

//! The tables `provider_keys` and `chat_secrets`.

use super::{Store, now};
use crate::error::{Error, Result};
use sqlite::Row;

pub struct SealedKey {
    pub provider: String,
    pub sealed: String,
    pub last4: String,
    pub model: Option<String>,
    pub created_at: String,
}

impl Store {
    pub async fn key(&self, user: i64) -> Result<Option<SealedKey>> {
        const SQL: &str = "SELECT provider, sealed, last4, model, created_at FROM provider_keys WHERE user_id = ?1";
        self.row(SQL, [user.into()]).await?.map(sealed_key).transpose()
    }

    /// In place of the one before.
    pub async fn put_key(
        &self,
        user: i64,
        provider: &str,
        sealed: &str,
        last4: &str,
        model: Option<&str>,
    ) -> Result<SealedKey> {
        const SQL: &str = concat!(
            "INSERT INTO provider_keys (user_id, provider, sealed, last4, model, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ", now!(), ")
            ON CONFLICT (user_id) DO UPDATE SET provider = excluded.provider, sealed = excluded.sealed, last4 = excluded.last4,
                model = excluded.model, created_at = excluded.created_at
            RETURNING provider, sealed, last4, model, created_at"
        );
        let model = model.map(str::to_owned);
        let row = self.row(SQL, [user.into(), provider.into(), sealed.into(), last4.into(), model.into()]).await?;
        row.map(sealed_key).transpose()?.ok_or_else(|| Error::Internal("no key".to_owned()))
    }

    /// Fails with `NotFound` if none is stored.
    pub async fn delete_key(&self, user: i64) -> Result<()> {
        const SQL: &str = "DELETE FROM provider_keys WHERE user_id = ?1 RETURNING user_id";
        self.one::<i64>(SQL, [user.into()]).await?.map(drop).ok_or(Error::NotFound)
    }

    pub async fn secret(&self) -> Result<Option<String>> {
        self.one("SELECT value FROM chat_secrets WHERE name = 'keys'", []).await
    }

    /// Stores the secret unless there is one.
    pub async fn offer_secret(&self, secret: &str) -> Result<()> {
        const SQL: &str = concat!(
            "INSERT INTO chat_secrets (name, value, created_at) VALUES ('keys', ?1, ",
            now!(),
            ") ON CONFLICT (name) DO NOTHING"
        );
        Ok(self.0.execute(SQL, [secret.into()]).await?)
    }
}

fn sealed_key(mut row: Row) -> Result<SealedKey> {
    Ok(SealedKey {
        provider: row.take(0)?,
        sealed: row.take(1)?,
        last4: row.take(2)?,
        model: row.take(3)?,
        created_at: row.take(4)?,
    })
}

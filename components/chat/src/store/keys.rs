//! The tables `provider_keys` and `chat_secrets`.

use sqlite::Row;

use super::{Store, now};
use crate::{
    contract::types::Error,
    error::{Result, internal},
};

/// A user's key for a provider.
pub struct EncryptedKey {
    pub provider: String,
    /// Nonce and ciphertext, in hex.
    pub sealed: String,
    pub last4: String,
    pub model: Option<String>,
    pub created_at: String,
}

impl Store {
    pub async fn key(&self, user: i64) -> Result<Option<EncryptedKey>> {
        const SQL: &str = "SELECT provider, sealed, last4, model, created_at FROM provider_keys WHERE user_id = ?1";
        self.row(SQL, [user.into()]).await?.map(encrypted_key).transpose()
    }

    /// Replaces the user's earlier key.
    pub async fn put_key(
        &self,
        user: i64,
        provider: &str,
        sealed: &str,
        last4: &str,
        model: Option<&str>,
    ) -> Result<EncryptedKey> {
        const SQL: &str = concat!(
            "INSERT INTO provider_keys (user_id, provider, sealed, last4, model, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ",
            now!(),
            ") ON CONFLICT (user_id) DO UPDATE SET provider = excluded.provider, sealed = excluded.sealed,
                last4 = excluded.last4, model = excluded.model, created_at = excluded.created_at
            RETURNING provider, sealed, last4, model, created_at"
        );
        let model = model.map(str::to_owned);
        let row = self.row(SQL, [user.into(), provider.into(), sealed.into(), last4.into(), model.into()]).await?;
        row.map(encrypted_key).transpose()?.ok_or_else(|| internal("the key was not stored"))
    }

    /// Fails with `NotFound` if no key is stored.
    pub async fn delete_key(&self, user: i64) -> Result<()> {
        const SQL: &str = "DELETE FROM provider_keys WHERE user_id = ?1 RETURNING user_id";
        self.value::<i64>(SQL, [user.into()]).await?.map(drop).ok_or(Error::NotFound)
    }

    /// The secret that the installation generated.
    pub async fn secret(&self) -> Result<Option<String>> {
        self.value("SELECT value FROM chat_secrets WHERE name = 'keys'", []).await
    }

    /// Keeps a secret that is stored already.
    pub async fn insert_secret_if_absent(&self, secret: &str) -> Result<()> {
        const SQL: &str = concat!(
            "INSERT INTO chat_secrets (name, value, created_at) VALUES ('keys', ?1, ",
            now!(),
            ") ON CONFLICT (name) DO NOTHING"
        );
        Ok(self.0.execute(SQL, [secret.into()]).await?)
    }
}

fn encrypted_key(mut row: Row) -> Result<EncryptedKey> {
    Ok(EncryptedKey {
        provider: row.take(0)?,
        sealed: row.take(1)?,
        last4: row.take(2)?,
        model: row.take(3)?,
        created_at: row.take(4)?,
    })
}

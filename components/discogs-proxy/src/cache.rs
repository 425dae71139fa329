//! The cache of answers, in the key-value store. Every fault of an entry is a miss.

mod entry;
mod key;

use spin_sdk::key_value::{self, Store};

use crate::{contract::Error, error::Result};

pub use entry::{CacheEntry, Lifetime};
pub use key::CacheKey;

pub struct Cache(Store);

impl Cache {
    /// # Errors
    /// `Unavailable` if the key-value store cannot be opened.
    pub async fn open() -> Result<Self> {
        Store::open_default().await.map(Self).map_err(unavailable)
    }

    /// Returns an entry that may still be shown. An error of the store counts as a miss.
    pub async fn get(&self, key: &CacheKey) -> Option<CacheEntry> {
        self.0.get(key.as_str()).await.ok().flatten().and_then(CacheEntry::from_bytes)
    }

    pub async fn put(&self, key: &CacheKey, entry: &CacheEntry) -> Result<()> {
        self.0.set(key.as_str(), entry.to_bytes()?).await.map_err(unavailable)
    }

    pub async fn remove(&self, key: &str) -> Result<()> {
        self.0.delete(key).await.map_err(unavailable)
    }
}

fn unavailable(error: key_value::Error) -> Error {
    Error::Unavailable(format!("key-value store: {error}"))
}

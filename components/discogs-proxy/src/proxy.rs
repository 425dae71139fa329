//! The cache in front of Discogs.

use crate::{
    cache::{Cache, CacheEntry, CacheKey},
    config::Config,
    contract::Error,
    cover_source::CoverSources,
    discogs::Client,
    error::Result,
    lookup::Lookup,
    single_flight::{self, Acquired, Lease},
    store::Store,
};

/// Requests that no account asked for are counted under this id.
const NO_ACCOUNT: i64 = 0;
/// Expired entries that a lookup removes after it has asked Discogs.
const REMOVED_PER_LOOKUP: i64 = 4;
/// Expired entries that one call of `purge` removes.
const REMOVED_PER_PURGE: i64 = 1_000;

/// What a lookup needs.
pub struct Proxy {
    pub config: Config,
    pub cache: Cache,
    user_id: i64,
}

/// What a request to Discogs produced.
pub struct Fetched {
    pub entry: CacheEntry,
    /// The covers that the entry's document mentions.
    pub covers: CoverSources,
}

impl Fetched {
    /// Discogs has no such thing.
    pub fn missing() -> Self {
        Self { entry: CacheEntry::missing(), covers: CoverSources::default() }
    }
}

impl Proxy {
    /// Opens the proxy for a lookup that only accounts may make, unless `public_lookup` is set.
    ///
    /// # Errors
    /// `AccountNeeded` if the caller has no account and needs one.
    pub async fn open(caller: Option<i64>) -> Result<Self> {
        let proxy = Self::open_for(caller.unwrap_or(NO_ACCOUNT)).await?;
        if caller.is_none() && !proxy.config.public_lookup {
            return Err(Error::AccountNeeded);
        }
        Ok(proxy)
    }

    /// Opens the proxy for a lookup that needs no account.
    pub async fn open_without_account() -> Result<Self> {
        Self::open_for(NO_ACCOUNT).await
    }

    async fn open_for(user_id: i64) -> Result<Self> {
        Ok(Self { config: Config::read().await?, cache: Cache::open().await?, user_id })
    }

    /// Returns a fresh answer from the cache, else calls `fetch` and stores its answer. If Discogs fails, returns a
    /// stale answer, if there is one.
    pub async fn get_or_fetch<F>(&self, key: &CacheKey, fetch: F) -> Result<Lookup>
    where
        F: AsyncFn(&Client<'_>) -> Result<Fetched>,
    {
        let stale = match self.cache.get(key).await {
            Some(entry) if entry.is_fresh() => return Ok(Lookup { entry, is_cached: true }),
            stale => stale,
        };
        match (self.fetch_once(key, fetch).await, stale) {
            (Err(error), Some(entry)) if error.is_upstream() => Ok(Lookup { entry, is_cached: true }),
            (outcome, _) => outcome,
        }
    }

    async fn fetch_once<F>(&self, key: &CacheKey, fetch: F) -> Result<Lookup>
    where
        F: AsyncFn(&Client<'_>) -> Result<Fetched>,
    {
        let store = Store::open().await?;
        let lease = match single_flight::acquire(&store, &self.cache, key).await? {
            Acquired::Cached(entry) => return Ok(Lookup { entry, is_cached: true }),
            Acquired::Lease(lease) => lease,
        };
        let client =
            Client { config: &self.config, store: &store, user_id: self.user_id, started_at: lease.started_at };
        let outcome = match fetch(&client).await {
            Ok(fetched) => self.keep(key, &lease, fetched).await,
            Err(error) => Err(error),
        };
        // An error of this clean-up must not replace the outcome.
        let _ = match &outcome {
            Ok(_) => self.remove_expired(&store, REMOVED_PER_LOOKUP).await.map(drop),
            Err(error) => lease.fail(error).await,
        };
        outcome
    }

    async fn keep(&self, key: &CacheKey, lease: &Lease<'_>, fetched: Fetched) -> Result<Lookup> {
        let Fetched { entry, covers } = fetched;
        self.cache.put(key, &entry).await?;
        lease.complete(&entry, covers.as_slice()).await?;
        Ok(Lookup { entry, is_cached: false })
    }

    /// Removes at most `limit` expired entries from the cache; returns their number.
    async fn remove_expired(&self, store: &Store, limit: i64) -> Result<u32> {
        let mut removed = 0;
        for key in store.find_expired(limit).await? {
            self.cache.remove(&key).await?;
            store.delete_expired(&key).await?;
            removed += 1;
        }
        Ok(removed)
    }
}

/// Removes expired entries from the cache, and abandoned leases. Returns the number of entries.
pub async fn purge() -> Result<u32> {
    let (proxy, store) = (Proxy::open_without_account().await?, Store::open().await?);
    store.delete_abandoned_leases().await?;
    proxy.remove_expired(&store, REMOVED_PER_PURGE).await
}

//! The cache in front of Discogs.

use crate::{
    cache::{Cache, CacheEntry, CacheKey},
    config::Config,
    contract::{Caller, Error},
    cover_source::CoverSource,
    discogs::Client,
    error::Result,
    lookup::Lookup,
    requester::Requester,
    secret::Secret,
    single_flight::{self, Acquired, Lease},
    store::Store,
};

/// Expired entries that a lookup removes after it has asked Discogs.
const REMOVED_PER_LOOKUP: i64 = 4;
/// Expired entries that one call of `purge` removes.
const REMOVED_PER_PURGE: i64 = 1_000;
/// The most bytes of stored documents of lookups: some ten thousand. Covers have a limit of their own.
const LOOKUP_BYTES: i64 = 64 << 20;
/// Entries that are removed at a time when the cache is full.
const EVICTED_AT_A_TIME: i64 = 64;
/// How often. Only after the operator has lowered the limit is there so much to remove; later lookups remove the rest.
const EVICTIONS: usize = 16;

/// What a lookup needs.
pub struct Proxy {
    pub config: Config,
    pub cache: Cache,
    requester: Requester,
    secret: &'static Secret,
}

/// What a request to Discogs produced.
pub struct Fetched {
    pub entry: CacheEntry,
    /// The covers that the entry's document mentions.
    pub covers: Vec<CoverSource>,
}

impl Fetched {
    /// Discogs has no such thing.
    pub fn missing() -> Self {
        Self { entry: CacheEntry::missing(), covers: Vec::new() }
    }
}

impl Proxy {
    /// Opens the proxy for a lookup that only accounts may make, unless `public_lookup` is set.
    ///
    /// # Errors
    /// `AccountNeeded` if the caller has no account and needs one.
    pub async fn open(caller: &Caller) -> Result<Self> {
        let proxy = Self::open_for(Requester::new(caller, Secret::read().await?)).await?;
        if matches!(caller, Caller::Address(_)) && !proxy.config.public_lookup {
            return Err(Error::AccountNeeded);
        }
        Ok(proxy)
    }

    /// Opens the proxy for a job that works for an account.
    pub async fn open_for_job(account: i64) -> Result<Self> {
        Self::open_for(Requester::of_job(account)).await
    }

    /// Opens the proxy for covers, which need no account.
    pub async fn open_for_covers() -> Result<Self> {
        Self::open_for(Requester::of_cover()).await
    }

    async fn open_for(requester: Requester) -> Result<Self> {
        let (config, cache, secret) = (Config::read().await?, Cache::open().await?, Secret::read().await?);
        Ok(Self { config, cache, requester, secret })
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
            (Err(error), Some(entry)) if error.allows_stale() => Ok(Lookup { entry, is_cached: true }),
            (outcome, _) => outcome,
        }
    }

    async fn fetch_once<F>(&self, key: &CacheKey, fetch: F) -> Result<Lookup>
    where
        F: AsyncFn(&Client<'_>) -> Result<Fetched>,
    {
        let store = Store::open().await?;
        // Before the lease, because that is written to the database.
        if let Some(exhausted) = store.exhausted_quota(&self.requester, self.config.limits).await? {
            return Err(exhausted.into());
        }
        let lease = match single_flight::acquire(&store, &self.cache, key).await? {
            Acquired::Cached(entry) => return Ok(Lookup { entry, is_cached: true }),
            Acquired::Lease(lease) => lease,
        };
        let client = Client {
            config: &self.config,
            store: &store,
            requester: &self.requester,
            secret: self.secret,
            started_at: lease.started_at,
        };
        let outcome = match fetch(&client).await {
            Ok(fetched) => self.keep(key, &lease, fetched).await,
            Err(error) => Err(error),
        };
        // An error of this clean-up must not replace the outcome.
        let _ = match &outcome {
            Ok(_) => self.clean_up(&store, key).await,
            // People may use what is left of the budget.
            Err(Error::Busy(_)) if self.requester.is_job() => lease.release().await,
            Err(error) => lease.fail(error).await,
        };
        outcome
    }

    async fn keep(&self, key: &CacheKey, lease: &Lease<'_>, fetched: Fetched) -> Result<Lookup> {
        let Fetched { entry, covers } = fetched;
        // First the index: if the instance ends in between, a row without an entry is left, which expires. An entry
        // without a row would count for no limit.
        lease.record(&entry).await?;
        self.cache.put(key, &entry).await?;
        lease.complete(&covers).await?;
        Ok(Lookup { entry, is_cached: false })
    }

    async fn clean_up(&self, store: &Store, stored: &CacheKey) -> Result<()> {
        self.remove_expired(store, REMOVED_PER_LOOKUP).await?;
        self.make_room(store, stored.is_cover()).await
    }

    /// Removes the least recently used covers, or the oldest documents, until the others are within their limit.
    async fn make_room(&self, store: &Store, covers: bool) -> Result<()> {
        let limit = match (covers, self.config.limits.cover_bytes) {
            (false, _) => LOOKUP_BYTES,
            (true, 0) => return Ok(()),
            (true, limit) => limit,
        };
        for _ in 0..EVICTIONS {
            let entries = store.least_recently_used(covers, limit, EVICTED_AT_A_TIME).await?;
            if entries.is_empty() {
                break;
            }
            for entry in &entries {
                self.cache.remove(&entry.key).await?;
            }
            store.delete_unused(&entries).await?;
        }
        Ok(())
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

/// The requests in a minute that all jobs together may make.
pub async fn job_pace() -> Result<u32> {
    let (config, store) = (Config::read().await?, Store::open().await?);
    store.job_requests(config.credentials.default_rate_limit()).await
}

/// Removes expired entries from the cache, and abandoned leases. Returns the number of entries.
pub async fn purge() -> Result<u32> {
    let (proxy, store) = (Proxy::open_for_covers().await?, Store::open().await?);
    store.delete_abandoned_leases().await?;
    // The operator may have lowered the limit.
    proxy.make_room(&store, true).await?;
    proxy.remove_expired(&store, REMOVED_PER_PURGE).await
}

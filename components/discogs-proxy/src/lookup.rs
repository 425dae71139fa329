//! An answer from the cache, or from Discogs once for all who ask: in this instance and in every other.

use std::time::Duration;

use crate::{
    cache::{Cache, Entry, Key, Terms},
    clock,
    config::Config,
    covers::Covers,
    error::{Error, Result},
    service::contract,
    store::{Flight, Store},
    upstream::Upstream,
};

/// A holder asks within this, retries included, or has ended.
const LEASE: i64 = 20_000;
/// For so long, in milliseconds, who wants the same as somebody who failed fails alike, so that a Discogs in trouble is left alone.
const FAILURE: i64 = 2_000;
/// How often who waits looks: soon at first, then not too often.
const FIRST_LOOK: Duration = Duration::from_millis(5);
const LOOKS: Duration = Duration::from_millis(80);
/// Expired entries that a lookup removes on its way.
const TIDIED: i64 = 4;

/// What a call of the contract works with.
pub struct Context {
    pub config: Config,
    pub cache: Cache,
    user: i64,
}

/// What Discogs gave.
pub struct Fetched {
    pub entry: Entry,
    pub covers: Covers,
}

/// An answer, and whence it is.
pub struct Known {
    pub entry: Entry,
    /// Not asked for just now.
    pub cached: bool,
}

impl Context {
    /// For a lookup on somebody's account.
    ///
    /// # Errors
    /// `AccountNeeded` if it is nobody's, and `public_lookup` is not set.
    pub async fn open(caller: Option<i64>) -> Result<Self> {
        let context = Self::open_for_all(caller.unwrap_or_default()).await?;
        if caller.is_none() && !context.config.public_lookup {
            return Err(Error::AccountNeeded);
        }
        Ok(context)
    }

    /// For what anybody may see.
    pub async fn open_for_all(user: i64) -> Result<Self> {
        Ok(Self { config: Config::read().await?, cache: Cache::open().await?, user })
    }

    /// An answer that is not too old, or a new one. If Discogs has none to give, an old one that may still be shown.
    pub async fn lookup<F>(&self, key: &Key, fetch: F) -> Result<Known>
    where
        F: AsyncFn(&Upstream<'_>) -> Result<Fetched>,
    {
        let old = match self.cache.get(key).await {
            Some(entry) if entry.is_fresh() => return Ok(Known { entry, cached: true }),
            old => old,
        };
        match (self.share(key, fetch).await, old) {
            (Err(error), Some(entry)) if error.is_upstream() => Ok(Known { entry, cached: true }),
            (found, _) => found,
        }
    }

    /// Asks Discogs, unless somebody else does already.
    async fn share<F>(&self, key: &Key, fetch: F) -> Result<Known>
    where
        F: AsyncFn(&Upstream<'_>) -> Result<Fetched>,
    {
        let (store, holder, began) = (Store::open().await?, holder()?, clock::now());
        while clock::now() - began < LEASE {
            let acquired = store.acquire(key, &holder, LEASE).await?;
            // Between the look into the cache and the lease somebody else may have had both.
            if let Some(entry) = self.cache.get(key).await.filter(Entry::is_fresh) {
                if acquired {
                    store.release(key, &holder).await?;
                }
                return Ok(Known { entry, cached: true });
            }
            if acquired {
                let upstream = Upstream { config: &self.config, store: &store, user: self.user, began };
                let fetched = fetch(&upstream).await;
                return self.land(&store, key, &holder, fetched).await;
            }
            wait(&store, key, began).await?;
        }
        Err(Error::Failed("somebody else's request for the same took too long".to_owned()))
    }

    /// Keeps what was fetched and lets those who wait have it; or lets them know that it failed.
    async fn land(&self, store: &Store, key: &Key, holder: &str, fetched: Result<Fetched>) -> Result<Known> {
        let kept = match fetched {
            Ok(fetched) => self.keep(store, key, holder, fetched).await,
            Err(error) => Err(error),
        };
        // What fails below is of no interest beside what has failed already.
        let _ = match &kept {
            Ok(_) => self.tidy(store, TIDIED).await.map(drop),
            Err(error) if error.is_upstream() => store.fail(key, holder, error.note(), FAILURE).await,
            Err(_) => store.release(key, holder).await,
        };
        kept
    }

    async fn keep(&self, store: &Store, key: &Key, holder: &str, fetched: Fetched) -> Result<Known> {
        let Fetched { entry, covers } = fetched;
        self.cache.put(key, &entry).await?;
        let bytes = i64::try_from(entry.body.len()).unwrap_or(i64::MAX);
        store.keep(key, holder, entry.terms.keep, bytes, covers.list()).await?;
        Ok(Known { entry, cached: false })
    }

    /// Removes what has expired; answers how much that was.
    pub async fn tidy(&self, store: &Store, most: i64) -> Result<u32> {
        let mut removed = 0;
        for key in store.expired(most).await? {
            self.cache.remove(&key).await?;
            store.forget(&key).await?;
            removed += 1;
        }
        Ok(removed)
    }
}

/// Until somebody else's request has ended.
async fn wait(store: &Store, key: &Key, began: i64) -> Result<()> {
    let mut pause = FIRST_LOOK;
    while clock::now() - began < LEASE {
        match store.flight(key).await? {
            Flight::Landed => return Ok(()),
            Flight::Failed(note) => return Err(Error::from_note(&note)),
            Flight::Flying => clock::sleep(pause).await,
        }
        pause = (pause * 2).min(LOOKS);
    }
    Ok(())
}

/// Nobody else's.
fn holder() -> Result<String> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(format!("no randomness: {error}")))?;
    Ok(hex::encode(bytes))
}

impl Known {
    /// As a JSON object, if there is such a thing.
    ///
    /// # Errors
    /// `NotFound` if Discogs said that there is none.
    pub fn body(&self) -> Result<&str> {
        if self.entry.missing {
            return Err(Error::NotFound);
        }
        std::str::from_utf8(&self.entry.body).map_err(|_| Error::Internal("a cached answer is no text".to_owned()))
    }

    /// For how many seconds it may be kept; what is stale is asked for again soon.
    pub fn max_age(&self) -> u32 {
        let Terms { fresh, .. } = self.entry.terms;
        u32::try_from(fresh - self.entry.age()).unwrap_or_default()
    }

    pub fn answer(&self) -> Result<contract::Answer> {
        let (body, age) = (self.body()?, u32::try_from(self.entry.age()).unwrap_or_default());
        let stale = !self.entry.is_fresh();
        let rest = body.strip_prefix('{').unwrap_or(body);
        Ok(contract::Answer {
            document: format!(r#"{{"cached":{},"age":{age},"stale":{stale},{rest}"#, self.cached),
            tag: format!("{:x}", self.entry.at),
            age,
            max_age: self.max_age(),
        })
    }
}

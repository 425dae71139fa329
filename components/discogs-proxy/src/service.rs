//! The contract's functions, each a line or two.

use crate::{
    config::Config,
    cover::{self, Picture},
    error::Error,
    lookup::Context,
    price, release, search,
    store::Store,
};

wit_bindgen::generate!({
    path: "../../wit/discogs",
    world: "discogs-proxy",
});

pub use exports::vinyl::discogs::lookups as contract;

struct DiscogsProxy;
export!(DiscogsProxy);

/// Entries that one call of `purge` removes.
const PURGED: i64 = 1_000;

impl contract::Guest for DiscogsProxy {
    async fn is_public() -> Result<bool, contract::Error> {
        Ok(Config::read().await?.public_lookup)
    }

    async fn search(caller: Option<i64>, question: contract::Question) -> Result<contract::Answer, contract::Error> {
        Ok(search::search(caller, question).await?.answer()?)
    }

    async fn release(caller: Option<i64>, id: i64) -> Result<contract::Answer, contract::Error> {
        Ok(release::release(caller, id).await?.answer()?)
    }

    async fn price(
        caller: Option<i64>,
        id: i64,
        currency: Option<String>,
    ) -> Result<contract::Answer, contract::Error> {
        Ok(price::price(caller, id, currency).await?)
    }

    async fn facts(caller: Option<i64>, id: i64) -> Result<String, contract::Error> {
        Ok(release::facts(caller, id).await?)
    }

    async fn cover(key: String) -> Result<contract::Picture, contract::Error> {
        let Picture { media_type, bytes, max_age } = cover::cover(&key).await?;
        let length = u64::try_from(bytes.len()).map_err(|error| Error::Internal(error.to_string()))?;
        let (mut writer, reader) = wit_stream::new();
        wit_bindgen::spawn(async move {
            // What is left is left by a reader that went away.
            let _ = writer.write_all(bytes).await;
        });
        Ok(contract::Picture { media_type, length, max_age, bytes: reader })
    }

    async fn purge() -> Result<u32, contract::Error> {
        let (context, store) = (Context::open_for_all(0).await?, Store::open().await?);
        store.forget_abandoned().await?;
        Ok(context.tidy(&store, PURGED).await?)
    }
}

//! Search, releases, prices and covers from Discogs, and collections of its users: the service behind
//! `vinyl:discogs/lookups` and `accounts` (`wit/discogs` documents the contracts).
//!
//! A lookup is answered from the cache. On a miss, one instance asks Discogs within the rate limit; every other caller
//! that wants the same answer waits for this one request.
//!
//! | Module | What it does |
//! |---|---|
//! | `search`, `release`, `price`, `cover` | the lookups: each checks its input, asks Discogs, builds the document |
//! | `candidate`, `attribution` | parts of several documents: a pressing, and the notice that Discogs' terms require |
//! | `matching` | decides which search result is the record that the user described |
//! | `proxy`, `lookup`, `single_flight` | answers from the cache, or asks Discogs once for all callers |
//! | `cache` | entries in the key-value store |
//! | `discogs` | Discogs' API: its JSON, the HTTP client, the rate limit |
//! | `cover_name`, `cover_source` | names and addresses of covers: ours, and Discogs' |
//! | `requester`, `secret` | whose request it is, as the budgets count it; the secret behind names |
//! | `config`, `error` | variables; conversions into the contract's error |
//! | `account` | collections of Discogs' users, which accounts follow |
//! | `store` | all SQL |

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a failed assertion should panic"
    )
)]

mod account;
mod attribution;
mod cache;
mod candidate;
mod config;
mod cover;
mod cover_name;
mod cover_source;
mod discogs;
mod error;
mod lookup;
mod matching;
mod price;
mod proxy;
mod release;
mod requester;
mod search;
mod secret;
mod single_flight;
mod store;

use names::barcode;
use upstream::{image, origin};

mod bindings {
    wit_bindgen::generate!({ path: "../../wit/discogs", world: "discogs-proxy" });
}

use account_contract::{Page, Plan, Source, Status, Target};
use bindings::exports::vinyl::discogs::{accounts as account_contract, lookups as contract};
use contract::{Answer, Caller, Error, Guest, Picture, Question};

struct DiscogsProxy;

impl bindings::exports::vinyl::discogs::configuration::Guest for DiscogsProxy {
    fn configure(values: Vec<(String, String)>) {
        guest::variables::hand_over(values);
    }
}

impl Guest for DiscogsProxy {
    async fn is_public() -> Result<bool, Error> {
        Ok(config::Config::read().await?.public_lookup)
    }

    async fn search(caller: Caller, question: Question) -> Result<Answer, Error> {
        search::search(caller, question).await
    }

    async fn release(caller: Caller, id: i64) -> Result<Answer, Error> {
        release::read_release(caller, id).await
    }

    async fn price(caller: Caller, id: i64, currency: Option<String>) -> Result<Answer, Error> {
        price::read_price(caller, id, currency).await
    }

    async fn facts(caller: Caller, id: i64) -> Result<String, Error> {
        release::read_album_fields(caller, id).await
    }

    async fn facts_for_job(account: i64, id: i64) -> Result<String, Error> {
        release::read_album_fields_for_job(account, id).await
    }

    async fn job_pace() -> Result<u32, Error> {
        proxy::job_pace().await
    }

    async fn cover(name: String) -> Result<Picture, Error> {
        let cover::Image { media_type, bytes, max_age } = cover::read_cover(&name).await?;
        let length = u64::try_from(bytes.len()).map_err(error::internal)?;
        let (mut writer, reader) = bindings::wit_stream::new();
        wit_bindgen::spawn(async move {
            // `write_all` returns the bytes that a reader did not take before it closed the stream.
            let _ = writer.write_all(bytes).await;
        });
        Ok(Picture { media_type, length, max_age, bytes: reader })
    }

    async fn purge() -> Result<u32, Error> {
        proxy::purge().await
    }
}

impl account_contract::Guest for DiscogsProxy {
    async fn connect(user: i64, target: Option<Target>, follow: Option<bool>) -> account::Result<()> {
        account::connect(user, target, follow).await
    }

    async fn describe(user: i64, job: Option<String>, albums: Option<String>) -> account::Result<Status> {
        account::describe(user, job.as_deref(), albums.as_deref()).await
    }

    async fn read(user: i64, source: Source) -> account::Result<Page> {
        account::read(user, source).await
    }

    async fn compare(user: i64, rows: String, existing: String, crates: Option<String>) -> account::Result<Plan> {
        account::compare(user, &rows, &existing, crates.as_deref()).await
    }

    async fn keep(user: i64, run: i64, copies: String, written: Vec<String>, is_last: bool) -> account::Result<u32> {
        account::keep(user, run, copies, &written, is_last).await
    }
}

bindings::export!(DiscogsProxy with_types_in bindings);

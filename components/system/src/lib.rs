//! The component `system`: migrations, health, limits and jobs of the installation. Its contract is `wit/system`.
//!
//! | Module | What it does |
//! |---|---|
//! | `config` | reads the variable `init_secret` |
//! | `health` | the checks of `/system/health` |
//! | `limits` | requests per minute, of an address and of an account |
//! | `jobs` | work that no request waits for: which slice runs next, and how it ended |
//! | `clients`, `proxies` | the address of a client behind trusted proxies |
//! | `pseudonym` | keyed hashes that identify accounts in the log |
//! | `store` | applies migrations; all SQL but the migrations' own |

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed assertion should panic")
)]

mod clients;
mod config;
mod error;
mod health;
mod jobs;
mod limits;
mod proxies;
mod pseudonym;
mod store;

use crate::{
    contract::{Check, Credential, Error, Guest, Schema, SchemaState},
    jobs::JobKey,
    store::Store,
};

mod bindings {
    wit_bindgen::generate!({ path: "../../wit/system", world: "system" });
}

use bindings::exports::vinyl::system::{
    clients::Location,
    jobs::{Report, Turn},
    limits::{Subject, Verdict},
    operations as contract,
};

struct System;

impl bindings::exports::vinyl::system::configuration::Guest for System {
    fn configure(values: Vec<(String, String)>) {
        guest::variables::hand_over(values);
    }
}

impl Guest for System {
    async fn migrate() -> Result<Schema, Error> {
        let store = Store::open().await?;
        let applied = store.migrate().await?;
        // Without the key, lines of the log lack the account; that must not keep a full disk from being read.
        let _ = pseudonym::load_key(&store).await;
        let known = migrations::newest();
        let state = if applied > known { SchemaState::Newer } else { SchemaState::Current };
        Ok(Schema { state, applied, known })
    }

    async fn initialize(credential: Credential) -> Result<Schema, Error> {
        match credential {
            Credential::SuperAdmin => {}
            Credential::InitSecret(secret) if config::is_init_secret(&secret).await? => {}
            Credential::InitSecret(_) => return Err(Error::Forbidden),
        }
        Self::migrate().await
    }

    async fn health() -> Vec<Check> {
        health::check().await
    }

    fn pseudonym(email: String) -> Option<String> {
        pseudonym::of(&email)
    }
}

impl bindings::exports::vinyl::system::limits::Guest for System {
    fn admit(subject: Subject) -> Verdict {
        limits::admit(subject)
    }

    async fn refresh(subject: Subject) {
        limits::refresh(subject).await;
    }

    async fn flush() {
        limits::flush().await;
    }
}

impl bindings::exports::vinyl::system::jobs::Guest for System {
    async fn lease(known: Vec<String>, standing: Vec<String>, request_id: String) -> Result<Turn, Error> {
        jobs::lease(&known, &standing, &request_id).await
    }

    async fn finish(id: i64, number: i64, report: Report) -> Result<bool, Error> {
        jobs::finish(id, number, report).await
    }

    async fn start(kind: String, account: Option<i64>, state: String, delay: u64) -> Result<bool, Error> {
        jobs::start(JobKey { kind: &kind, account }, &state, delay).await
    }

    async fn ensure(kind: String, account: Option<i64>, state: String, delay: u64) -> Result<(), Error> {
        jobs::ensure(JobKey { kind: &kind, account }, &state, delay).await
    }

    async fn pause(kind: String, account: Option<i64>, paused: bool) -> Result<bool, Error> {
        jobs::pause(JobKey { kind: &kind, account }, paused).await
    }

    async fn retry(kind: String, account: Option<i64>) -> Result<bool, Error> {
        jobs::retry(JobKey { kind: &kind, account }).await
    }

    async fn cancel(kind: String, account: Option<i64>) -> Result<bool, Error> {
        jobs::cancel(JobKey { kind: &kind, account }).await
    }

    async fn find(kind: String, account: Option<i64>) -> Result<Option<String>, Error> {
        jobs::find(JobKey { kind: &kind, account }).await
    }

    async fn list_page(
        kind: Option<String>,
        failing: bool,
        limit: Option<i64>,
        cursor: Option<i64>,
    ) -> Result<String, Error> {
        jobs::list_page(kind, failing, limit, cursor).await
    }

    fn permits(token: String) -> Result<bool, Error> {
        jobs::permits(&token)
    }
}

impl bindings::exports::vinyl::system::clients::Guest for System {
    fn locate(peer: String, forwarded: Vec<String>, x_forwarded_for: Vec<String>) -> Location {
        clients::locate(&peer, &forwarded, &x_forwarded_for)
    }
}

bindings::export!(System with_types_in bindings);

//! The component `system`: migrations, health and limits of the installation. Its contract is `wit/system`.
//!
//! | Module | What it does |
//! |---|---|
//! | `config` | reads the variable `init_secret` |
//! | `health` | the checks of `/system/health` |
//! | `limits` | requests per minute, of an address and of an account |
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
mod limits;
mod proxies;
mod pseudonym;
mod store;

use crate::{
    contract::{Check, Credential, Error, Guest, Schema, SchemaState},
    store::Store,
};

mod bindings {
    wit_bindgen::generate!({ path: "../../wit/system", world: "system" });
}

use bindings::exports::vinyl::system::{
    clients::Location,
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

impl bindings::exports::vinyl::system::clients::Guest for System {
    fn locate(peer: String, forwarded: Vec<String>, x_forwarded_for: Vec<String>) -> Location {
        clients::locate(&peer, &forwarded, &x_forwarded_for)
    }
}

bindings::export!(System with_types_in bindings);

//! The variables of `spin.toml`: which component gets which.
//!
//! Spin grants a service either all variables of the gateway or none. So no service inherits them: the gateway reads
//! them, once in each instance, and hands each service its own ([`TABLE`]).

use std::sync::atomic::{AtomicBool, Ordering};

use spin_sdk::variables;

use crate::{
    bindings::vinyl::{auth, chat, collection, discogs, system},
    problem::{Code, Problem},
};

type Values = [(String, String)];

/// A service: the function that hands variables over to it, and their names.
type Row = (fn(&Values), &'static [&'static str]);

/// A variable that only the gateway needs is in no row.
const TABLE: [Row; 5] = [
    (
        auth::configuration::configure,
        &["jwt_secret", "jwt_secret_previous", "admin_email", "admin_password", "registration", "sign_in_attempts"],
    ),
    (
        chat::configuration::configure,
        &[
            "chat_provider",
            "chat_base_url",
            "chat_base_path",
            "chat_api_key",
            "chat_model",
            "chat_max_tokens",
            "chat_daily_quota",
            "chat_installation_quota",
            "chat_patience",
            "chat_heartbeat",
            "chat_secret",
        ],
    ),
    (collection::configuration::configure, &["quota_records", "quota_bytes"]),
    (
        discogs::configuration::configure,
        &[
            "discogs_base_url",
            "discogs_image_url",
            "discogs_key",
            "discogs_secret",
            "discogs_token",
            "discogs_currency",
            "discogs_daily_quota",
            "discogs_installation_quota",
            "discogs_cover_bytes",
            "public_lookup",
        ],
    ),
    (system::configuration::configure, &["init_secret"]),
];

static IS_DONE: AtomicBool = AtomicBool::new(false);

/// Returns when every service has its variables. Only the first requests of an instance wait for the host; if it cannot
/// read a variable, the next request tries again.
pub async fn ready() -> Result<(), Problem> {
    if IS_DONE.load(Ordering::Relaxed) {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(TABLE.len());
    for (configure, names) in TABLE {
        let mut values = Vec::with_capacity(names.len());
        for name in names {
            values.push(((*name).to_owned(), read(name).await?));
        }
        rows.push((configure, values));
    }
    // Requests that came meanwhile read the same values; the first that gets here hands them over.
    if !IS_DONE.swap(true, Ordering::Relaxed) {
        rows.iter().for_each(|(configure, values)| configure(values));
    }
    Ok(())
}

async fn read(name: &str) -> Result<String, Problem> {
    match variables::get(name).await {
        Ok(value) => Ok(value),
        Err(variables::Error::Undefined(_)) => Ok(String::new()),
        Err(error) => Err(Problem::new(Code::Unavailable, "The configuration cannot be read; please try again.")
            .with_cause(format!("the variable {name} cannot be read: {error}"))),
    }
}

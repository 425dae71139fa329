//! The variables of `spin.toml`: which component gets which.
//!
//! Spin grants a service either all variables of the gateway or none. So no service inherits them: the gateway reads
//! them, once in each instance, and hands each service its own ([`TABLE`]).

use std::sync::OnceLock;

use guest::hosts::Hosts;
use spin_sdk::variables;

use crate::{
    bindings::vinyl::{auth, chat, collection, discogs, musicbrainz, system},
    error,
    problem::{Code, Problem},
};

type Values = [(String, String)];

/// A service: the function that hands variables over to it, and their names.
type Row = (fn(&Values), &'static [&'static str]);

/// A variable that only the gateway needs is in no row.
const TABLE: [Row; 6] = [
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
            "discogs_account_secret",
            "discogs_currency",
            "discogs_daily_quota",
            "discogs_installation_quota",
            "discogs_cover_bytes",
            "public_lookup",
        ],
    ),
    (
        musicbrainz::configuration::configure,
        &[
            "musicbrainz_url",
            "musicbrainz_contact",
            "musicbrainz_interval",
            "musicbrainz_cover_bytes",
            "cover_art_url",
            "cover_art_archive_url",
            "cover_art_files_url",
            "public_url",
        ],
    ),
    (
        system::configuration::configure,
        &["init_secret", "jobs_token", "rate_limit_ip", "rate_limit_user", "trusted_proxies"],
    ),
];

/// What the gateway itself needs.
static HOSTS: OnceLock<Result<Hosts, String>> = OnceLock::new();

/// Returns the host names of the installation, when every service has its variables. Only the first requests of an
/// instance wait for the host; if it cannot read a variable, the next request tries again.
pub async fn ready() -> Result<&'static Hosts, Problem> {
    if let Some(hosts) = HOSTS.get() {
        return hosts.as_ref().map_err(|fault| error::misconfigured().with_cause(fault.clone()));
    }
    let mut rows = Vec::with_capacity(TABLE.len());
    for (configure, names) in TABLE {
        let mut values = Vec::with_capacity(names.len());
        for name in names {
            values.push(((*name).to_owned(), read(name).await?));
        }
        rows.push((configure, values));
    }
    let hosts = Hosts::parse(&read("allowed_hosts").await?, &read("public_url").await?);
    // Requests that came meanwhile read the same values; the first that gets here hands them over.
    if HOSTS.get().is_none() {
        rows.iter().for_each(|(configure, values)| configure(values));
    }
    let hosts = HOSTS.get_or_init(|| hosts.map_err(|error| error.to_string()));
    hosts.as_ref().map_err(|fault| error::misconfigured().with_cause(fault.clone()))
}

async fn read(name: &str) -> Result<String, Problem> {
    match variables::get(name).await {
        Ok(value) => Ok(value),
        Err(variables::Error::Undefined(_)) => Ok(String::new()),
        Err(error) => Err(Problem::new(Code::Unavailable, "The configuration cannot be read; please try again.")
            .with_cause(format!("the variable {name} cannot be read: {error}"))),
    }
}

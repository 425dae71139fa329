//! The checks behind `/system/health`. Each one uses the real resource.

use std::{
    cmp::Ordering,
    sync::{Mutex, PoisonError},
};

use guest::time;
use spin_sdk::key_value;

use crate::{
    contract::{Check, Error},
    store::Store,
};

/// How long a result is good for: the checks take the write lock, and anyone may ask for them.
const CHECK_EVERY_MS: i64 = 1000;

struct Latest {
    at: i64,
    checks: Vec<Check>,
}

pub async fn check() -> Vec<Check> {
    static LATEST: Mutex<Latest> = Mutex::new(Latest { at: i64::MIN, checks: Vec::new() });
    let latest = || LATEST.lock().unwrap_or_else(PoisonError::into_inner);
    let now = time::now_millis();
    let is_due = |latest: &Latest| latest.checks.is_empty() || now >= latest.at.saturating_add(CHECK_EVERY_MS);
    if !is_due(&latest()) {
        return latest().checks.clone();
    }
    // Requests that come while the checks run get the previous result.
    latest().at = now;
    let checks = vec![
        result("database", check_database().await),
        result("schema", check_schema().await),
        result("key_value", check_key_value().await),
    ];
    latest().checks.clone_from(&checks);
    checks
}

fn result(name: &str, finding: Result<(), String>) -> Check {
    Check { name: name.to_owned(), healthy: finding.is_ok(), detail: finding.err().unwrap_or_default() }
}

async fn check_database() -> Result<(), String> {
    match write().await {
        Ok(()) => Ok(()),
        // An empty database is healthy; the check of the schema reports that its tables are missing.
        Err(Error::Internal(message)) if message.contains("no such table") => Ok(()),
        Err(error) => Err(detail(error)),
    }
}

async fn write() -> Result<(), Error> {
    Store::open().await?.check_writable().await
}

async fn check_schema() -> Result<(), String> {
    let (applied, known) = (applied().await.map_err(detail)?, migrations::newest());
    match applied.cmp(&known) {
        Ordering::Equal => Ok(()),
        Ordering::Less => Err(format!("{applied} of {known} migrations are applied")),
        Ordering::Greater => Err(format!(
            "a newer release migrated the database to {applied}; the newest migration of this release is {known}"
        )),
    }
}

async fn applied() -> Result<u32, Error> {
    Store::open().await?.applied().await
}

async fn check_key_value() -> Result<(), String> {
    let store = key_value::Store::open_default().await.map_err(|error| error.to_string())?;
    store.exists("health").await.map(drop).map_err(|error| error.to_string())
}

fn detail(error: Error) -> String {
    match error {
        Error::Unavailable(message) | Error::Internal(message) => message,
        Error::Forbidden => "no permission".to_owned(),
    }
}

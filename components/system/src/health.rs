//! The checks behind `/system/health`, each against the real thing.

use crate::error::{Error, Result};
use crate::migration::newest;
use crate::store::Store;
use spin_sdk::key_value;

/// What a check found; `Err` holds words for the operator.
pub type Finding = (&'static str, Result<(), String>);

pub async fn check() -> [Finding; 3] {
    [("database", database().await), ("schema", schema().await), ("key_value", key_value().await)]
}

async fn database() -> Result<(), String> {
    let checked = async { Store::open().await?.check_writable().await };
    match checked.await {
        Ok(()) => Ok(()),
        // An empty database is healthy; that its schema is missing is said by the next check.
        Err(Error::Internal(message)) if message.contains("no such table") => Ok(()),
        Err(error) => Err(words(error)),
    }
}

async fn schema() -> Result<(), String> {
    let applied = async { Store::open().await?.applied().await }.await.map_err(words)?;
    let known = newest();
    match applied.cmp(&known) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(format!("migrations up to {applied} of {known} are applied")),
        std::cmp::Ordering::Greater => {
            Err(format!("the database was migrated by a newer release ({applied}; this one knows {known})"))
        }
    }
}

async fn key_value() -> Result<(), String> {
    let store = key_value::Store::open_default().await.map_err(|error| error.to_string())?;
    store.exists("health").await.map(drop).map_err(|error| error.to_string())
}

fn words(error: Error) -> String {
    match error {
        Error::Unavailable(message) | Error::Internal(message) => message,
    }
}

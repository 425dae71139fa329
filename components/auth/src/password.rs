//! Passwords: hashed in turn, so that many sign-ins at once delay no other request.

mod turn;

pub use ::password::{Verdict, check};

pub use self::turn::Turn;
use crate::contract::Error;

/// Returns the hash to store: in the current format, with a new salt.
pub async fn hash(_: &Turn, password: &str) -> Result<String, Error> {
    let salt = guest::random::bytes::<{ ::password::SALT_BYTES }>()?;
    Ok(::password::hash(password, salt, yield_to_others).await)
}

/// Takes the same time for every wrong password, with or without an account (`stored`).
pub async fn verify(_: &Turn, password: &str, stored: Option<&str>) -> Verdict {
    ::password::verify(password, stored, yield_to_others).await
}

/// Lets the other requests of this instance run.
async fn yield_to_others() {
    #[cfg(target_arch = "wasm32")]
    wit_bindgen::yield_async().await;
}

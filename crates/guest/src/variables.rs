//! The variables of `spin.toml` that the gateway handed over to this component. An empty variable counts as not set.
//!
//! A service has no access to the variables itself: Spin would grant it all of the gateway's, secrets of other services
//! included. It exports the interface `configuration` of its WIT package, which calls [`hand_over`].

use std::{collections::HashMap, fmt::Display, ops::RangeInclusive, str::FromStr, sync::OnceLock};

use crate::error::{Error, Result};

/// An HMAC-SHA256 key that is shorter than the hash weakens it (RFC 7518, section 3.2).
pub const MIN_SECRET_BYTES: usize = 32;

static VALUES: OnceLock<HashMap<String, String>> = OnceLock::new();

/// Keeps the values, by name, for as long as the instance lives. A second call changes nothing.
pub fn hand_over(values: Vec<(String, String)>) {
    let _ = VALUES.set(values.into_iter().collect());
}

/// Returns a variable exactly as it is configured, for a value in which white space counts (a password). Returns an
/// empty text if the variable is not set.
///
/// # Errors
/// [`Error::Internal`] if the variable was not handed over.
pub async fn read_verbatim(name: &str) -> Result<String> {
    find(VALUES.get(), name).cloned()
}

fn find<'a>(values: Option<&'a HashMap<String, String>>, name: &str) -> Result<&'a String> {
    let values = values.ok_or_else(|| {
        Error::Internal(format!("the variable {name} was read before the gateway handed the variables over"))
    })?;
    values.get(name).ok_or_else(|| {
        Error::Internal(format!("the gateway does not hand the variable {name} over; see its `configuration.rs`"))
    })
}

/// Returns a variable without the white space around it; an empty text if it is not set.
///
/// # Errors
/// [`Error::Internal`] if the variable was not handed over.
pub async fn read(name: &str) -> Result<String> {
    Ok(read_verbatim(name).await?.trim().to_owned())
}

/// Returns a variable that must be a whole number within `range`.
///
/// # Errors
/// [`Error::Misconfigured`] if it is not set or not such a number, [`Error::Internal`] if it was not handed over.
pub async fn read_number<T>(name: &str, range: RangeInclusive<T>) -> Result<T>
where
    T: FromStr + PartialOrd + Display,
{
    number(name, range)
}

/// The same, for a function that cannot wait.
///
/// # Errors
/// As [`read_number`].
pub fn number<T>(name: &str, range: RangeInclusive<T>) -> Result<T>
where
    T: FromStr + PartialOrd + Display,
{
    parse_number(name, text(name)?, &range)
}

/// As [`read`], for a function that cannot wait.
///
/// # Errors
/// As [`read`].
pub fn text(name: &str) -> Result<&'static str> {
    Ok(find(VALUES.get(), name)?.trim())
}

/// Returns a secret, without the white space around it; `None` if the variable is not set.
///
/// # Errors
/// [`Error::Misconfigured`] if it has fewer than [`MIN_SECRET_BYTES`] bytes, [`Error::Internal`] if it was not handed
/// over.
pub async fn read_secret(name: &str) -> Result<Option<Vec<u8>>> {
    check_secret(name, read(name).await?)
}

/// As [`read_secret`], for a function that cannot wait.
///
/// # Errors
/// As [`read_secret`].
pub fn secret(name: &str) -> Result<Option<Vec<u8>>> {
    check_secret(name, text(name)?.to_owned())
}

fn parse_number<T: FromStr + PartialOrd + Display>(name: &str, value: &str, range: &RangeInclusive<T>) -> Result<T> {
    value.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
        let (least, most) = (range.start(), range.end());
        Error::Misconfigured(format!("the variable {name} must be a whole number from {least} to {most}"))
    })
}

fn check_secret(name: &str, value: String) -> Result<Option<Vec<u8>>> {
    match value.len() {
        0 => Ok(None),
        MIN_SECRET_BYTES.. => Ok(Some(value.into_bytes())),
        bytes => Err(Error::Misconfigured(format!(
            "the variable {name} has {bytes} bytes and needs at least {MIN_SECRET_BYTES}; \
             `openssl rand -base64 48` generates a suitable value"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_handed_over_can_be_read() {
        let Err(Error::Internal(message)) = find(None, "jwt_secret") else { panic!("read before it was handed over") };
        assert!(message.contains("jwt_secret was read before"), "{message}");
        let values = HashMap::from([("quota".to_owned(), String::new())]);
        assert_eq!(find(Some(&values), "quota"), Ok(&String::new()));
        let Err(Error::Internal(message)) = find(Some(&values), "jwt_secret") else { panic!("another's variable") };
        assert!(message.contains("does not hand the variable jwt_secret over"), "{message}");
    }

    #[test]
    fn a_number_outside_of_its_range_is_refused_by_name() {
        assert_eq!(parse_number("quota", "7", &(0..=7)), Ok(7));
        for value in ["", "8", "-1", "seven", "7.0"] {
            let Err(Error::Misconfigured(message)) = parse_number("quota", value, &(0..=7)) else {
                panic!("{value} was accepted");
            };
            assert_eq!(message, "the variable quota must be a whole number from 0 to 7");
        }
    }

    #[test]
    fn a_short_secret_is_refused_and_the_message_does_not_contain_it() {
        assert_eq!(check_secret("jwt_secret", String::new()), Ok(None));
        assert_eq!(check_secret("jwt_secret", "s".repeat(32)), Ok(Some(vec![b's'; 32])));
        let Err(Error::Misconfigured(message)) = check_secret("jwt_secret", "hunter2".repeat(4)) else {
            panic!("28 bytes were accepted");
        };
        assert!(message.contains("jwt_secret has 28 bytes"));
        assert!(!message.contains("hunter2"));
    }
}

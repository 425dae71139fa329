//! What can go wrong, and how it becomes the contract's.

use crate::service::contract;

/// One thing wrong with one field of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub field: &'static str,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    Invalid(Vec<Fault>),
    AccountNeeded,
    NotFound,
    /// Seconds until trying again may help.
    Busy(u32),
    Failed(String),
    Misconfigured(String),
    Unavailable(String),
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Fault { field, message: message.into() }])
    }

    /// Whether Discogs is the cause, so that an older answer is better than none.
    pub fn is_upstream(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Failed(_) | Self::Misconfigured(_))
    }

    /// For those who wait for the same answer, in another instance perhaps.
    pub fn note(&self) -> String {
        match self {
            Self::Busy(seconds) => format!("busy {seconds}"),
            Self::Misconfigured(cause) => format!("misconfigured {cause}"),
            Self::Failed(cause) => format!("failed {cause}"),
            other => format!("failed {other:?}"),
        }
    }

    pub fn from_note(note: &str) -> Self {
        match note.split_once(' ') {
            Some(("busy", seconds)) => Self::Busy(seconds.parse().unwrap_or(60)),
            Some(("misconfigured", cause)) => Self::Misconfigured(cause.to_owned()),
            Some((_, cause)) => Self::Failed(cause.to_owned()),
            None => Self::Failed(note.to_owned()),
        }
    }
}

impl From<sqlite::Error> for Error {
    fn from(error: sqlite::Error) -> Self {
        match error {
            sqlite::Error::Unavailable(message) => Self::Unavailable(message),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<Error> for contract::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(faults) => Self::Invalid(
                faults
                    .into_iter()
                    .map(|f| contract::FieldError { field: f.field.to_owned(), message: f.message })
                    .collect(),
            ),
            Error::AccountNeeded => Self::AccountNeeded,
            Error::NotFound => Self::NotFound,
            Error::Busy(seconds) => Self::Busy(seconds),
            Error::Failed(cause) => Self::Failed(cause),
            Error::Misconfigured(cause) => Self::Misconfigured(cause),
            Error::Unavailable(cause) => Self::Unavailable(cause),
            Error::Internal(cause) => Self::Internal(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_to_who_waits() {
        for error in [Error::Busy(42), Error::Failed("cut off".into()), Error::Misconfigured("no token".into())] {
            assert_eq!(Error::from_note(&error.note()), error);
        }
        assert!(Error::from_note("?").is_upstream());
    }
}

//! Conversions into the contract's `error`, and [`AnswerError`]: a fault after the question was stored.

use crate::contract::{
    assistant::FailureReason,
    types::{Error, FieldError},
};

pub type Result<T, E = Error> = std::result::Result<T, E>;

pub fn invalid(field: &str, message: impl Into<String>) -> Error {
    Error::Invalid(vec![field_error(field, message)])
}

pub fn field_error(field: &str, message: impl Into<String>) -> FieldError {
    FieldError { field: field.to_owned(), message: message.into() }
}

pub fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}

impl From<sqlite::Error> for Error {
    fn from(error: sqlite::Error) -> Self {
        match error {
            // The account is the only parent of a row that can be missing: conversations are checked before.
            sqlite::Error::Constraint(message) if message.contains("FOREIGN KEY") => Self::NoSuchUser,
            sqlite::Error::Unavailable(message) => Self::Unavailable(message),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<guest::Error> for Error {
    fn from(error: guest::Error) -> Self {
        match error {
            guest::Error::Misconfigured(message) => Self::Misconfigured(message),
            guest::Error::Unavailable(message) => Self::Unavailable(message),
            guest::Error::Internal(message) => Self::Internal(message),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        internal(error)
    }
}

/// A fault of the provider or of this component. The client receives it as an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerError {
    pub reason: FailureReason,
    /// For the operator's log.
    pub cause: String,
}

impl AnswerError {
    pub fn new(reason: FailureReason, cause: impl Into<String>) -> Self {
        Self { reason, cause: cause.into() }
    }
}

/// Why an answer is incomplete.
#[derive(Debug)]
pub enum Incomplete {
    ClientDisconnected,
    Failed(AnswerError),
}

impl From<AnswerError> for Incomplete {
    fn from(error: AnswerError) -> Self {
        Self::Failed(error)
    }
}

impl FailureReason {
    /// The code that is stored with an incomplete answer. The gateway sends the same codes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "provider_refused",
            Self::Busy => "provider_busy",
            Self::Failed => "provider_failed",
            Self::TimedOut => "provider_timeout",
            Self::CutOff => "answer_cut_off",
            Self::Internal => "internal",
        }
    }

    /// The message for the user.
    pub fn message(self) -> &'static str {
        match self {
            Self::Refused => "The provider rejected the request. The key or the model may be wrong.",
            Self::Busy => "The provider has no capacity at the moment, or the key has no quota left.",
            Self::Failed => "The provider could not be reached, or its answer was not usable.",
            Self::TimedOut => "The provider sent nothing for too long.",
            Self::CutOff => "The provider's answer ended too early.",
            Self::Internal => "The server failed. Its log has the cause under the request id.",
        }
    }
}

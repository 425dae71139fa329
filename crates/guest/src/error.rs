//! The error of this crate.

use std::fmt;

/// Every text is for the operator's log, never for a client. No text contains a variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A variable has a wrong value. The text names the variable and the correction.
    Misconfigured(String),
    /// The host could not read a variable; a retry may succeed.
    Unavailable(String),
    /// Any other fault.
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misconfigured(message) | Self::Unavailable(message) | Self::Internal(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

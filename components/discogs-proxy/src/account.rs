//! Collections of Discogs' users: what an account follows, and what a page of it changes (`vinyl:discogs/accounts`).

mod compare;
mod connection;
mod describe;
mod page;
mod row;
mod session;
mod token;

pub use compare::compare;
pub use connection::connect;
pub use describe::describe;
pub use page::{keep, read};

use crate::{
    account_contract::Error as AccountError,
    contract::{Error, FieldError},
};

pub type Result<T, E = AccountError> = std::result::Result<T, E>;

impl From<Error> for AccountError {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(faults) => Self::Invalid(faults),
            Error::Busy(seconds) => Self::Busy(seconds),
            Error::QuotaExceeded(seconds) => Self::QuotaExceeded(seconds),
            Error::InstallationQuotaExceeded(seconds) => Self::InstallationQuotaExceeded(seconds),
            Error::Failed(cause) => Self::Failed(cause),
            Error::Misconfigured(cause) => Self::Misconfigured(cause),
            Error::Unavailable(cause) => Self::Unavailable(cause),
            Error::Internal(cause) => Self::Internal(cause),
            Error::AccountNeeded | Error::NotFound => Self::Internal("the answer of a lookup".to_owned()),
        }
    }
}

impl From<sqlite::Error> for AccountError {
    fn from(error: sqlite::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<serde_json::Error> for AccountError {
    fn from(error: serde_json::Error) -> Self {
        Error::from(error).into()
    }
}

fn invalid(field: &str, message: &str) -> AccountError {
    AccountError::Invalid(vec![FieldError::new(field, message)])
}

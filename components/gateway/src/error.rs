//! The services' errors as problems. Their texts for the operator go to the log only.

use http::header;

use crate::{
    identity,
    problem::{Code, FieldError, Problem},
    services::{auth, chat, collection, lookups, operations},
};

impl From<auth::types::Error> for Problem {
    fn from(error: auth::types::Error) -> Self {
        use auth::types::Error;
        match error {
            Error::Invalid(errors) => {
                Self::invalid(errors.into_iter().map(|e| FieldError::new(e.field, e.message)).collect())
            }
            Error::EmailTaken => Self::new(Code::EmailTaken, "An account with this email exists."),
            Error::BadCredentials => Self::new(Code::BadCredentials, "Email and password do not belong together."),
            Error::Unauthenticated => Self::new(Code::Unauthenticated, "The token is not valid, or not any more."),
            Error::NotFound => Self::not_found(),
            Error::Misconfigured(cause) => misconfigured().with_cause(cause),
            Error::Unavailable(cause) => unavailable(cause),
            Error::Internal(cause) => internal(cause),
        }
    }
}

impl From<collection::types::Error> for Problem {
    fn from(error: collection::types::Error) -> Self {
        use collection::types::Error;
        match error {
            Error::Malformed(why) => Self::new(Code::MalformedJson, why),
            Error::Invalid(errors) => {
                Self::invalid(errors.into_iter().map(|e| FieldError::new(e.field, e.message)).collect())
            }
            Error::NotFound => Self::not_found(),
            Error::VersionConflict(version) => {
                Self::new(Code::VersionConflict, "The album was changed since that version.").with_version(version)
            }
            Error::CursorExpired => Self::new(
                Code::CursorExpired,
                "Deletions that this cursor has not seen were purged. Read everything anew, without a cursor, and keep what is not synchronised yet.",
            ),
            Error::NoSuchUser => Self::new(Code::Unauthenticated, "The account does not exist any more."),
            Error::Unavailable(cause) => unavailable(cause),
            Error::Internal(cause) => internal(cause),
        }
    }
}

impl From<chat::types::Error> for Problem {
    fn from(error: chat::types::Error) -> Self {
        use chat::types::Error;
        match error {
            Error::Invalid(errors) => {
                Self::invalid(errors.into_iter().map(|e| FieldError::new(e.field, e.message)).collect())
            }
            Error::NotFound => Self::not_found(),
            Error::NoSuchUser => Self::new(Code::Unauthenticated, "The account does not exist any more."),
            Error::QuotaExceeded(seconds) => Self::new(Code::QuotaExceeded, "Today's questions are used up.")
                .with_header(header::RETRY_AFTER, seconds.into()),
            Error::KeyUnreadable => {
                Self::new(Code::KeyUnreadable, "Your stored key cannot be read any more; please store it anew.")
            }
            Error::Misconfigured(cause) => misconfigured().with_cause(cause),
            Error::Unavailable(cause) => unavailable(cause),
            Error::Internal(cause) => internal(cause),
        }
    }
}

impl From<lookups::Error> for Problem {
    fn from(error: lookups::Error) -> Self {
        use lookups::Error;
        match error {
            Error::Invalid(errors) => {
                Self::invalid(errors.into_iter().map(|e| FieldError::new(e.field, e.message)).collect())
            }
            Error::AccountNeeded => identity::needed(),
            Error::NotFound => Self::not_found(),
            Error::Busy(seconds) => Self::new(
                Code::DiscogsBusy,
                "The requests that Discogs allows in a minute are used up; please try again a little later.",
            )
            .with_header(header::RETRY_AFTER, seconds.into()),
            Error::Failed(cause) => {
                Self::new(Code::DiscogsFailed, "Discogs cannot be reached, or answered with an error.")
                    .with_cause(cause)
            }
            Error::Misconfigured(cause) => misconfigured().with_cause(cause),
            Error::Unavailable(cause) => unavailable(cause),
            Error::Internal(cause) => internal(cause),
        }
    }
}

impl From<operations::Error> for Problem {
    fn from(error: operations::Error) -> Self {
        use operations::Error;
        match error {
            Error::Forbidden => Self::new(Code::Forbidden, "The secret is wrong, or none is configured."),
            Error::Unavailable(cause) => unavailable(cause),
            Error::Internal(cause) => internal(cause),
        }
    }
}

pub fn misconfigured() -> Problem {
    Problem::new(Code::Misconfigured, "The installation is set up wrongly; its log says what to mend.")
}

fn unavailable(cause: String) -> Problem {
    Problem::new(Code::Unavailable, "The database did not answer in time; please try again.").with_cause(cause)
}

pub fn internal(cause: String) -> Problem {
    Problem::new(Code::Internal, "The server failed; its log has the cause under this request id.").with_cause(cause)
}

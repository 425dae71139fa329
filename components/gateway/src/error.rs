//! Converts the services' errors into problems. A text for the operator goes into the log only.

use http::header;

use crate::{
    problem::{Code, FieldError, Problem},
    services::{auth, chat, collection, discogs_accounts, lookups, musicbrainz, operations},
};

/// In seconds. Most answers end sooner.
const RETRY_AFTER_ANSWER: u32 = 10;

impl From<auth::types::Error> for Problem {
    fn from(error: auth::types::Error) -> Self {
        use auth::types::Error;
        match error {
            Error::Invalid(errors) => {
                Self::invalid(errors.into_iter().map(|e| FieldError::new(e.field, e.message)).collect())
            }
            Error::RegistrationClosed => {
                Self::new(Code::RegistrationClosed, "No one may create an account in this installation.")
            }
            Error::RateLimited(seconds) => Self::new(Code::RateLimited, "Too many attempts; please wait.")
                .with_header(header::RETRY_AFTER, seconds.into()),
            Error::Busy(seconds) => Self::new(Code::Busy, "Too many people sign in at once; please try again.")
                .with_header(header::RETRY_AFTER, seconds.into()),
            Error::EmailTaken => Self::new(Code::EmailTaken, "An account with this email exists."),
            Error::BadCredentials => Self::new(Code::BadCredentials, "The email or the password is wrong."),
            Error::Unauthenticated => {
                Self::new(Code::Unauthenticated, "The token is invalid, has expired or was revoked.")
            }
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
                Self::new(Code::VersionConflict, "The record was changed since that version.").with_version(version)
            }
            Error::CursorExpired => Self::new(
                Code::CursorExpired,
                "Deletions that are newer than the cursor were purged. Read everything again without a cursor, and \
                 keep the operations that are not sent yet.",
            ),
            Error::QuotaExceeded => Self::new(
                Code::StorageQuotaExceeded,
                "Your collection has reached its limit. Nothing was written. Empty the trash to make room.",
            ),
            Error::NoSuchUser => account_deleted(),
            Error::Misconfigured(cause) => misconfigured().with_cause(cause),
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
            Error::NoSuchUser => account_deleted(),
            Error::QuotaExceeded(seconds) => later(Code::QuotaExceeded, "You have no question left today.", seconds),
            Error::InstallationQuotaExceeded(seconds) => later(
                Code::InstallationQuotaExceeded,
                "The language model of this installation answers no more questions today. The built-in assistant and a \
                 key of your own do.",
                seconds,
            ),
            Error::TooManyAnswers => later(
                Code::TooManyAnswers,
                "Eight answers to you are in progress; please wait for one to end.",
                RETRY_AFTER_ANSWER,
            ),
            Error::KeyUnreadable => Self::new(
                Code::KeyUnreadable,
                "Your stored key was stored for another server, or cannot be decrypted. Please store it again.",
            ),
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
            Error::AccountNeeded => Self::needs_token(),
            Error::NotFound => Self::not_found(),
            Error::Busy(seconds) => {
                later(Code::DiscogsBusy, "The rate limit of Discogs is reached; please try again later.", seconds)
            }
            Error::QuotaExceeded(seconds) => later(Code::QuotaExceeded, "You have no lookup left today.", seconds),
            Error::InstallationQuotaExceeded(seconds) => {
                later(Code::InstallationQuotaExceeded, "This installation has no lookup left today.", seconds)
            }
            Error::Failed(cause) => {
                Self::new(Code::DiscogsFailed, "Discogs cannot be reached or responded with an error.")
                    .with_cause(cause)
            }
            Error::Misconfigured(cause) => misconfigured().with_cause(cause),
            Error::Unavailable(cause) => unavailable(cause),
            Error::Internal(cause) => internal(cause),
        }
    }
}

impl From<musicbrainz::lookups::Error> for Problem {
    fn from(error: musicbrainz::lookups::Error) -> Self {
        use musicbrainz::lookups::Error;
        match error {
            Error::Invalid(errors) => {
                Self::invalid(errors.into_iter().map(|e| FieldError::new(e.field, e.message)).collect())
            }
            Error::NotFound => Self::not_found(),
            Error::Busy(seconds) => later(
                Code::MusicbrainzBusy,
                "MusicBrainz takes one request a second, and others wait; please try again later.",
                seconds,
            ),
            Error::Failed(cause) => {
                Self::new(Code::MusicbrainzFailed, "MusicBrainz cannot be reached or responded with an error.")
                    .with_cause(cause)
            }
            Error::Misconfigured(cause) => misconfigured().with_cause(cause),
            Error::Unavailable(cause) => unavailable(cause),
            Error::Internal(cause) => internal(cause),
        }
    }
}

impl From<discogs_accounts::Error> for Problem {
    fn from(error: discogs_accounts::Error) -> Self {
        use discogs_accounts::Error;
        use lookups::Error as Lookup;
        match error {
            Error::NotConnected => Self::not_found(),
            Error::NoSuchUser => Self::new(Code::DiscogsUserNotFound, "Discogs has no user with this name."),
            Error::Private => Self::new(
                Code::DiscogsPrivate,
                "This collection at Discogs is private. A token of its user can read it.",
            ),
            Error::TokenRejected => {
                Self::new(Code::DiscogsTokenRejected, "Discogs does not accept the token. Store a new one.")
            }
            Error::Invalid(errors) => Lookup::Invalid(errors).into(),
            Error::Busy(seconds) => Lookup::Busy(seconds).into(),
            Error::QuotaExceeded(seconds) => Lookup::QuotaExceeded(seconds).into(),
            Error::InstallationQuotaExceeded(seconds) => Lookup::InstallationQuotaExceeded(seconds).into(),
            Error::Failed(cause) => Lookup::Failed(cause).into(),
            Error::Misconfigured(cause) => Lookup::Misconfigured(cause).into(),
            Error::Unavailable(cause) => Lookup::Unavailable(cause).into(),
            Error::Internal(cause) => Lookup::Internal(cause).into(),
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

/// A refusal that ends after so many seconds.
#[inline(never)]
fn later(code: Code, detail: &'static str, seconds: u32) -> Problem {
    Problem::new(code, detail).with_header(header::RETRY_AFTER, seconds.into())
}

pub fn misconfigured() -> Problem {
    Problem::new(Code::Misconfigured, "The installation is misconfigured; its log says how to correct it.")
}

pub fn internal(cause: String) -> Problem {
    Problem::new(Code::Internal, "The server failed; its log has the cause with this request id.").with_cause(cause)
}

fn account_deleted() -> Problem {
    Problem::new(Code::Unauthenticated, "The account does not exist any more.")
}

fn unavailable(cause: String) -> Problem {
    // SQLite's words, and the sqlite crate's.
    let problem = match cause.contains("is full") {
        true => Problem::new(Code::StorageFull, "The disk of the installation is full: nothing was written."),
        false => Problem::new(Code::Unavailable, "The database did not respond in time; please try again."),
    };
    problem.with_cause(cause)
}

//! All SQL of this component. Every method is atomic: it runs one statement or one transaction.

mod attempts;
mod expired;
mod invitations;
mod secrets;
mod sessions;
mod users;

pub use self::{
    attempts::{AttemptKeys, AttemptLimits, Counts},
    invitations::InvitationRow,
    sessions::{Refreshed, SessionRow},
    users::{Account, Admission, NewUser, ProfileUpdate},
};

use sqlite::{Connection, Row, Value};

use crate::contract::Error;

/// The time of the statement as RFC 3339, UTC, with milliseconds. Times of this form compare as texts. An argument is
/// added to it: `now!("+30 days")`.
macro_rules! now {
    () => {
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
    };
    ($shift:literal) => {
        concat!("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '", $shift, "')")
    };
}

/// Whether the session `?2` of the user `?1` is active.
macro_rules! is_signed_in {
    () => {
        concat!("EXISTS (SELECT 1 FROM sessions WHERE id = ?2 AND user_id = ?1 AND expires_at > ", now!(), ")")
    };
}

use {is_signed_in, now};

pub struct Store(Connection);

impl Store {
    pub async fn open() -> Result<Self, Error> {
        Ok(Self(Connection::open().await?))
    }

    async fn rows(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<Vec<Row>, Error> {
        Ok(self.0.query(statement, parameters).await?)
    }

    async fn row(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<Option<Row>, Error> {
        Ok(self.0.query_one(statement, parameters).await?)
    }

    async fn run(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<(), Error> {
        Ok(self.0.execute(statement, parameters).await?)
    }

    async fn transaction<T, E: From<sqlite::Error>>(&self, work: impl AsyncFnOnce() -> Result<T, E>) -> Result<T, E> {
        self.0.transaction(work).await
    }
}

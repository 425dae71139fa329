//! What can go wrong with a request; what a provider does wrong is a [`crate::answer::Broken`].

#[derive(Debug)]
pub enum Error {
    /// A field and what is wrong with it.
    Invalid(&'static str, String),
    NotFound,
    NoSuchUser,
    /// Seconds until the next day.
    QuotaExceeded(u32),
    KeyUnreadable,
    Misconfigured(String),
    Unavailable(String),
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<sqlite::Error> for Error {
    fn from(error: sqlite::Error) -> Self {
        match error {
            // The only parent of a row that a caller can lose is the account; conversations are looked up before.
            sqlite::Error::Constraint(message) if message.contains("FOREIGN KEY") => Self::NoSuchUser,
            sqlite::Error::Unavailable(message) => Self::Unavailable(message),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

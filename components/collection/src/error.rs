//! What can go wrong, and how the database's words become the contract's.

/// One thing wrong with one field of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub field: String,
    pub message: String,
}

impl Fault {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub enum Error {
    Malformed(String),
    Invalid(Vec<Fault>),
    NotFound,
    /// The trigger's word; `store` looks up the version that the contract's error carries.
    VersionConflict(i64),
    NoSuchUser,
    /// A device missed deletions that are purged: it must read everything anew.
    CursorExpired,
    Unavailable(String),
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Fault::new(field, message)])
    }
}

/// `VersionConflict` is not made here: it needs a look at the album.
impl From<sqlite::Error> for Error {
    fn from(error: sqlite::Error) -> Self {
        match error {
            sqlite::Error::Constraint(message) if message.contains("record_not_found") => Self::NotFound,
            // The only parent of a row that a caller can lose is the account.
            sqlite::Error::Constraint(message) if message.contains("FOREIGN KEY") => Self::NoSuchUser,
            // The record that an operation names by its number is not there to give its uid.
            sqlite::Error::Constraint(message) if message.contains("NOT NULL") && message.contains("ops.uid") => {
                Self::NotFound
            }
            sqlite::Error::Constraint(message) if message.contains("records.uid") => {
                Self::invalid("uid", "is the uid of another album")
            }
            sqlite::Error::Unavailable(message) => Self::Unavailable(message),
            sqlite::Error::Constraint(message) | sqlite::Error::Other(message) => Self::Internal(message),
        }
    }
}

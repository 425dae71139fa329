//! The contract's `Error` and `FieldError`: constructors, and the conversion of database errors.

pub use crate::contract::types::{Error, FieldError};
use crate::record::{MAX_CUSTOM, too_large};

/// The contract's limit for the list of faults in `Error::Invalid`.
pub const MAX_FAULTS: usize = 100;

/// The characters of an unknown name, and of a path with such a name, that are reported.
const MAX_NAME: usize = 100;
const MAX_PATH: usize = 200;

impl FieldError {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }

    pub fn given_twice(field: impl AsRef<str>) -> Self {
        let field: String = field.as_ref().chars().take(MAX_PATH).collect();
        Self::new(field, "is given more than once")
    }

    /// `path` is that of the object. A name may be as long as the body: only its beginning is reported.
    pub fn unknown(path: &str, name: &str) -> Self {
        let name: String = name.chars().take(MAX_NAME).collect();
        Self::new(format!("{path}{name}"), "is not a field of this request")
    }
}

impl Error {
    /// One fault in one field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// `Invalid` with the first faults, or `value` if there are none.
    pub fn check<T>(value: T, mut faults: Vec<FieldError>) -> Result<T, Self> {
        faults.truncate(MAX_FAULTS);
        if faults.is_empty() { Ok(value) } else { Err(Self::Invalid(faults)) }
    }

    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }
}

/// Never yields `VersionConflict`, which needs the record's current version: see `store/ledger.rs`.
impl From<sqlite::Error> for Error {
    fn from(error: sqlite::Error) -> Self {
        match error {
            sqlite::Error::Constraint(message) if message.contains("record_not_found") => Self::NotFound,
            // The account is the only parent row that can disappear before the statement runs.
            sqlite::Error::Constraint(message) if message.contains("FOREIGN KEY") => Self::NoSuchUser,
            // An operation names its record by id, and there is no such record whose uid it could take.
            sqlite::Error::Constraint(message) if message.contains("NOT NULL") && message.contains("ops.uid") => {
                Self::NotFound
            }
            sqlite::Error::Constraint(message) if message.contains("records.uid") => {
                Self::invalid("uid", "is the uid of another record")
            }
            // See `store/ledger.rs`.
            sqlite::Error::Constraint(message) if message.contains("ops.strict") => Self::QuotaExceeded,
            sqlite::Error::Constraint(message) if message.contains("custom_too_large") => {
                Self::invalid("custom", too_large(MAX_CUSTOM))
            }
            sqlite::Error::Unavailable(message) => Self::Unavailable(message),
            sqlite::Error::Constraint(message) | sqlite::Error::Other(message) => Self::Internal(message),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violated_constraint_becomes_the_error_of_its_cause() {
        let converted = |message: &str| Error::from(sqlite::Error::Constraint(message.to_owned()));
        assert_eq!(converted("record_not_found"), Error::NotFound);
        assert_eq!(converted("FOREIGN KEY constraint failed"), Error::NoSuchUser);
        assert_eq!(converted("NOT NULL constraint failed: ops.uid"), Error::NotFound);
        let taken = converted("UNIQUE constraint failed: records.user_id, records.uid");
        assert_eq!(taken, Error::invalid("uid", "is the uid of another record"));
        assert_eq!(converted("NOT NULL constraint failed: ops.strict"), Error::QuotaExceeded);
        let too_large = Error::invalid("custom", "must have at most 10000 bytes of JSON");
        assert_eq!(converted("custom_too_large"), too_large);
        assert!(matches!(converted("CHECK constraint failed: kind"), Error::Internal(_)));
    }

    #[test]
    fn the_list_of_faults_ends_after_the_first_hundred() {
        let faults = vec![FieldError::new("year", "is required"); MAX_FAULTS + 1];
        assert!(matches!(Error::check((), faults), Err(Error::Invalid(listed)) if listed.len() == MAX_FAULTS));
    }
}

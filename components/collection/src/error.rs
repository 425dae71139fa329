//! The contract's `Error` and `FieldError`: constructors, and the conversion of database errors.

pub use crate::contract::types::{Error, FieldError};

/// The contract's limit for the list of faults in `Error::Invalid`.
pub const MAX_FAULTS: usize = 100;

impl FieldError {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }

    pub fn given_twice(field: impl Into<String>) -> Self {
        Self::new(field, "is given more than once")
    }

    pub fn unknown(field: impl Into<String>) -> Self {
        Self::new(field, "is not a field of this request")
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
            sqlite::Error::Unavailable(message) => Self::Unavailable(message),
            sqlite::Error::Constraint(message) | sqlite::Error::Other(message) => Self::Internal(message),
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
        assert!(matches!(converted("CHECK constraint failed: kind"), Error::Internal(_)));
    }

    #[test]
    fn the_list_of_faults_ends_after_the_first_hundred() {
        let faults = vec![FieldError::new("year", "is required"); MAX_FAULTS + 1];
        assert!(matches!(Error::check((), faults), Err(Error::Invalid(listed)) if listed.len() == MAX_FAULTS));
    }
}

//! Conversions into the contract's error.

use crate::contract::Error;

impl From<sqlite::Error> for Error {
    fn from(error: sqlite::Error) -> Self {
        match error {
            // SQLite's message has the columns of a UNIQUE constraint, not its name (`users_email`).
            sqlite::Error::Constraint(message) if message.contains("users.email_key") => Self::EmailTaken,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constraint_of_email_addresses_becomes_email_taken() {
        let refused = |message: &str| Error::from(sqlite::Error::Constraint(message.to_owned()));
        assert!(matches!(refused("UNIQUE constraint failed: users.email_key"), Error::EmailTaken));
        assert!(matches!(refused("CHECK constraint failed: role"), Error::Internal(_)));
    }
}

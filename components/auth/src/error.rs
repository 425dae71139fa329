//! The contract's `error`, and what becomes one.

use crate::contract::Error;

impl From<sqlite::Error> for Error {
    fn from(error: sqlite::Error) -> Self {
        match error {
            // SQLite names the columns of a UNIQUE constraint (`users_email`), not the constraint.
            sqlite::Error::Constraint(message) if message.contains("users.email_key") => Self::EmailTaken,
            sqlite::Error::Unavailable(message) => Self::Unavailable(message),
            other => Self::Internal(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_account_for_an_address_is_told_by_the_constraint() {
        let refused = |message: &str| Error::from(sqlite::Error::Constraint(message.to_owned()));
        assert!(matches!(refused("UNIQUE constraint failed: users.email_key"), Error::EmailTaken));
        assert!(matches!(refused("CHECK constraint failed: role"), Error::Internal(_)));
    }
}

//! New accounts.

use crate::{
    contract::{Client, Error, Registration, Role, SignedIn},
    email::{self, Email},
    faults::Faults,
    name, password, session,
    store::{NewUser, Store},
};

pub async fn register(registration: Registration, client: Client) -> Result<SignedIn, Error> {
    let (email, name) = checked(&registration)?;
    let opening = session::Opening::new(client).await?;
    // Before the database: a connection is not held for as long as a hash takes.
    let password_hash = password::hash(&registration.password).await?;
    let user = NewUser { email, name, password_hash, role: Role::Member };
    let user = Store::open().await?.insert_user_with_session(&user, &opening.row()).await?;
    opening.signed_in(user)
}

/// The limits of a registration; every fault is told.
pub fn checked(registration: &Registration) -> Result<(Email, Option<String>), Error> {
    let mut faults = Faults::default();
    let email = faults.check("email", email::parse(&registration.email));
    let password = faults.check("password", password::check(&registration.password));
    let name = faults.check("name", registration.name.as_deref().map(name::parse).transpose());
    match (email, password, name) {
        (Some(email), Some(()), Some(name)) => Ok((email, name)),
        _ => Err(faults.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told() {
        let all_wrong =
            Registration { email: "ada".to_owned(), password: "short".to_owned(), name: Some(" ".to_owned()) };
        let Err(Error::Invalid(faults)) = checked(&all_wrong) else {
            unreachable!("it was accepted");
        };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["email", "password", "name"]);
    }

    #[test]
    fn a_name_may_be_left_out() {
        let good = Registration { email: "Ada@Example.com".to_owned(), password: "long enough".to_owned(), name: None };
        assert!(matches!(checked(&good), Ok((Email { key, .. }, None)) if key == "ada@example.com"));
    }
}

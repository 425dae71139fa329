//! New accounts.

use crate::{
    contract::{Client, Error, Registration, Role, SignedIn},
    email::{self, Email},
    name, password,
    session::NewSession,
    store::{NewUser, Store},
    validation::Faults,
};

pub async fn register(registration: Registration, client: Client) -> Result<SignedIn, Error> {
    let (email, name) = validate(&registration)?;
    let session = NewSession::prepare(client).await?;
    // Hashing takes long, so it comes before the connection to the database is opened.
    let password_hash = password::hash(&registration.password).await?;
    let user = NewUser { email, name, password_hash, role: Role::Member };
    let user = Store::open().await?.insert_user_with_session(&user, &session.row()).await?;
    session.into_signed_in(user)
}

/// Returns the email address and the name, or every fault of the registration.
pub fn validate(registration: &Registration) -> Result<(Email, Option<String>), Error> {
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
    fn every_fault_is_listed() {
        let all_wrong =
            Registration { email: "ada".to_owned(), password: "short".to_owned(), name: Some(" ".to_owned()) };
        let Err(Error::Invalid(faults)) = validate(&all_wrong) else {
            unreachable!("it was accepted");
        };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["email", "password", "name"]);
    }

    #[test]
    fn a_name_may_be_left_out() {
        let good = Registration { email: "Ada@Example.com".to_owned(), password: "long enough".to_owned(), name: None };
        assert!(matches!(validate(&good), Ok((Email { key, .. }, None)) if key == "ada@example.com"));
    }
}

//! New accounts: who may create one, and of what.

use crate::{
    attempt::{Attempts, Purpose},
    config::{RegistrationConfig, RegistrationMode},
    contract::{Client, Error, FieldError, Registration, Role, SignedIn},
    email::{self, Email},
    invitation, name,
    password::{self, Turn},
    session::NewSession,
    store::{Admission, NewUser, Store},
    validation::Faults,
};

/// Returns a JSON object.
pub async fn state() -> Result<String, Error> {
    let config = RegistrationConfig::read().await?;
    let first_account = !config.has_admin && Store::open().await?.is_new().await?;
    Ok(format!(r#"{{"mode":"{}","first_account":{first_account}}}"#, config.mode.name()))
}

pub async fn register(registration: Registration, client: Client) -> Result<SignedIn, Error> {
    let (email, name) = validate(&registration)?;
    let RegistrationConfig { mode, has_admin } = RegistrationConfig::read().await?;
    let code = registration.invitation.as_deref().map(invitation::hash);
    let admission = Admission { mode, has_admin, invitation: code.as_deref() };
    // Checked again when the account is stored; until then, a refused registration should cost little.
    if !is_admitted(admission, &email).await? {
        return Err(refusal(admission));
    }
    let attempts = Attempts::of(Purpose::Registration, "", None, &client).await?;
    attempts.check().await?;
    let at_sign_in = Attempts::of(Purpose::Password, &email.key, None, &client).await?;
    let session = NewSession::prepare(client).await?;
    let turn = Turn::take().await?;
    attempts.spend().await?;
    let password_hash = password::hash(&turn, &registration.password).await?;
    drop(turn);
    let user = NewUser { email, name, password_hash };
    let user = Store::open().await?.register(&user, admission, &session.row(at_sign_in.keys())).await?;
    let user = user.ok_or_else(|| refusal(admission))?;
    if matches!(user.role, Role::SuperAdmin) {
        warn_of_first_account(user.id);
    }
    session.into_signed_in(user)
}

async fn is_admitted(admission: Admission<'_>, email: &Email) -> Result<bool, Error> {
    if matches!(admission.mode, RegistrationMode::Open) {
        return Ok(true);
    }
    let store = Store::open().await?;
    if !admission.has_admin && store.is_new().await? {
        return Ok(true);
    }
    match (admission.mode, admission.invitation) {
        (RegistrationMode::Invite, Some(code)) => store.is_invited(code, &email.key).await,
        _ => Ok(false),
    }
}

fn refusal(admission: Admission<'_>) -> Error {
    let message = match (admission.mode, admission.invitation) {
        (RegistrationMode::Closed, _) => return Error::RegistrationClosed,
        (_, None) => "is required",
        // The same for each reason, so that it helps no one who guesses.
        (_, Some(_)) => "is unknown, used, expired or for another email address",
    };
    Error::Invalid(vec![FieldError { field: "invitation".to_owned(), message: message.to_owned() }])
}

/// The account may be that of a stranger who was faster than the operator.
fn warn_of_first_account(id: i64) {
    let message = format!(
        "the first account was created: user {id} is the super admin. If it is not yours, stop the installation, \
         delete its database, and set admin_email and admin_password before the next start"
    );
    eprintln!(r#"{{"level":"warn","component":"auth","message":"{message}"}}"#);
}

/// Returns the email address and the name, or every fault of the registration.
pub fn validate(registration: &Registration) -> Result<(Email, Option<String>), Error> {
    let mut faults = Faults::default();
    let email = faults.check("email", email::parse(&registration.email));
    let password = faults.check("password", password::check(&registration.password, &registration.email));
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
        let all_wrong = Registration {
            email: "ada".to_owned(),
            password: "short".to_owned(),
            name: Some(" ".to_owned()),
            invitation: None,
        };
        let Err(Error::Invalid(faults)) = validate(&all_wrong) else {
            unreachable!("it was accepted");
        };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["email", "password", "name"]);
    }

    #[test]
    fn a_name_may_be_left_out() {
        let good = Registration {
            email: "Ada@Example.com".to_owned(),
            password: "long enough".to_owned(),
            name: None,
            invitation: None,
        };
        assert!(matches!(validate(&good), Ok((Email { key, .. }, None)) if key == "ada@example.com"));
    }
}

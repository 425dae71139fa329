//! The caller's own account.

use crate::{
    attempt::{Attempts, Purpose},
    contract::{Client, Error, FieldError, Identity, ProfileChange, User},
    email::{self, Email},
    name,
    password::{self, Turn, Verdict},
    session::live,
    store::{Account, ProfileUpdate, Store},
    validation::Faults,
};

pub async fn read(caller: &Identity) -> Result<User, Error> {
    Ok(find_account(caller).await?.user)
}

pub async fn update(caller: &Identity, change: ProfileChange, client: &Client) -> Result<User, Error> {
    let (name, email) = validate(&change)?;
    let account = find_account(caller).await?;
    if name.is_none() && email.is_none() {
        return Ok(account.user);
    }
    if let (Some(_), Some(password)) = (&email, &change.current_password) {
        drop(check_password(&account, password, client).await?);
    }
    let ends_other_sessions = email.as_ref().is_some_and(|email| email.key != account.user.email.to_lowercase());
    let update = ProfileUpdate { name, email, password_hash: &account.password_hash, ends_other_sessions };
    let user = Store::open().await?.update_profile(caller, &update).await?.ok_or(Error::Unauthenticated)?;
    if ends_other_sessions {
        live::forget();
    }
    Ok(user)
}

pub async fn delete(caller: &Identity, password: &str, client: &Client) -> Result<(), Error> {
    let account = find_account(caller).await?;
    drop(check_password(&account, password, client).await?);
    require_changed(Store::open().await?.delete_user(caller, &account.password_hash).await?)
}

pub async fn change_password(caller: &Identity, current: &str, new: &str, client: &Client) -> Result<(), Error> {
    let account = find_account(caller).await?;
    if let Err(message) = password::check(new, &account.user.email) {
        return Err(Error::Invalid(vec![FieldError { field: "new_password".into(), message: message.into() }]));
    }
    let turn = check_password(&account, current, client).await?;
    let hash = password::hash(&turn, new).await?;
    drop(turn);
    require_changed(Store::open().await?.replace_password(caller, &account.password_hash, &hash).await?)
}

async fn find_account(caller: &Identity) -> Result<Account, Error> {
    Store::open().await?.account(caller).await?.ok_or(Error::Unauthenticated)
}

/// Counts with the guesses at sign-ins: a stolen access token is no way around their limit.
async fn check_password(account: &Account, password: &str, client: &Client) -> Result<Turn, Error> {
    let subject = account.user.email.to_lowercase();
    let attempts = Attempts::of(Purpose::Password, &subject, Some(account.user.id), client).await?;
    attempts.check().await?;
    let turn = Turn::take().await?;
    attempts.begin().await?;
    match password::verify(&turn, password, Some(&account.password_hash)).await {
        Verdict::Wrong => {
            attempts.wrong().await?;
            Err(Error::BadCredentials)
        }
        Verdict::Right | Verdict::RightButOld => {
            attempts.right().await?;
            Ok(turn)
        }
    }
}

/// A change has no effect if the session ended or the password was replaced after the password was checked.
fn require_changed(changed: bool) -> Result<(), Error> {
    live::forget();
    if changed { Ok(()) } else { Err(Error::Unauthenticated) }
}

/// The name (`Some(None)` removes it) and the email address to store.
type ValidChange = (Option<Option<String>>, Option<Email>);

fn validate(change: &ProfileChange) -> Result<ValidChange, Error> {
    let mut faults = Faults::default();
    let name = change.name.as_ref().map(|name| name.as_deref().map(name::parse).transpose()).transpose();
    let name = faults.check("name", name);
    let email = faults.check("email", change.email.as_deref().map(email::parse).transpose());
    let proof = match (&change.email, &change.current_password) {
        (Some(_), None) => Err("is required to change the email address"),
        _ => Ok(()),
    };
    let proof = faults.check("current_password", proof);
    match (name, email, proof) {
        (Some(name), Some(email), Some(())) => Ok((name, email)),
        _ => Err(faults.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_listed() {
        let change =
            ProfileChange { name: Some(Some(String::new())), email: Some("ada".to_owned()), current_password: None };
        let Err(Error::Invalid(faults)) = validate(&change) else {
            unreachable!("it was accepted");
        };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["name", "email", "current_password"]);
    }

    #[test]
    fn a_name_can_be_kept_replaced_or_removed() {
        let named = |name| validate(&ProfileChange { name, email: None, current_password: None }).map(|(name, _)| name);
        assert!(matches!(named(None), Ok(None)));
        assert!(matches!(named(Some(None)), Ok(Some(None))));
        assert!(matches!(named(Some(Some(" Ada ".to_owned()))), Ok(Some(Some(name))) if name == "Ada"));
    }
}

//! The operator's account.

use crate::{
    config::Admin,
    contract::{Error, Registration, Role, User},
    password::{self, Verdict},
    registration,
    store::{Account, NewUser, Store},
};

/// Somebody else may have registered the operator's address first. So an account is raised with the operator's password:
/// one that has another gets it, and its sessions end.
pub async fn ensure() -> Result<Option<User>, Error> {
    let Some(admin) = Admin::read().await? else {
        return Ok(None);
    };
    let wanted = Registration { email: admin.email, password: admin.password, name: None };
    let (email, name) = registration::checked(&wanted)?;
    let store = Store::open().await?;
    let user = match store.account_by_email(&email.key).await? {
        Some(account) => raise(&store, account, &wanted.password).await?,
        None => {
            let password_hash = password::hash(&wanted.password).await?;
            let user = NewUser { email, name, password_hash, role: Role::SuperAdmin };
            store.insert_user(&user).await?
        }
    };
    Ok(Some(user))
}

async fn raise(store: &Store, account: Account, password: &str) -> Result<User, Error> {
    if matches!(account.user.role, Role::SuperAdmin) {
        return Ok(account.user);
    }
    let replacement = match password::verify(password, Some(&account.password_hash)).await {
        Verdict::Wrong => Some(password::hash(password).await?),
        Verdict::Right | Verdict::RightButOld => None,
    };
    store.raise_to_admin(&account, replacement.as_deref()).await
}

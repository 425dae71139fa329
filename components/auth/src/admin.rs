//! The operator's account, configured by the variables `admin_email` and `admin_password`.

use crate::{
    config::AdminConfig,
    contract::{Error, Registration, Role, User},
    password::{self, Turn, Verdict},
    registration,
    session::live,
    store::{Account, NewUser, Store},
};

/// Creates the operator's account, or raises an existing one to super admin.
///
/// Another person may have registered the operator's address first. So an account that is raised must have the
/// operator's password: if it has another one, the password is replaced and its sessions end.
pub async fn ensure() -> Result<Option<User>, Error> {
    let Some(admin) = AdminConfig::read().await? else {
        return Ok(None);
    };
    let registration = Registration { email: admin.email, password: admin.password, name: None, invitation: None };
    let (email, name) = registration::validate(&registration)?;
    let store = Store::open().await?;
    let user = match store.account_by_email(&email.key).await? {
        Some(account) => raise(&store, account, &registration.password).await?,
        None => {
            let password_hash = password::hash(&Turn::take().await?, &registration.password).await?;
            store.insert_user(&NewUser { email, name, password_hash }, Role::SuperAdmin).await?
        }
    };
    Ok(Some(user))
}

async fn raise(store: &Store, account: Account, password: &str) -> Result<User, Error> {
    if matches!(account.user.role, Role::SuperAdmin) {
        return Ok(account.user);
    }
    let turn = Turn::take().await?;
    let replacement = match password::verify(&turn, password, Some(&account.password_hash)).await {
        Verdict::Wrong => Some(password::hash(&turn, password).await?),
        Verdict::Right | Verdict::RightButOld => None,
    };
    drop(turn);
    let user = store.raise_to_admin(&account, replacement.as_deref()).await?;
    live::forget();
    Ok(user)
}

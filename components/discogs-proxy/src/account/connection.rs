//! Begins and ends to follow a collection.

use super::{Result, session::Session};
use crate::{account_contract::Target, store::Store};

pub async fn connect(user: i64, target: Option<Target>, follow: Option<bool>) -> Result<()> {
    let Some(target) = target else { return Ok(Store::open().await?.delete_account(user).await?) };
    let mut session = Session::open(user, false).await?;
    let username = session.resolve(&target).await?;
    let sealed = match &target.token {
        Some(token) => Some(session.encrypt(&username, token).await?),
        None => None,
    };
    let follows = session.store.find_account(user).await?.is_none_or(|row| row.follow);
    let follow = follow.unwrap_or(follows);
    Ok(session.store.put_account(user, &username, sealed, follow).await?)
}

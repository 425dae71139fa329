//! Sign-in, refresh, sign-out, and the list of sessions.

use uuid::Uuid;

use crate::{
    contract::{Client, Error, Identity, Session, SignedIn, Tokens, User},
    email, keys,
    password::{self, Verdict},
    refresh_token::{self, RefreshToken},
    store::{SessionRow, Store},
    token::{Keys, LIFETIME_SECONDS},
};

const MAX_USER_AGENT_BYTES: usize = 512;
/// Enough for an IPv6 address with its zone.
const MAX_ADDRESS_BYTES: usize = 64;

/// Computes a hash in every case, also for an unknown email address, so that every response takes the same time.
pub async fn login(email: &str, password: &str, client: Client) -> Result<SignedIn, Error> {
    let account = match email::parse(email) {
        Ok(email) => Store::open().await?.account_by_email(&email.key).await?,
        Err(_) => None,
    };
    let session = NewSession::prepare(client).await?;
    let verdict = password::verify(password, account.as_ref().map(|account| account.password_hash.as_str())).await;
    let (Some(account), Verdict::Right | Verdict::RightButOld) = (account, &verdict) else {
        return Err(Error::BadCredentials);
    };
    let rehashed = match verdict {
        Verdict::RightButOld => Some(password::hash(password).await?),
        _ => None,
    };
    let user = Store::open().await?.insert_session(&account, rehashed.as_deref(), &session.row()).await?;
    session.into_signed_in(user.ok_or(Error::BadCredentials)?)
}

pub async fn refresh(refresh_token: &str, retry_key: Option<&str>, client: Client) -> Result<SignedIn, Error> {
    let retry = retry_key.map(refresh_token::hash_retry_key).transpose()?;
    let (keys, next) = (keys::read_keys().await?, RefreshToken::generate()?);
    let used = refresh_token::hash(refresh_token);
    let store = Store::open().await?;
    let refreshed = store.rotate_refresh_token(&used, &next.hash, retry.as_deref(), &shorten(client)).await?;
    let (user, session_id) = refreshed.ok_or(Error::Unauthenticated)?;
    signed_in(keys, user, session_id, next)
}

pub async fn logout(refresh_token: &str) -> Result<(), Error> {
    Store::open().await?.delete_session_of_token(&refresh_token::hash(refresh_token)).await
}

pub async fn list(caller: &Identity) -> Result<Vec<Session>, Error> {
    let sessions = Store::open().await?.sessions(caller).await?;
    if sessions.iter().any(|session| session.current) { Ok(sessions) } else { Err(Error::Unauthenticated) }
}

pub async fn revoke(caller: &Identity, session_id: &str) -> Result<(), Error> {
    let store = Store::open().await?;
    if store.delete_session(caller, session_id).await? {
        return Ok(());
    }
    match store.account(caller).await? {
        Some(_) => Err(Error::NotFound),
        None => Err(Error::Unauthenticated),
    }
}

/// A session that is not stored yet. Everything that can fail, except the database, is done before the first write.
pub struct NewSession {
    id: String,
    client: Client,
    refresh_token: RefreshToken,
    keys: &'static Keys,
}

impl NewSession {
    pub async fn prepare(client: Client) -> Result<Self, Error> {
        let (keys, refresh_token) = (keys::read_keys().await?, RefreshToken::generate()?);
        Ok(Self { id: Uuid::now_v7().to_string(), client: shorten(client), refresh_token, keys })
    }

    pub fn row(&self) -> SessionRow<'_> {
        SessionRow { id: &self.id, client: &self.client, token_hash: &self.refresh_token.hash }
    }

    /// The response, after the session was stored.
    pub fn into_signed_in(self, user: User) -> Result<SignedIn, Error> {
        signed_in(self.keys, user, self.id, self.refresh_token)
    }
}

fn signed_in(keys: &Keys, user: User, session_id: String, refresh_token: RefreshToken) -> Result<SignedIn, Error> {
    let access_token = keys.issue(&Identity { user_id: user.id, session_id, role: user.role })?;
    let tokens = Tokens { access_token, expires_in: LIFETIME_SECONDS, refresh_token: refresh_token.text };
    Ok(SignedIn { tokens, user })
}

/// The client chooses both texts, so their length is limited before they are stored.
fn shorten(mut client: Client) -> Client {
    let shorten = |text: &mut String, bytes: usize| text.truncate(text.floor_char_boundary(bytes));
    shorten(&mut client.user_agent, MAX_USER_AGENT_BYTES);
    shorten(&mut client.address, MAX_ADDRESS_BYTES);
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_user_agent_is_cut_between_characters() {
        let client = shorten(Client { address: "192.0.2.1".to_owned(), user_agent: format!("x{}", "ü".repeat(300)) });
        assert_eq!(client.user_agent.len(), 511);
        assert_eq!(client.address, "192.0.2.1");
    }
}

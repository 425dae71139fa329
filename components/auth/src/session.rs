//! Sign-in, refresh, sign-out, and the list of sessions.

pub mod live;

use uuid::Uuid;

use crate::{
    attempt::{Attempts, Purpose},
    contract::{Client, Error, Identity, Session, SignedIn, Tokens, User},
    email, keys,
    password::{self, Turn, Verdict},
    refresh_token::{self, RefreshToken},
    store::{AttemptKeys, Refreshed, SessionRow, Store},
    token::{Keys, LIFETIME_SECONDS},
};

const MAX_USER_AGENT_BYTES: usize = 512;
/// Enough for an IPv6 address with its zone.
const MAX_ADDRESS_BYTES: usize = 64;

/// Computes a hash in every case, also for an unknown email address, so that every response takes the same time.
pub async fn login(email: &str, password: &str, client: Client) -> Result<SignedIn, Error> {
    let key = email::parse(email).map(|email| email.key);
    let account = match &key {
        Ok(key) => Store::open().await?.account_by_email(key).await?,
        Err(_) => None,
    };
    let user_id = account.as_ref().map(|account| account.user.id);
    let subject = key.unwrap_or_else(|_| email.trim().to_lowercase());
    let attempts = Attempts::of(Purpose::Password, &subject, user_id, &client).await?;
    let session = NewSession::prepare(client).await?;
    attempts.check().await?;
    let turn = Turn::take().await?;
    attempts.begin().await?;
    let stored = account.as_ref().map(|account| account.password_hash.as_str());
    let verdict = password::verify(&turn, password, stored).await;
    let (Some(account), Verdict::Right | Verdict::RightButOld) = (account, &verdict) else {
        attempts.wrong().await?;
        return Err(Error::BadCredentials);
    };
    let rehashed = match verdict {
        Verdict::RightButOld => Some(password::hash(&turn, password).await?),
        _ => None,
    };
    drop(turn);
    let row = session.row(attempts.keys());
    let user = Store::open().await?.insert_session(&account, rehashed.as_deref(), &row).await?;
    session.into_signed_in(user.ok_or(Error::BadCredentials)?)
}

pub async fn refresh(refresh_token: &str, retry_key: Option<&str>, client: Client) -> Result<SignedIn, Error> {
    let retry = retry_key.map(refresh_token::hash_retry_key).transpose()?;
    let (keys, next) = (keys::read_keys().await?, RefreshToken::generate()?);
    let used = refresh_token::hash(refresh_token);
    let store = Store::open().await?;
    if !store.has_refresh_token(&used).await? {
        // A known token is never refused for the guesses of others: it has 256 random bits.
        Attempts::of(Purpose::RefreshToken, "", None, &client).await?.spend().await?;
        return Err(Error::Unauthenticated);
    }
    let refreshed = store.rotate_refresh_token(&used, &next.hash, retry.as_deref(), &shorten(client)).await?;
    let Some(Refreshed { user, session_id, generation }) = refreshed else {
        live::forget();
        return Err(Error::Unauthenticated);
    };
    signed_in(keys, user, session_id, generation, next)
}

pub async fn logout(refresh_token: &str) -> Result<(), Error> {
    Store::open().await?.delete_session_of_token(&refresh_token::hash(refresh_token)).await?;
    live::forget();
    Ok(())
}

pub async fn list(caller: &Identity) -> Result<Vec<Session>, Error> {
    let sessions = Store::open().await?.sessions(caller).await?;
    if sessions.iter().any(|session| session.current) { Ok(sessions) } else { Err(Error::Unauthenticated) }
}

pub async fn revoke(caller: &Identity, session_id: &str) -> Result<(), Error> {
    let store = Store::open().await?;
    if store.delete_session(caller, session_id).await? {
        live::forget();
        return Ok(());
    }
    match store.account(caller).await? {
        Some(_) => Err(Error::NotFound),
        None => Err(Error::Unauthenticated),
    }
}

/// The database may not have its tables yet when the operator initializes it; then nothing has been guessed either.
pub async fn count_operator_guess(client: &Client, outcome: Option<bool>) -> Result<(), Error> {
    let count = async || {
        let attempts = Attempts::of(Purpose::OperatorSecret, "", None, client).await?;
        match outcome {
            None => attempts.begin().await,
            Some(true) => attempts.right().await,
            Some(false) => attempts.wrong().await,
        }
    };
    match count().await {
        Err(Error::Internal(message)) if message.contains("no such table") => Ok(()),
        counted => counted,
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

    pub fn row<'a>(&'a self, attempts: Option<&'a AttemptKeys>) -> SessionRow<'a> {
        SessionRow { id: &self.id, client: &self.client, token_hash: &self.refresh_token.hash, attempts }
    }

    /// The response, after the session was stored.
    pub fn into_signed_in(self, user: User) -> Result<SignedIn, Error> {
        signed_in(self.keys, user, self.id, 0, self.refresh_token)
    }
}

fn signed_in(
    keys: &Keys,
    user: User,
    session_id: String,
    generation: i64,
    refresh_token: RefreshToken,
) -> Result<SignedIn, Error> {
    let access_token = keys.issue(&Identity { user_id: user.id, session_id, role: user.role }, generation)?;
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

//! Requests to Discogs for one account, with the token of its user.

use guest::time;

use super::{
    Result, invalid,
    token::{TokenCipher, TokenOwner},
};
use crate::{
    account_contract::{Error, Target},
    config::{self, Config, Credentials},
    contract::{Caller, FieldError},
    discogs::{Client, UserAnswer},
    requester::Requester,
    secret::{Purpose, Secret},
    store::{AccountRow, Store},
};

const MAX_USERNAME: usize = 100;
const MIN_TOKEN: usize = 8;
const MAX_TOKEN: usize = 200;

pub struct Session {
    pub config: Config,
    pub store: Store,
    pub secret: &'static Secret,
    requester: Requester,
    pub user: i64,
}

impl Session {
    /// For a person who waits, or for a job, which leaves people their share of the budget.
    pub async fn open(user: i64, is_job: bool) -> Result<Self> {
        let (config, store, secret) = (Config::read().await?, Store::open().await?, Secret::read().await?);
        let requester = match is_job {
            true => Requester::of_job(user),
            false => Requester::new(&Caller::Account(user), secret),
        };
        Ok(Self { config, store, secret, requester, user })
    }

    /// All requests of this interface use this client, so the budgets count them as those of the account.
    pub fn client(&self) -> Client<'_> {
        Client {
            config: &self.config,
            store: &self.store,
            requester: &self.requester,
            secret: self.secret,
            started_at: time::now_millis(),
        }
    }

    /// The user whose collection is read. From now on, requests have the user's token, if there is one.
    pub async fn resolve(&mut self, target: &Target) -> Result<String> {
        check(target)?;
        let Some(token) = &target.token else {
            if let Some(username) = &target.username {
                return Ok(username.clone());
            }
            return match self.stored().await {
                Err(Error::NotConnected) => Err(invalid("username", "or token must be given")),
                row => Ok(row?.username),
            };
        };
        if !self.config.api.is_private() {
            return Err(invalid("token", "cannot be used: the operator's address of Discogs is not https"));
        }
        self.config.credentials = Credentials::PersonalToken(token.clone());
        let owner = self.found(self.client().identity().await?)?.username;
        match &target.username {
            Some(name) if !name.eq_ignore_ascii_case(&owner) => Err(invalid("token", "is the token of another user")),
            _ if !is_username(&owner) => Err(Error::Failed("the identity has no valid user name".to_owned())),
            _ => Ok(owner),
        }
    }

    /// What the account follows. From now on, requests have its token, if there is one.
    pub async fn stored(&mut self) -> Result<AccountRow> {
        let row = self.store.find_account(self.user).await?.ok_or(Error::NotConnected)?;
        if let Some(sealed) = &row.token {
            let token = self.cipher().await?.decrypt(self.owner(&row.username), sealed).ok_or(Error::TokenRejected)?;
            if !self.config.api.is_private() {
                return Err(Error::TokenRejected);
            }
            self.config.credentials = Credentials::PersonalToken(token);
        }
        Ok(row)
    }

    pub async fn encrypt(&self, username: &str, token: &str) -> Result<String> {
        Ok(self.cipher().await?.encrypt(self.owner(username), token)?)
    }

    /// The value, or why there is none. If the operator's credentials are refused, that is not the user's fault.
    pub fn found<T>(&self, answer: UserAnswer<T>) -> Result<T> {
        match answer {
            UserAnswer::Found(value) => Ok(value),
            UserAnswer::NoSuchUser => Err(Error::NoSuchUser),
            UserAnswer::Private => Err(Error::Private),
            UserAnswer::Rejected(message) => Err(match &self.config.credentials {
                Credentials::PersonalToken(_) => Error::TokenRejected,
                _ => Error::Misconfigured(format!("Discogs rejected the credentials: {message}")),
            }),
        }
    }

    fn owner<'a>(&'a self, username: &'a str) -> TokenOwner<'a> {
        TokenOwner { user: self.user, username, api: &self.config.api }
    }

    /// Uses the operator's secret, else the one that the installation generated.
    async fn cipher(&self) -> Result<TokenCipher> {
        let operators = config::account_secret().await?;
        let secret = operators.map(|secret| Secret::new(&secret)).transpose()?;
        Ok(TokenCipher::new(secret.as_ref().unwrap_or(self.secret).key(Purpose::AccountToken)))
    }
}

fn check(target: &Target) -> Result<()> {
    let mut faults = Vec::new();
    if target.username.as_deref().is_some_and(|name| !is_username(name)) {
        let message = format!("must have 1 to {MAX_USERNAME} characters of A-Z a-z 0-9 - _ .");
        faults.push(FieldError::new("username", message));
    }
    let is_token = |token: &str| {
        (MIN_TOKEN..=MAX_TOKEN).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if target.token.as_deref().is_some_and(|token| !is_token(token)) {
        let message = format!("must have {MIN_TOKEN} to {MAX_TOKEN} visible ASCII characters");
        faults.push(FieldError::new("token", message));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// A name of dots alone would be another path.
fn is_username(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=MAX_USERNAME).contains(&name.len()) && name.bytes().all(is_allowed) && name.bytes().any(|byte| byte != b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_of_a_target_is_named() {
        let target = |username: &str, token: Option<&str>| Target {
            username: Some(username.to_owned()),
            token: token.map(str::to_owned),
        };
        assert!(check(&target("vinyl.collector-7_x", Some("AbCdEfGhIjKlMnOpQrStUvWxYz"))).is_ok());
        for name in ["", "..", "a/b", "a b", "a?b", "ä", "%2e"] {
            assert!(check(&target(name, None)).is_err(), "{name}");
        }
        let Err(Error::Invalid(faults)) = check(&target("a/b", Some("a b"))) else { panic!("accepted") };
        assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["username", "token"]);
    }
}

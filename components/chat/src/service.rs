//! The contract's functions, each a line or two.

use crate::answer::answer;
use crate::config::Config;
use crate::error::Error;
use crate::keys;
use crate::listener::Listener;
use crate::provider;
use crate::question::accept;
use crate::store::{Left, SealedKey, Store};
use serde_json::json;
use wit_bindgen::StreamReader;

wit_bindgen::generate!({
    path: "../../wit/chat",
    world: "chat",
});

pub use exports::vinyl::chat::assistant as contract;

struct Chat;
export!(Chat);

const MAX_LIMIT: i64 = 1_000;
const DEFAULT_LIMIT: i64 = 100;
const MAX_TITLE: usize = 200;

impl contract::Guest for Chat {
    async fn ask(
        user: i64,
        question: contract::Question,
    ) -> Result<(i64, StreamReader<contract::Event>), contract::Error> {
        let config = Config::read().await?;
        let work = accept(user, question, &config).await?;
        let conversation = work.conversation;
        let (writer, reader) = wit_stream::new();
        wit_bindgen::spawn(answer(work, Listener::new(writer, config.heartbeat)));
        Ok((conversation, reader))
    }

    async fn conversations(user: i64, limit: Option<i64>, cursor: Option<String>) -> Result<String, contract::Error> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::Invalid("limit", format!("must be from 1 to {MAX_LIMIT}")).into());
        }
        let before = cursor.as_deref().map(place).transpose()?;
        Ok(Store::open().await?.conversations(user, limit, before).await?)
    }

    async fn conversation(user: i64, id: i64) -> Result<String, contract::Error> {
        Ok(Store::open().await?.conversation(user, id).await?)
    }

    async fn rename(user: i64, id: i64, title: String) -> Result<String, contract::Error> {
        let title = title.trim();
        if !(1..=MAX_TITLE).contains(&title.chars().count()) || title.chars().any(char::is_control) {
            let message = format!("must have 1 to {MAX_TITLE} characters, none of them a control character");
            return Err(Error::Invalid("title", message).into());
        }
        Ok(Store::open().await?.rename(user, id, title).await?)
    }

    async fn delete(user: i64, id: i64) -> Result<(), contract::Error> {
        Ok(Store::open().await?.delete_conversation(user, id).await?)
    }

    async fn providers(user: i64) -> Result<String, contract::Error> {
        let config = Config::read().await?;
        let store = Store::open().await?;
        let own = store.key(user).await?;
        let items = provider::offers(&config, own.as_ref())?;
        let Left(remaining) = store.questions_left(user, config.daily_quota).await?;
        Ok(json!({"items": items, "limit": config.daily_quota, "remaining": remaining}).to_string())
    }

    async fn store_key(
        user: i64,
        provider: String,
        key: String,
        model: Option<String>,
    ) -> Result<contract::StoredKey, contract::Error> {
        Ok(keys::store_key(user, &provider, &key, model.as_deref()).await?.into())
    }

    async fn key(user: i64) -> Result<contract::StoredKey, contract::Error> {
        Ok(Store::open().await?.key(user).await?.ok_or(Error::NotFound)?.into())
    }

    async fn delete_key(user: i64) -> Result<(), contract::Error> {
        Ok(Store::open().await?.delete_key(user).await?)
    }
}

/// What a cursor holds, `[updated_at, id]` in JSON.
fn place(cursor: &str) -> Result<String, Error> {
    let bytes = hex::decode(cursor).unwrap_or_default();
    match serde_json::from_slice::<(String, i64)>(&bytes) {
        Ok((updated_at, id)) => Ok(json!([updated_at, id]).to_string()),
        Err(_) => Err(Error::Invalid("cursor", "was not given out for this list".to_owned())),
    }
}

impl From<SealedKey> for contract::StoredKey {
    fn from(SealedKey { provider, last4, model, created_at, .. }: SealedKey) -> Self {
        Self { provider, last4, model, created_at }
    }
}

impl From<Error> for contract::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(field, message) => {
                Self::Invalid(vec![contract::FieldError { field: field.to_owned(), message }])
            }
            Error::NotFound => Self::NotFound,
            Error::NoSuchUser => Self::NoSuchUser,
            Error::QuotaExceeded(seconds) => Self::QuotaExceeded(seconds),
            Error::KeyUnreadable => Self::KeyUnreadable,
            Error::Misconfigured(message) => Self::Misconfigured(message),
            Error::Unavailable(message) => Self::Unavailable(message),
            Error::Internal(message) => Self::Internal(message),
        }
    }
}

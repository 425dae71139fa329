//! Answers: stored when they end.

use super::{Store, now};
use crate::{contract::types::Error, error::Result};

pub struct NewAnswer<'a> {
    pub content: &'a str,
    pub complete: bool,
    /// The code of the failure, if it is incomplete because of one.
    pub error: Option<&'a str>,
    pub provider: &'a str,
    pub model: Option<&'a str>,
    /// JSON.
    pub usage: Option<String>,
}

impl Store {
    /// Stores an answer, and counts it as ended; returns its id.
    /// Fails with `NotFound` if the conversation does not exist any more.
    pub async fn add_answer(&self, user: i64, conversation: i64, slot: i64, answer: NewAnswer<'_>) -> Result<i64> {
        self.0
            .transaction(async || {
                self.end_answer(user, slot).await?;
                let id = self.insert_answer(user, conversation, answer).await?;
                if id.is_some() {
                    self.delete_oldest(user, conversation).await?;
                }
                Ok(id)
            })
            .await
            .and_then(|id: Option<i64>| id.ok_or(Error::NotFound))
    }

    async fn insert_answer(&self, user: i64, conversation: i64, answer: NewAnswer<'_>) -> Result<Option<i64>> {
        const SQL: &str = concat!(
            "INSERT INTO messages (conversation_id, role, content, complete, error, provider, model, usage, created_at)
            SELECT id, 'assistant', ?3, ?4, ?5, ?6, ?7, ?8, ",
            now!(),
            " FROM conversations WHERE user_id = ?1 AND id = ?2 RETURNING id"
        );
        let NewAnswer { content, complete, error, provider, model, usage } = answer;
        let parameters = [
            user.into(),
            conversation.into(),
            content.into(),
            i64::from(complete).into(),
            error.map(str::to_owned).into(),
            provider.into(),
            model.map(str::to_owned).into(),
            usage.into(),
        ];
        self.value(SQL, parameters).await
    }
}

//! The tables `conversations` and `messages`.

use super::{Store, now};
use crate::{contract::types::Error, error::Result};

/// A message in the form that a language model receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    pub by_user: bool,
    pub content: String,
}

impl ChatMessage {
    pub fn role(&self) -> &'static str {
        if self.by_user { "user" } else { "assistant" }
    }
}

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

/// A conversation as the contract describes it.
macro_rules! conversation_json {
    () => {
        "json_object('id', id, 'title', title, 'created_at', created_at, 'updated_at', updated_at,
            'messages', (SELECT count(*) FROM messages WHERE conversation_id = conversations.id))"
    };
}

/// More messages than the budget of a prompt has room for, unless they are very short.
const MAX_HISTORY: i64 = 50;

impl Store {
    pub async fn begin_conversation(&self, user: i64, title: &str) -> Result<i64> {
        const SQL: &str = concat!(
            "INSERT INTO conversations (user_id, title, created_at, updated_at) VALUES (?1, ?2, ",
            now!(),
            ", ",
            now!(),
            ") RETURNING id"
        );
        self.required(SQL, [user.into(), title.into()]).await
    }

    pub async fn has_conversation(&self, user: i64, id: i64) -> Result<bool> {
        const SQL: &str = "SELECT id FROM conversations WHERE user_id = ?1 AND id = ?2";
        Ok(self.value::<i64>(SQL, [user.into(), id.into()]).await?.is_some())
    }

    /// Fails with `NotFound` if the conversation does not exist any more.
    pub async fn add_question(&self, user: i64, conversation: i64, content: &str) -> Result<()> {
        const SQL: &str = concat!(
            "INSERT INTO messages (conversation_id, role, content, created_at)
            SELECT id, 'user', ?3, ",
            now!(),
            " FROM conversations WHERE user_id = ?1 AND id = ?2 RETURNING id"
        );
        let id = self.value::<i64>(SQL, [user.into(), conversation.into(), content.into()]).await?;
        self.set_updated(user, conversation).await?;
        id.map(drop).ok_or(Error::NotFound)
    }

    /// Returns the answer's id. Fails with `NotFound` if the conversation does not exist any more.
    pub async fn add_answer(&self, user: i64, conversation: i64, answer: NewAnswer<'_>) -> Result<i64> {
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
        let id = self.value(SQL, parameters).await?;
        self.set_updated(user, conversation).await?;
        id.ok_or(Error::NotFound)
    }

    async fn set_updated(&self, user: i64, conversation: i64) -> Result<()> {
        const SQL: &str = concat!("UPDATE conversations SET updated_at = ", now!(), " WHERE user_id = ?1 AND id = ?2");
        Ok(self.0.execute(SQL, [user.into(), conversation.into()]).await?)
    }

    /// The latest messages, oldest first.
    pub async fn history(&self, user: i64, conversation: i64) -> Result<Vec<ChatMessage>> {
        const SQL: &str = "SELECT role, content FROM (
            SELECT messages.* FROM messages JOIN conversations ON conversations.id = conversation_id
            WHERE user_id = ?1 AND conversation_id = ?2 ORDER BY messages.id DESC LIMIT ?3) ORDER BY id";
        let rows = self.0.query(SQL, [user.into(), conversation.into(), MAX_HISTORY.into()]).await?;
        rows.into_iter()
            .map(|mut row| Ok(ChatMessage { by_user: row.take::<String>(0)? == "user", content: row.take(1)? }))
            .collect()
    }

    /// A page that begins after `cursor`: `[updated_at, id]` of the last conversation of the page before.
    pub async fn conversations(&self, user: i64, limit: i64, cursor: Option<String>) -> Result<String> {
        const SQL: &str = concat!(
            "WITH page AS MATERIALIZED (
                SELECT * FROM conversations
                WHERE user_id = ?1 AND (?3 IS NULL OR (updated_at, id) < (?3 ->> 0, ?3 ->> 1))
                ORDER BY updated_at DESC, id DESC LIMIT ?2 + 1),
            numbered AS (SELECT *, row_number() OVER (ORDER BY updated_at DESC, id DESC) AS number FROM page)
            SELECT json_object(
                'items', json((SELECT json_group_array(json(item)) FROM (
                    SELECT ",
            conversation_json!(),
            " AS item FROM numbered AS conversations WHERE number <= ?2 ORDER BY number))),
                'next_cursor', (SELECT hex(json_array(updated_at, id)) FROM numbered
                    WHERE number = ?2 AND EXISTS (SELECT 1 FROM numbered WHERE number > ?2)),
                'total', (SELECT count(*) FROM conversations WHERE user_id = ?1))"
        );
        self.required(SQL, [user.into(), limit.into(), cursor.into()]).await
    }

    pub async fn conversation(&self, user: i64, id: i64) -> Result<String> {
        const SQL: &str = concat!(
            "SELECT json_insert(",
            conversation_json!(),
            ", '$.history', json((SELECT json_group_array(json(item)) FROM (
                SELECT id, json_patch('{}', json_object('id', id, 'role', role, 'content', content,
                    'complete', json(CASE complete WHEN 1 THEN 'true' ELSE 'false' END), 'error', error,
                    'provider', provider, 'model', model, 'usage', json(usage), 'created_at', created_at)) AS item
                FROM (SELECT * FROM messages WHERE conversation_id = conversations.id ORDER BY id DESC LIMIT 500)
                ORDER BY id))))
            FROM conversations WHERE user_id = ?1 AND id = ?2"
        );
        self.value(SQL, [user.into(), id.into()]).await?.ok_or(Error::NotFound)
    }

    pub async fn rename(&self, user: i64, id: i64, title: &str) -> Result<String> {
        const SQL: &str = concat!(
            "UPDATE conversations SET title = ?3 WHERE user_id = ?1 AND id = ?2 RETURNING ",
            conversation_json!()
        );
        self.value(SQL, [user.into(), id.into(), title.into()]).await?.ok_or(Error::NotFound)
    }

    pub async fn delete_conversation(&self, user: i64, id: i64) -> Result<()> {
        const SQL: &str = "DELETE FROM conversations WHERE user_id = ?1 AND id = ?2 RETURNING id";
        self.value::<i64>(SQL, [user.into(), id.into()]).await?.map(drop).ok_or(Error::NotFound)
    }
}

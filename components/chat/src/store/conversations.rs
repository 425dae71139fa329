//! The tables `conversations` and `messages`: reading, renaming and deleting.

use super::Store;
use crate::{contract::types::Error, error::Result};

/// The limits of a user.
const MAX_CONVERSATIONS: i64 = 500;
const MAX_BYTES: i64 = 32 << 20;
/// The limits of a conversation.
const MAX_MESSAGES: i64 = 500;
const MAX_CONVERSATION_BYTES: i64 = 4 << 20;
/// The bytes of JSON in a page of a conversation.
const MAX_PAGE_BYTES: i64 = 4 << 20;

/// A conversation as the contract describes it.
macro_rules! conversation_json {
    () => {
        "json_object('id', id, 'title', title, 'created_at', created_at, 'updated_at', updated_at,
            'messages', messages)"
    };
}

impl Store {
    pub async fn has_conversation(&self, user: i64, id: i64) -> Result<bool> {
        const SQL: &str = "SELECT id FROM conversations WHERE user_id = ?1 AND id = ?2";
        Ok(self.value::<i64>(SQL, [user.into(), id.into()]).await?.is_some())
    }

    /// Deletes the oldest messages of a conversation, and the user's conversations that were continued the longest time
    /// ago, until the rest is within its limits.
    pub(super) async fn delete_oldest(&self, user: i64, conversation: i64) -> Result<()> {
        const MESSAGES: &str = "DELETE FROM messages WHERE id IN (
                SELECT id FROM (
                    SELECT id, row_number() OVER latest AS number,
                        sum(length(CAST(content AS BLOB))) OVER latest AS total
                    FROM messages WHERE conversation_id = ?2 WINDOW latest AS (ORDER BY id DESC))
                WHERE number > ?3 OR total > ?4)
            AND EXISTS (SELECT 1 FROM conversations
                WHERE user_id = ?1 AND id = ?2 AND (messages > ?3 OR bytes > ?4))";
        const CONVERSATIONS: &str = "DELETE FROM conversations WHERE user_id = ?1 AND id IN (
                SELECT id FROM (
                    SELECT id, row_number() OVER latest AS number, sum(bytes) OVER latest AS total
                    FROM conversations WHERE user_id = ?1 WINDOW latest AS (ORDER BY updated_at DESC, id DESC))
                WHERE number > ?2 OR total > ?3)";
        let limits = [user.into(), conversation.into(), MAX_MESSAGES.into(), MAX_CONVERSATION_BYTES.into()];
        self.0.execute(MESSAGES, limits).await?;
        Ok(self.0.execute(CONVERSATIONS, [user.into(), MAX_CONVERSATIONS.into(), MAX_BYTES.into()]).await?)
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

    /// A page of its messages, which ends before the message `cursor`.
    pub async fn conversation(&self, user: i64, id: i64, cursor: Option<i64>) -> Result<String> {
        const SQL: &str = concat!(
            "WITH conversation AS MATERIALIZED (SELECT * FROM conversations WHERE user_id = ?1 AND id = ?2),
            latest AS MATERIALIZED (
                SELECT id, json_patch('{}', json_object('id', id, 'role', role, 'content', content,
                    'complete', json(CASE complete WHEN 1 THEN 'true' ELSE 'false' END), 'error', error,
                    'provider', provider, 'model', model, 'usage', json(usage), 'created_at', created_at)) AS item
                FROM messages
                WHERE conversation_id = (SELECT id FROM conversation) AND (?3 IS NULL OR id < ?3)
                ORDER BY id DESC LIMIT ?4 + 1),
            numbered AS (
                SELECT id, item, row_number() OVER (ORDER BY id DESC) AS number,
                    sum(length(CAST(item AS BLOB)) + 1) OVER (ORDER BY id DESC) AS bytes
                FROM latest),
            page AS MATERIALIZED (SELECT * FROM numbered WHERE number = 1 OR (number <= ?4 AND bytes <= ?5))
            SELECT json_insert(",
            conversation_json!(),
            ", '$.history', json((SELECT json_group_array(json(item)) FROM (SELECT item FROM page ORDER BY id))),
                '$.next_cursor', CASE WHEN (SELECT count(*) FROM page) < (SELECT count(*) FROM latest)
                    THEN (SELECT CAST(min(id) AS TEXT) FROM page) END)
            FROM conversation"
        );
        let parameters = [user.into(), id.into(), cursor.into(), MAX_MESSAGES.into(), MAX_PAGE_BYTES.into()];
        self.value(SQL, parameters).await?.ok_or(Error::NotFound)
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

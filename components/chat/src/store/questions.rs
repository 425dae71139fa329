//! Questions: stored together with what they cost.

use super::{Store, now, quota::QuestionLimits};
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

pub struct NewQuestion<'a> {
    /// The conversation to continue; `None`: a new one.
    pub conversation: Option<i64>,
    /// Of a new conversation.
    pub title: &'a str,
    pub content: &'a str,
}

pub struct StoredQuestion {
    pub conversation: i64,
    /// The answer's id among those in progress.
    pub slot: i64,
    /// How many questions the user has left today.
    pub remaining: u32,
    /// The latest messages with the question, oldest first.
    pub history: Vec<ChatMessage>,
}

/// More messages than the budget of a prompt has room for, unless they are very short.
const MAX_HISTORY: i64 = 50;
/// In bytes; more than the budget of a prompt.
const MAX_HISTORY_BYTES: i64 = 16 << 10;

impl Store {
    /// Counts and stores a question, and counts its answer as in progress: all of it, or nothing.
    /// Fails with `QuotaExceeded`, `InstallationQuotaExceeded`, `TooManyAnswers`, or with `NotFound` if the
    /// conversation does not exist any more.
    pub async fn add_question(
        &self,
        user: i64,
        question: NewQuestion<'_>,
        limits: QuestionLimits,
    ) -> Result<StoredQuestion> {
        self.0
            .transaction(async || {
                let remaining = self.spend_question(user, limits).await?;
                let slot = self.begin_answer(user).await?;
                let conversation = match question.conversation {
                    Some(id) => id,
                    None => self.begin_conversation(user, question.title).await?,
                };
                let mut history = self.history(user, conversation).await?;
                history.push(ChatMessage { by_user: true, content: question.content.to_owned() });
                self.insert_question(user, conversation, question.content).await?;
                self.delete_oldest(user, conversation).await?;
                Ok(StoredQuestion { conversation, slot, remaining, history })
            })
            .await
    }

    async fn begin_conversation(&self, user: i64, title: &str) -> Result<i64> {
        const SQL: &str = concat!(
            "INSERT INTO conversations (user_id, title, created_at, updated_at) VALUES (?1, ?2, ",
            now!(),
            ", ",
            now!(),
            ") RETURNING id"
        );
        self.required(SQL, [user.into(), title.into()]).await
    }

    /// Fails with `NotFound` if the conversation does not exist any more.
    async fn insert_question(&self, user: i64, conversation: i64, content: &str) -> Result<()> {
        const SQL: &str = concat!(
            "INSERT INTO messages (conversation_id, role, content, created_at)
            SELECT id, 'user', ?3, ",
            now!(),
            " FROM conversations WHERE user_id = ?1 AND id = ?2 RETURNING id"
        );
        let id = self.value::<i64>(SQL, [user.into(), conversation.into(), content.into()]).await?;
        id.map(drop).ok_or(Error::NotFound)
    }

    /// The latest messages, oldest first, as far as a prompt may have room for them.
    async fn history(&self, user: i64, conversation: i64) -> Result<Vec<ChatMessage>> {
        const SQL: &str = "SELECT role, content FROM (
                SELECT id, role, content, sum(length(CAST(content AS BLOB))) OVER (ORDER BY id DESC) AS bytes FROM (
                    SELECT messages.* FROM messages JOIN conversations ON conversations.id = conversation_id
                    WHERE user_id = ?1 AND conversation_id = ?2 ORDER BY messages.id DESC LIMIT ?3))
            WHERE bytes <= ?4 ORDER BY id";
        let parameters = [user.into(), conversation.into(), MAX_HISTORY.into(), MAX_HISTORY_BYTES.into()];
        let rows = self.0.query(SQL, parameters).await?;
        rows.into_iter()
            .map(|mut row| Ok(ChatMessage { by_user: row.take::<String>(0)? == "user", content: row.take(1)? }))
            .collect()
    }
}

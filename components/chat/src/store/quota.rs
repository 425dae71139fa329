//! How many questions were asked on a day, and how many answers are in progress: the tables `chat_usage`,
//! `chat_installation_usage` and `chat_answers`.

use super::Store;
use crate::{contract::types::Error, error::Result};

/// Enough for several tabs and devices.
const ANSWERS_AT_A_TIME: i64 = 8;
/// In seconds. An answer has ended by then, or its instance was stopped.
const ANSWER_DURATION: i64 = 600;

/// The questions of a day (UTC).
#[derive(Debug, Clone, Copy)]
pub struct QuestionLimits {
    pub user: u32,
    /// Of all users together; `None` if the question does not count against it.
    pub installation: Option<u32>,
}

pub struct QuestionsLeft {
    pub user: u32,
    installation_asked: i64,
}

impl Store {
    pub async fn questions_left(&self, user: i64, limit: u32) -> Result<QuestionsLeft> {
        const SQL: &str = "SELECT
            coalesce((SELECT questions FROM chat_usage WHERE user_id = ?1 AND day = date('now')), 0),
            coalesce((SELECT questions FROM chat_installation_usage WHERE day = date('now')), 0)";
        let Some(mut row) = self.row(SQL, [user.into()]).await? else {
            return Ok(QuestionsLeft { user: limit, installation_asked: 0 });
        };
        Ok(QuestionsLeft { user: remaining(limit, row.take(0)?), installation_asked: row.take(1)? })
    }

    /// Fails with `QuotaExceeded` or `InstallationQuotaExceeded` if no question is left.
    pub async fn check_quotas(&self, user: i64, limits: QuestionLimits) -> Result<()> {
        let left = self.questions_left(user, limits.user).await?;
        if left.user == 0 {
            return Err(Error::QuotaExceeded(self.seconds_until_tomorrow().await?));
        }
        match limits.installation {
            Some(limit) if remaining(limit, left.installation_asked) == 0 => {
                Err(Error::InstallationQuotaExceeded(self.seconds_until_tomorrow().await?))
            }
            _ => Ok(()),
        }
    }

    /// Counts one question; returns how many the user has left today. One statement for each quota checks and counts,
    /// so that simultaneous questions cannot exceed the limit.
    /// Fails with `QuotaExceeded` or `InstallationQuotaExceeded` if no question is left.
    pub(super) async fn spend_question(&self, user: i64, limits: QuestionLimits) -> Result<u32> {
        const OF_USER: &str = "INSERT INTO chat_usage (user_id, day, questions) SELECT ?1, date('now'), 1 WHERE ?2 > 0
            ON CONFLICT (user_id, day) DO UPDATE SET questions = questions + 1 WHERE questions < ?2
            RETURNING questions";
        const OF_ALL: &str = "INSERT INTO chat_installation_usage (day, questions) VALUES (date('now'), 1)
            ON CONFLICT (day) DO UPDATE SET questions = questions + 1 WHERE questions < ?1
            RETURNING questions";
        let asked: Option<i64> = self.value(OF_USER, [user.into(), i64::from(limits.user).into()]).await?;
        let Some(asked) = asked else {
            return Err(Error::QuotaExceeded(self.seconds_until_tomorrow().await?));
        };
        if asked == 1 {
            const DELETE_PAST_DAYS: &str = "DELETE FROM chat_usage WHERE user_id = ?1 AND day < date('now')";
            self.0.execute(DELETE_PAST_DAYS, [user.into()]).await?;
        }
        if let Some(limit) = limits.installation {
            match self.value::<i64>(OF_ALL, [i64::from(limit).into()]).await? {
                None => return Err(Error::InstallationQuotaExceeded(self.seconds_until_tomorrow().await?)),
                Some(1) => {
                    self.0.execute("DELETE FROM chat_installation_usage WHERE day < date('now')", []).await?;
                }
                Some(_) => {}
            }
        }
        Ok(remaining(limits.user, asked))
    }

    /// Counts an answer as in progress; returns its id.
    /// Fails with `TooManyAnswers` if the user has as many as allowed.
    pub(super) async fn begin_answer(&self, user: i64) -> Result<i64> {
        const DELETE_ENDED: &str = "DELETE FROM chat_answers WHERE user_id = ?1 AND until <= unixepoch('now')";
        const SQL: &str = "INSERT INTO chat_answers (user_id, until) SELECT ?1, unixepoch('now') + ?2
            WHERE (SELECT count(*) FROM chat_answers WHERE user_id = ?1) < ?3 RETURNING id";
        self.0.execute(DELETE_ENDED, [user.into()]).await?;
        let parameters = [user.into(), ANSWER_DURATION.into(), ANSWERS_AT_A_TIME.into()];
        self.value(SQL, parameters).await?.ok_or(Error::TooManyAnswers)
    }

    /// Counts an answer as ended.
    pub async fn end_answer(&self, user: i64, id: i64) -> Result<()> {
        Ok(self.0.execute("DELETE FROM chat_answers WHERE user_id = ?1 AND id = ?2", [user.into(), id.into()]).await?)
    }

    async fn seconds_until_tomorrow(&self) -> Result<u32> {
        const SQL: &str = "SELECT unixepoch('now', 'start of day', '+1 day') - unixepoch('now')";
        let seconds: i64 = self.required(SQL, []).await?;
        Ok(u32::try_from(seconds).unwrap_or(1).max(1))
    }
}

/// The operator may have lowered the limit below what was asked today.
fn remaining(limit: u32, asked: i64) -> u32 {
    limit.saturating_sub(u32::try_from(asked).unwrap_or(u32::MAX))
}

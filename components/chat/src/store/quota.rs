//! The table `chat_usage`: how many questions a user asked on a day.

use super::Store;
use crate::{contract::types::Error, error::Result};

impl Store {
    /// Counts one question and returns how many are left today. One statement checks and counts, so that simultaneous
    /// questions cannot exceed the limit.
    /// Fails with `QuotaExceeded` if no question is left.
    pub async fn spend_question(&self, user: i64, limit: u32) -> Result<u32> {
        const SQL: &str = "INSERT INTO chat_usage (user_id, day, questions) SELECT ?1, date('now'), 1 WHERE ?2 > 0
            ON CONFLICT (user_id, day) DO UPDATE SET questions = questions + 1 WHERE questions < ?2
            RETURNING questions";
        let asked: Option<i64> = self.value(SQL, [user.into(), i64::from(limit).into()]).await?;
        let Some(asked) = asked else {
            return Err(Error::QuotaExceeded(self.seconds_until_tomorrow().await?));
        };
        if asked == 1 {
            const DELETE_PAST_DAYS: &str = "DELETE FROM chat_usage WHERE user_id = ?1 AND day < date('now')";
            self.0.execute(DELETE_PAST_DAYS, [user.into()]).await?;
        }
        Ok(remaining(limit, asked))
    }

    pub async fn questions_left(&self, user: i64, limit: u32) -> Result<u32> {
        const SQL: &str = "SELECT questions FROM chat_usage WHERE user_id = ?1 AND day = date('now')";
        Ok(remaining(limit, self.value(SQL, [user.into()]).await?.unwrap_or(0)))
    }

    async fn seconds_until_tomorrow(&self) -> Result<u32> {
        const SQL: &str = "SELECT unixepoch('now', 'start of day', '+1 day') - unixepoch('now')";
        let seconds: i64 = self.required(SQL, []).await?;
        Ok(u32::try_from(seconds).unwrap_or(1).max(1))
    }
}

/// The operator may have lowered the limit below what the user asked today.
fn remaining(limit: u32, asked: i64) -> u32 {
    limit.saturating_sub(u32::try_from(asked).unwrap_or(u32::MAX))
}

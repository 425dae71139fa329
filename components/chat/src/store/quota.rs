//! The table `chat_usage`: questions of a user on a day.

use super::Store;
use crate::error::{Error, Result};

/// What is left of the day's questions.
#[derive(Debug, Clone, Copy)]
pub struct Left(pub u32);

impl Store {
    /// Counts one question; one statement, so that questions asked at once cannot pass the limit together.
    ///
    /// # Errors
    /// `QuotaExceeded` if there is none left.
    pub async fn spend_question(&self, user: i64, limit: u32) -> Result<Left> {
        const SQL: &str = "INSERT INTO chat_usage (user_id, day, questions) SELECT ?1, date('now'), 1 WHERE ?2 > 0
            ON CONFLICT (user_id, day) DO UPDATE SET questions = questions + 1 WHERE questions < ?2
            RETURNING questions";
        match self.one::<i64>(SQL, [user.into(), i64::from(limit).into()]).await? {
            Some(1) => {
                const TIDY: &str = "DELETE FROM chat_usage WHERE user_id = ?1 AND day < date('now')";
                self.0.execute(TIDY, [user.into()]).await?;
                Ok(left(limit, 1))
            }
            Some(asked) => Ok(left(limit, asked)),
            None => Err(Error::QuotaExceeded(self.seconds_of_today().await?)),
        }
    }

    pub async fn questions_left(&self, user: i64, limit: u32) -> Result<Left> {
        const SQL: &str = "SELECT questions FROM chat_usage WHERE user_id = ?1 AND day = date('now')";
        Ok(left(limit, self.one(SQL, [user.into()]).await?.unwrap_or(0)))
    }

    async fn seconds_of_today(&self) -> Result<u32> {
        const SQL: &str = "SELECT unixepoch('now', 'start of day', '+1 day') - unixepoch('now')";
        let seconds: i64 = self.one(SQL, []).await?.unwrap_or(1);
        Ok(u32::try_from(seconds).unwrap_or(1).max(1))
    }
}

fn left(limit: u32, asked: i64) -> Left {
    Left(limit.saturating_sub(u32::try_from(asked).unwrap_or(u32::MAX)))
}

//! Answers by question: the table `musicbrainz_answers`.

use super::Store;
use crate::error::Result;

/// In days. What MusicBrainz has changes slowly; what it lacks, somebody may add tomorrow.
const KEEP_MATCH: i64 = 90;
const KEEP_NONE: i64 = 7;

const FIND: &str = "SELECT answer FROM musicbrainz_answers
    WHERE question = ?1 AND expires_at > CAST(unixepoch('subsec') * 1000 AS INTEGER)";
const INSERT: &str = "INSERT OR REPLACE INTO musicbrainz_answers (question, answer, expires_at)
    VALUES (?1, ?2, CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?3 * 86400000)";

impl Store {
    /// The answer to a question, if it has not expired.
    pub async fn find_answer(&self, question: &str) -> Result<Option<String>> {
        Ok(self.connection.query_one(FIND, [question.into()]).await?.map(|mut row| row.take(0)).transpose()?)
    }

    pub async fn insert_answer(&self, question: &str, answer: &str, is_match: bool) -> Result<()> {
        let days = if is_match { KEEP_MATCH } else { KEEP_NONE };
        Ok(self.connection.execute(INSERT, [question.into(), answer.into(), days.into()]).await?)
    }
}

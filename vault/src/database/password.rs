//! `vault password`: sets the password of an account, in the tables that the component `auth` owns.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use anyhow::{Result, anyhow, bail};
use password::guesses;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use super::{errors, files::DatabaseFiles};

/// As the hosts wait for a lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Stores the hash, ends all sessions of the account, and forgets the wrong guesses at it, all or nothing. The guesses
/// at other accounts still count. A host may serve meanwhile.
pub fn set_password(files: &DatabaseFiles, email: &str, password: &str) -> Result<()> {
    if let Err(message) = password::check(password, email) {
        bail!("the password {message}");
    }
    let mut salt = [0; password::SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|error| anyhow!("this machine has no randomness: {error}"))?;
    let hash = hash(password, salt)?;
    let sessions = store(files, email, &hash).map_err(|error| errors::explain_sqlite(error, &files.database))?;
    match sessions {
        Some(sessions) => {
            let file = files.database.display();
            println!("The password of {email} was set in `{file}`; {sessions} sessions were ended.");
        }
        None => bail!("no account in `{}` has the email address {email}", files.database.display()),
    }
    Ok(())
}

/// Returns how many sessions were ended, or `None` if there is no such account.
fn store(files: &DatabaseFiles, email: &str, hash: &str) -> rusqlite::Result<Option<usize>> {
    let mut database = Connection::open(&files.database)?;
    database.busy_timeout(BUSY_TIMEOUT)?;
    database.pragma_update(None, "foreign_keys", true)?;
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let update = "UPDATE users SET password_hash = ?2, updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
        WHERE email_key = ?1 RETURNING id";
    let key = email.trim().to_lowercase();
    let Some(id) = transaction.query_row(update, (&key, hash), |row| row.get::<_, i64>(0)).optional()? else {
        return Ok(None);
    };
    let sessions = transaction.execute("DELETE FROM sessions WHERE user_id = ?1", [id])?;
    let secret = "SELECT value FROM secrets WHERE name = 'attempts'";
    // Without the secret, nothing was counted yet.
    if let Some(secret) = transaction.query_row(secret, [], |row| row.get::<_, String>(0)).optional()? {
        let subject = guesses::counted_as(secret.as_bytes(), guesses::PASSWORD, guesses::SUBJECT, &key);
        transaction.execute("DELETE FROM attempts WHERE subject = ?1", [subject])?;
    }
    transaction.commit()?;
    Ok(Some(sessions))
}

fn hash(password: &str, salt: [u8; password::SALT_BYTES]) -> Result<String> {
    match pin!(password::hash(password, salt, async || {})).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(hash) => Ok(hash),
        Poll::Pending => bail!("the hash was not computed at once"),
    }
}

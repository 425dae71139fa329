//! The tables `sessions` and `refresh_tokens`. A session that ends is deleted together with its tokens.

use sqlite::Row;

use super::{Account, AttemptKeys, Store, is_signed_in, now, users::caller_parameters};
use crate::contract::{Client, Error, Identity, Role, Session, User};

/// A session to store, with its first refresh token.
pub struct SessionRow<'a> {
    pub id: &'a str,
    pub client: &'a Client,
    pub token_hash: &'a str,
    /// The address that the session begins at, and the wrong guesses to forget. `None`: there is no limit.
    pub attempts: Option<&'a AttemptKeys>,
}

/// A session that has not ended.
pub struct LiveSession {
    /// The account's current role.
    pub role: Role,
    /// The newest pair of tokens whose access token was used.
    pub confirmed: i64,
}

/// A session after a refresh.
pub struct Refreshed {
    pub user: User,
    pub session_id: String,
    pub generation: i64,
}

impl Store {
    /// Opens a session for an account whose password was right. Returns `None` if the password was replaced since.
    pub async fn insert_session(
        &self,
        account: &Account,
        rehashed: Option<&str>,
        session: &SessionRow<'_>,
    ) -> Result<Option<User>, Error> {
        self.transaction(async || {
            let user = self.confirm(account, rehashed).await?;
            if let Some(user) = &user {
                self.delete_stale_sessions(user.id).await?;
                self.insert_session_rows(user.id, session).await?;
            }
            Ok(user)
        })
        .await
    }

    /// The caller has opened a transaction.
    pub(super) async fn insert_session_rows(&self, user_id: i64, session: &SessionRow<'_>) -> Result<(), Error> {
        let insert = concat!(
            "INSERT INTO sessions (id, user_id, address, user_agent, created_at, last_used_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ",
            now!(),
            ", ",
            now!(),
            ", ",
            now!("+30 days"),
            ")"
        );
        let client = session.client;
        let parameters =
            [session.id.into(), user_id.into(), client.address.as_str().into(), client.user_agent.as_str().into()];
        self.run(insert, parameters).await?;
        if let Some(keys) = session.attempts {
            self.forget_attempts(keys).await?;
            self.remember_address(user_id, &keys.address).await?;
        }
        self.insert_refresh_token(session.token_hash, session.id).await
    }

    async fn insert_refresh_token(&self, token_hash: &str, session_id: &str) -> Result<(), Error> {
        let insert =
            concat!("INSERT INTO refresh_tokens (token_hash, session_id, created_at) VALUES (?1, ?2, ", now!(), ")");
        self.run(insert, [token_hash.into(), session_id.into()]).await
    }

    /// Deletes expired sessions, and the least recently used ones, so that 50 remain with the one about to be opened.
    async fn delete_stale_sessions(&self, user_id: i64) -> Result<(), Error> {
        let delete = concat!(
            "DELETE FROM sessions WHERE user_id = ?1 AND (expires_at <= ",
            now!(),
            " OR id NOT IN (SELECT id FROM sessions WHERE user_id = ?1 ORDER BY last_used_at DESC LIMIT 49))"
        );
        self.run(delete, [user_id.into()]).await
    }

    /// Returns `None` if the session has ended or belongs to another account.
    pub async fn live_session(&self, caller: &Identity) -> Result<Option<LiveSession>, Error> {
        let select = concat!(
            "SELECT users.role, sessions.confirmed FROM sessions JOIN users ON users.id = sessions.user_id \
             WHERE sessions.id = ?2 AND sessions.user_id = ?1 AND sessions.expires_at > ",
            now!()
        );
        let Some(mut row) = self.row(select, caller_parameters(caller)).await? else { return Ok(None) };
        let role: String = row.take(0)?;
        let role = Role::parse(&role).ok_or_else(|| Error::Internal(format!("unknown role {role}")))?;
        Ok(Some(LiveSession { role, confirmed: row.take(1)? }))
    }

    pub async fn confirm_session(&self, session_id: &str, generation: i64) -> Result<(), Error> {
        let update = "UPDATE sessions SET confirmed = ?2 WHERE id = ?1 AND confirmed < ?2";
        self.run(update, [session_id.into(), generation.into()]).await
    }

    /// Replaces the token `used` by `next`. Returns `None` if `used` is unknown or expired. Also returns `None`, and
    /// ends the session, if `used` was used before, unless the same `retry` key comes within a minute.
    pub async fn rotate_refresh_token(
        &self,
        used: &str,
        next: &str,
        retry: Option<&str>,
        client: &Client,
    ) -> Result<Option<Refreshed>, Error> {
        self.transaction(async || {
            let mut session_id = self.use_token(used, next, retry).await?;
            if let (None, Some(retry)) = (&session_id, retry) {
                session_id = self.retry_token(used, next, retry).await?;
            }
            let Some(session_id) = session_id else {
                self.delete_session_of_token(used).await?;
                return Ok(None);
            };
            let (user_id, generation) = self.touch_session(&session_id, client, retry.is_some()).await?;
            self.insert_refresh_token(next, &session_id).await?;
            Ok(self.user(user_id).await?.map(|user| Refreshed { user, session_id, generation }))
        })
        .await
    }

    /// Marks an unused token as used and returns its session.
    async fn use_token(&self, token_hash: &str, next: &str, retry: Option<&str>) -> Result<Option<String>, Error> {
        let update = concat!(
            "UPDATE refresh_tokens SET successor = ?2, retry_hash = ?3, used_at = ",
            now!(),
            " WHERE token_hash = ?1 AND used_at IS NULL \
             AND EXISTS (SELECT 1 FROM sessions WHERE id = refresh_tokens.session_id AND expires_at > ",
            now!(),
            ") RETURNING session_id"
        );
        let parameters = [token_hash.into(), next.into(), retry.into()];
        Ok(self.row(update, parameters).await?.map(|mut row| row.take(0)).transpose()?)
    }

    /// Returns the session of a token that the same `retry` key has used within a minute, at most three times, if
    /// neither token of its successors has been used. The successor is marked as used: if it is presented later, that
    /// is a theft.
    async fn retry_token(&self, token_hash: &str, next: &str, retry: &str) -> Result<Option<String>, Error> {
        let void_successor = concat!(
            "UPDATE refresh_tokens SET used_at = ",
            now!(),
            " WHERE used_at IS NULL AND token_hash = (SELECT successor FROM refresh_tokens \
             WHERE token_hash = ?1 AND retry_hash = ?2 AND retries < 3 AND used_at > ",
            now!("-60 seconds"),
            ") AND EXISTS (SELECT 1 FROM sessions WHERE id = refresh_tokens.session_id AND confirmed < generation \
             - (SELECT retries FROM refresh_tokens WHERE token_hash = ?1) AND expires_at > ",
            now!(),
            ") RETURNING session_id"
        );
        let Some(mut row) = self.row(void_successor, [token_hash.into(), retry.into()]).await? else { return Ok(None) };
        let update = "UPDATE refresh_tokens SET successor = ?2, retries = retries + 1 WHERE token_hash = ?1";
        self.run(update, [token_hash.into(), next.into()]).await?;
        Ok(Some(row.take(0)?))
    }

    /// Extends a session, until 90 days after it began at most, deletes its tokens that are older than 30 days (too old
    /// to recognise a theft by), and returns its user and its generation. A refresh that cannot be repeated counts as
    /// confirmed, so that the first use of its access token writes nothing.
    async fn touch_session(
        &self,
        session_id: &str,
        client: &Client,
        can_be_repeated: bool,
    ) -> Result<(i64, i64), Error> {
        let delete_old =
            concat!("DELETE FROM refresh_tokens WHERE session_id = ?1 AND created_at < ", now!("-30 days"));
        self.run(delete_old, [session_id.into()]).await?;
        let update = concat!(
            "UPDATE sessions SET last_used_at = ",
            now!(),
            ", expires_at = min(",
            now!("+30 days"),
            ", strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+90 days')), address = ?2, user_agent = ?3, \
             generation = generation + 1, confirmed = iif(?4, confirmed, generation + 1) \
             WHERE id = ?1 RETURNING user_id, generation"
        );
        let parameters = [
            session_id.into(),
            client.address.as_str().into(),
            client.user_agent.as_str().into(),
            i64::from(can_be_repeated).into(),
        ];
        let mut row = self.row(update, parameters).await?.ok_or(Error::Unauthenticated)?;
        Ok((row.take(0)?, row.take(1)?))
    }

    /// Whether a refresh token is stored, used or not.
    pub async fn has_refresh_token(&self, token_hash: &str) -> Result<bool, Error> {
        let select = "SELECT 1 FROM refresh_tokens WHERE token_hash = ?1";
        Ok(self.row(select, [token_hash.into()]).await?.is_some())
    }

    /// Ends the session of a refresh token, whether or not the token was used.
    pub async fn delete_session_of_token(&self, token_hash: &str) -> Result<(), Error> {
        let delete = "DELETE FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE token_hash = ?1)";
        self.run(delete, [token_hash.into()]).await
    }

    /// Returns the caller's active sessions, most recently used first.
    pub async fn sessions(&self, caller: &Identity) -> Result<Vec<Session>, Error> {
        let select = concat!(
            "SELECT id, created_at, last_used_at, expires_at, address, user_agent FROM sessions \
             WHERE user_id = ?1 AND expires_at > ",
            now!(),
            " ORDER BY last_used_at DESC, id DESC"
        );
        let rows = self.rows(select, [caller.user_id.into()]).await?;
        rows.into_iter().map(|row| session(row, caller)).collect()
    }

    /// Ends one of the caller's active sessions. Returns false if there is no such session, or the caller's own has
    /// ended.
    pub async fn delete_session(&self, caller: &Identity, session_id: &str) -> Result<bool, Error> {
        let delete = concat!(
            "DELETE FROM sessions WHERE user_id = ?1 AND id = ?3 AND expires_at > ",
            now!(),
            " AND ",
            is_signed_in!(),
            " RETURNING id"
        );
        let parameters = caller_parameters(caller).into_iter().chain([session_id.into()]);
        Ok(self.row(delete, parameters).await?.is_some())
    }
}

fn session(mut row: Row, caller: &Identity) -> Result<Session, Error> {
    let id: String = row.take(0)?;
    Ok(Session {
        current: id == caller.session_id,
        id,
        created_at: row.take(1)?,
        last_used_at: row.take(2)?,
        expires_at: row.take(3)?,
        client: Client { address: row.take(4)?, user_agent: row.take(5)? },
    })
}

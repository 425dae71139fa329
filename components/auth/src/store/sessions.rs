//! The tables `sessions` and `refresh_tokens`. A session that ends is deleted, and its tokens with it.

use sqlite::Row;

use super::{Account, Store, live, now, users::caller_parameters};
use crate::contract::{Client, Error, Identity, Session, User};

/// A session to store, with its first refresh token.
pub struct SessionRow<'a> {
    pub id: &'a str,
    pub client: &'a Client,
    pub token_hash: &'a str,
}

impl Store {
    /// Opens a session for an account whose password was right. `None` if it has become another meanwhile.
    pub async fn insert_session(
        &self,
        account: &Account,
        rehashed: Option<&str>,
        session: &SessionRow<'_>,
    ) -> Result<Option<User>, Error> {
        self.transaction(async || {
            let user = self.confirmed(account, rehashed).await?;
            if let Some(user) = &user {
                self.delete_stale_sessions(user.id).await?;
                self.insert_session_rows(user.id, session).await?;
            }
            Ok(user)
        })
        .await
    }

    /// Within a transaction of the caller's.
    pub(super) async fn insert_session_rows(&self, user_id: i64, session: &SessionRow<'_>) -> Result<(), Error> {
        let insert = concat!(
            "INSERT INTO sessions (id, user_id, address, user_agent, created_at, last_used_at, expires_at) VALUES (?1, ?2, ?3, ?4, ",
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
        self.insert_refresh_token(session.token_hash, session.id).await
    }

    async fn insert_refresh_token(&self, token_hash: &str, session_id: &str) -> Result<(), Error> {
        let insert =
            concat!("INSERT INTO refresh_tokens (token_hash, session_id, created_at) VALUES (?1, ?2, ", now!(), ")");
        self.run(insert, [token_hash.into(), session_id.into()]).await
    }

    /// Expired ones, and the longest unused of more than 50, counting the one that is about to be opened.
    async fn delete_stale_sessions(&self, user_id: i64) -> Result<(), Error> {
        let delete = concat!(
            "DELETE FROM sessions WHERE user_id = ?1 AND (expires_at <= ",
            now!(),
            " OR id NOT IN (SELECT id FROM sessions WHERE user_id = ?1 ORDER BY last_used_at DESC LIMIT 49))"
        );
        self.run(delete, [user_id.into()]).await
    }

    /// Uses up a token for a new one. `None` if it is unknown or expired; or was used before, and not by the same `retry`, which
    /// ends its session.
    pub async fn rotate_refresh_token(
        &self,
        used: &str,
        next: &str,
        retry: Option<&str>,
        client: &Client,
    ) -> Result<Option<(User, String)>, Error> {
        self.transaction(async || {
            let mut session_id = self.use_up(used, next, retry).await?;
            if let (None, Some(retry)) = (&session_id, retry) {
                session_id = self.use_again(used, next, retry).await?;
            }
            let Some(session_id) = session_id else {
                self.delete_session_of_token(used).await?;
                return Ok(None);
            };
            let user_id = self.touch_session(&session_id, client).await?;
            self.insert_refresh_token(next, &session_id).await?;
            Ok(self.user(user_id).await?.map(|user| (user, session_id)))
        })
        .await
    }

    /// The session of a token that was good until now.
    async fn use_up(&self, token_hash: &str, next: &str, retry: Option<&str>) -> Result<Option<String>, Error> {
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

    /// The session of a token that `retry` used up a moment ago, if the one that it became has not been used: that counts as used
    /// from now on, so that whoever comes with it is a thief.
    async fn use_again(&self, token_hash: &str, next: &str, retry: &str) -> Result<Option<String>, Error> {
        let void = concat!(
            "UPDATE refresh_tokens SET used_at = ",
            now!(),
            " WHERE used_at IS NULL AND token_hash = (SELECT successor FROM refresh_tokens \
             WHERE token_hash = ?1 AND retry_hash = ?2 AND used_at > ",
            now!("-10 minutes"),
            ") AND EXISTS (SELECT 1 FROM sessions WHERE id = refresh_tokens.session_id AND expires_at > ",
            now!(),
            ") RETURNING session_id"
        );
        let Some(mut row) = self.row(void, [token_hash.into(), retry.into()]).await? else { return Ok(None) };
        let update = "UPDATE refresh_tokens SET successor = ?2 WHERE token_hash = ?1";
        self.run(update, [token_hash.into(), next.into()]).await?;
        Ok(Some(row.take(0)?))
    }

    /// Prolongs a session and forgets those of its tokens that are too old to tell a theft by. Answers its user.
    async fn touch_session(&self, session_id: &str, client: &Client) -> Result<i64, Error> {
        let forget = concat!("DELETE FROM refresh_tokens WHERE session_id = ?1 AND created_at < ", now!("-30 days"));
        self.run(forget, [session_id.into()]).await?;
        let update = concat!(
            "UPDATE sessions SET last_used_at = ",
            now!(),
            ", expires_at = ",
            now!("+30 days"),
            ", address = ?2, user_agent = ?3 WHERE id = ?1 RETURNING user_id"
        );
        let parameters = [session_id.into(), client.address.as_str().into(), client.user_agent.as_str().into()];
        let mut row = self.row(update, parameters).await?.ok_or(Error::Unauthenticated)?;
        Ok(row.take(0)?)
    }

    /// Ends the session that a refresh token belongs to, used or not.
    pub async fn delete_session_of_token(&self, token_hash: &str) -> Result<(), Error> {
        let delete = "DELETE FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE token_hash = ?1)";
        self.run(delete, [token_hash.into()]).await
    }

    /// The caller's live sessions, latest used first.
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

    /// Ends one of the caller's live sessions. Whether it did: not if there is no such session, or the caller's is gone.
    pub async fn delete_session(&self, caller: &Identity, session_id: &str) -> Result<bool, Error> {
        let delete = concat!(
            "DELETE FROM sessions WHERE user_id = ?1 AND id = ?3 AND expires_at > ",
            now!(),
            " AND ",
            live!(),
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

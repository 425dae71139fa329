//! The table `invitations`.

use super::{Store, now};
use crate::{contract::Error, email::Email};

/// An invitation to store.
pub struct InvitationRow<'a> {
    pub id: &'a str,
    pub code_hash: &'a str,
    pub email: Option<&'a Email>,
    pub created_by: Option<i64>,
    pub days: u32,
}

/// The members of an invitation's document.
macro_rules! members {
    () => {
        concat!(
            "'id', id, 'email', email, 'state', CASE WHEN used_at IS NOT NULL THEN 'used' WHEN expires_at <= ",
            now!(),
            " THEN 'expired' ELSE 'pending' END, 'created_at', created_at, 'expires_at', expires_at, 'used_at', used_at"
        )
    };
}

impl Store {
    /// Returns the invitation's document, with its code.
    pub async fn insert_invitation(&self, invitation: &InvitationRow<'_>, code: &str) -> Result<String, Error> {
        let delete_old = concat!("DELETE FROM invitations WHERE expires_at < ", now!("-30 days"));
        self.run(delete_old, []).await?;
        let insert = concat!(
            "INSERT INTO invitations (id, code_hash, email, email_key, created_by, created_at, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ",
            now!(),
            ", strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?6 || ' days')) RETURNING json_object(",
            members!(),
            ", 'code', ?7)"
        );
        let email = invitation.email;
        let parameters = [
            invitation.id.into(),
            invitation.code_hash.into(),
            email.map(|email| email.address.clone()).into(),
            email.map(|email| email.key.clone()).into(),
            invitation.created_by.into(),
            format!("+{}", invitation.days).into(),
            code.into(),
        ];
        let row = self.row(insert, parameters).await?;
        let mut row = row.ok_or_else(|| Error::Internal("RETURNING returned no row".to_owned()))?;
        Ok(row.take(0)?)
    }

    /// Returns all invitations as a JSON array, newest first.
    pub async fn invitations(&self) -> Result<String, Error> {
        let select = concat!(
            "SELECT coalesce(json_group_array(json(document)), '[]') FROM (SELECT json_object(",
            members!(),
            ") AS document FROM invitations WHERE expires_at >= ",
            now!("-30 days"),
            " ORDER BY id DESC)"
        );
        let mut row = self.row(select, []).await?.ok_or_else(|| Error::Internal("no row".to_owned()))?;
        Ok(row.take(0)?)
    }

    pub async fn delete_invitation(&self, id: &str) -> Result<bool, Error> {
        Ok(self.row("DELETE FROM invitations WHERE id = ?1 RETURNING id", [id.into()]).await?.is_some())
    }

    /// Whether this address may use the invitation now.
    pub async fn is_invited(&self, code_hash: &str, email_key: &str) -> Result<bool, Error> {
        let select = concat!(
            "SELECT 1 FROM invitations WHERE code_hash = ?1 AND used_at IS NULL AND expires_at > ",
            now!(),
            " AND coalesce(email_key, ?2) = ?2"
        );
        Ok(self.row(select, [code_hash.into(), email_key.into()]).await?.is_some())
    }

    /// Marks an invitation as used, as `is_invited` finds it, by a user that the same transaction has inserted.
    pub(super) async fn use_invitation(&self, code_hash: &str, email_key: &str, user_id: i64) -> Result<bool, Error> {
        let update = concat!(
            "UPDATE invitations SET used_by = ?3, used_at = ",
            now!(),
            " WHERE code_hash = ?1 AND used_at IS NULL AND expires_at > ",
            now!(),
            " AND coalesce(email_key, ?2) = ?2 RETURNING id"
        );
        Ok(self.row(update, [code_hash.into(), email_key.into(), user_id.into()]).await?.is_some())
    }
}

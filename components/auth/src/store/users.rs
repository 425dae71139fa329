//! The table `users`.

use sqlite::{Row, Value};

use super::{SessionRow, Store, is_signed_in, now};
use crate::{
    config::RegistrationMode,
    contract::{Error, Identity, Role, User},
    email::Email,
};

/// The columns of `read_user`, in its order.
macro_rules! columns {
    () => {
        "id, email, name, role, created_at, updated_at"
    };
}

pub struct NewUser {
    pub email: Email,
    pub name: Option<String>,
    pub password_hash: String,
}

/// What allows a registration.
#[derive(Clone, Copy)]
pub struct Admission<'a> {
    pub mode: RegistrationMode,
    /// Whether the operator's account is configured.
    pub has_admin: bool,
    /// The hash of the invitation's code.
    pub invitation: Option<&'a str>,
}

/// A user and the hash of their password.
pub struct Account {
    pub user: User,
    pub password_hash: String,
}

pub struct ProfileUpdate<'a> {
    /// `Some(None)` removes the name.
    pub name: Option<Option<String>>,
    pub email: Option<Email>,
    /// The hash that the caller's password was checked against.
    pub password_hash: &'a str,
    /// Set with a new email: the devices of a person who knew the old one must sign in again.
    pub ends_other_sessions: bool,
}

impl Store {
    /// Fails with `email-taken`.
    pub async fn insert_user(&self, user: &NewUser, role: Role) -> Result<User, Error> {
        let insert = concat!(
            "INSERT INTO users (email, email_key, name, password_hash, role, created_at, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ",
            now!(),
            ", ",
            now!(),
            ") RETURNING ",
            columns!()
        );
        let parameters = [
            user.email.address.clone().into(),
            user.email.key.clone().into(),
            user.name.clone().into(),
            user.password_hash.clone().into(),
            role.as_str().into(),
        ];
        returned_user(self.row(insert, parameters).await?)
    }

    /// Whether the installation never had an account. An account that was deleted counts: its number is not given
    /// again. Otherwise, a stranger could become super admin after the last account was deleted.
    pub async fn is_new(&self) -> Result<bool, Error> {
        Ok(self.row("SELECT 1 FROM sqlite_sequence WHERE name = 'users'", []).await?.is_none())
    }

    /// Creates an account and its first session. Whether it is the first account is read in the same transaction, so
    /// that of two simultaneous registrations one becomes the super admin. Returns `None` if the registration is not
    /// allowed. Fails with `email-taken`.
    pub async fn register(
        &self,
        user: &NewUser,
        admission: Admission<'_>,
        session: &SessionRow<'_>,
    ) -> Result<Option<User>, Error> {
        let outcome = self.transaction(async || {
            let is_first = !admission.has_admin && self.is_new().await?;
            let role = if is_first { Role::SuperAdmin } else { Role::Member };
            let created = self.insert_user(user, role).await?;
            let is_invited = match admission.invitation {
                Some(code) => self.use_invitation(code, &user.email.key, created.id).await?,
                None => false,
            };
            let is_allowed = match admission.mode {
                RegistrationMode::Open => true,
                RegistrationMode::Invite => is_first || is_invited,
                RegistrationMode::Closed => is_first,
            };
            if !is_allowed {
                return Err(Refusal::NotAllowed);
            }
            self.insert_session_rows(created.id, session).await?;
            Ok(created)
        });
        match outcome.await {
            Ok(user) => Ok(Some(user)),
            Err(Refusal::NotAllowed) => Ok(None),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    pub async fn account_by_email(&self, email_key: &str) -> Result<Option<Account>, Error> {
        let select = concat!("SELECT ", columns!(), ", password_hash FROM users WHERE email_key = ?1");
        self.row(select, [email_key.into()]).await?.map(read_account).transpose()
    }

    /// Returns the caller's account; `None` if it was deleted or the session has ended.
    pub async fn account(&self, caller: &Identity) -> Result<Option<Account>, Error> {
        let select = concat!("SELECT ", columns!(), ", password_hash FROM users WHERE id = ?1 AND ", is_signed_in!());
        self.row(select, caller_parameters(caller)).await?.map(read_account).transpose()
    }

    /// Returns `None` if the caller's session has ended or the password was replaced. Fails with `email-taken`.
    pub async fn update_profile(&self, caller: &Identity, update: &ProfileUpdate<'_>) -> Result<Option<User>, Error> {
        let statement = concat!(
            "UPDATE users SET name = CASE WHEN ?4 THEN ?5 ELSE name END, email = coalesce(?6, email), \
             email_key = coalesce(?7, email_key), updated_at = ",
            now!(),
            " WHERE id = ?1 AND password_hash = ?3 AND ",
            is_signed_in!(),
            " RETURNING ",
            columns!()
        );
        let email = |part: fn(&Email) -> &String| Value::from(update.email.as_ref().map(part).cloned());
        let values = [
            update.password_hash.into(),
            i64::from(update.name.is_some()).into(),
            update.name.clone().flatten().into(),
            email(|email| &email.address),
            email(|email| &email.key),
        ];
        self.transaction(async || {
            let row = self.row(statement, caller_parameters(caller).into_iter().chain(values)).await?;
            if row.is_some() && update.ends_other_sessions {
                self.delete_other_sessions(caller).await?;
            }
            row.map(|mut row| read_user(&mut row)).transpose()
        })
        .await
    }

    async fn delete_other_sessions(&self, caller: &Identity) -> Result<(), Error> {
        self.run("DELETE FROM sessions WHERE user_id = ?1 AND id <> ?2", caller_parameters(caller)).await
    }

    /// Stores a new password and ends the caller's other sessions. Returns false if the caller's session has ended or
    /// the password was replaced.
    pub async fn replace_password(&self, caller: &Identity, from: &str, to: &str) -> Result<bool, Error> {
        let update = concat!(
            "UPDATE users SET password_hash = ?4, updated_at = ",
            now!(),
            " WHERE id = ?1 AND password_hash = ?3 AND ",
            is_signed_in!(),
            " RETURNING id"
        );
        self.transaction(async || {
            let values = [from.into(), to.into()];
            let replaced = self.row(update, caller_parameters(caller).into_iter().chain(values)).await?.is_some();
            if replaced {
                self.delete_other_sessions(caller).await?;
            }
            Ok(replaced)
        })
        .await
    }

    /// Deletes the caller's account; foreign keys delete the rows that belong to it. Returns false as
    /// `replace_password` does.
    pub async fn delete_user(&self, caller: &Identity, password_hash: &str) -> Result<bool, Error> {
        let delete =
            concat!("DELETE FROM users WHERE id = ?1 AND password_hash = ?3 AND ", is_signed_in!(), " RETURNING id");
        let parameters = caller_parameters(caller).into_iter().chain([password_hash.into()]);
        Ok(self.row(delete, parameters).await?.is_some())
    }

    /// Raises an account to super admin. If its password is replaced, all of its sessions end.
    pub async fn raise_to_admin(&self, account: &Account, password_hash: Option<&str>) -> Result<User, Error> {
        let update = concat!(
            "UPDATE users SET role = 'super_admin', password_hash = coalesce(?2, password_hash), updated_at = ",
            now!(),
            " WHERE id = ?1 RETURNING ",
            columns!()
        );
        self.transaction(async || {
            let id = account.user.id;
            if password_hash.is_some() {
                self.run("DELETE FROM sessions WHERE user_id = ?1", [id.into()]).await?;
            }
            returned_user(self.row(update, [id.into(), password_hash.into()]).await?)
        })
        .await
    }

    /// Returns the user if the password hash is still the one that was checked. Replaces it by `rehashed`, if given.
    pub(super) async fn confirm(&self, account: &Account, rehashed: Option<&str>) -> Result<Option<User>, Error> {
        let update =
            concat!("UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2 RETURNING ", columns!());
        let select = concat!("SELECT ", columns!(), " FROM users WHERE id = ?1 AND password_hash = ?2");
        let (id, known) = (Value::from(account.user.id), Value::from(account.password_hash.as_str()));
        let row = match rehashed {
            Some(hash) => self.row(update, [id, known, hash.into()]).await?,
            None => self.row(select, [id, known]).await?,
        };
        row.map(|mut row| read_user(&mut row)).transpose()
    }

    pub(super) async fn user(&self, id: i64) -> Result<Option<User>, Error> {
        let select = concat!("SELECT ", columns!(), " FROM users WHERE id = ?1");
        self.row(select, [id.into()]).await?.map(|mut row| read_user(&mut row)).transpose()
    }
}

/// Why a registration is rolled back.
enum Refusal {
    NotAllowed,
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<sqlite::Error> for Refusal {
    fn from(error: sqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// The parameters `?1` and `?2` of `is_signed_in!`.
pub(super) fn caller_parameters(caller: &Identity) -> [Value; 2] {
    [caller.user_id.into(), caller.session_id.as_str().into()]
}

fn returned_user(row: Option<Row>) -> Result<User, Error> {
    let mut row = row.ok_or_else(|| Error::Internal("RETURNING returned no row".to_owned()))?;
    read_user(&mut row)
}

fn read_account(mut row: Row) -> Result<Account, Error> {
    Ok(Account { user: read_user(&mut row)?, password_hash: row.take(6)? })
}

fn read_user(row: &mut Row) -> Result<User, Error> {
    let role: String = row.take(3)?;
    Ok(User {
        id: row.take(0)?,
        email: row.take(1)?,
        name: row.take(2)?,
        role: Role::parse(&role).ok_or_else(|| Error::Internal(format!("unknown role {role}")))?,
        created_at: row.take(4)?,
        updated_at: row.take(5)?,
    })
}

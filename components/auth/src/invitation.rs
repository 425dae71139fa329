//! Invitations.

use ct_codecs::{Base64UrlSafeNoPadding, Encoder};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    contract::{CreatedInvitation, Error, NewInvitation},
    email,
    store::{InvitationRow, Store},
    validation::Faults,
};

/// Lets secret scanners recognise the code.
const PREFIX: &str = "vvi_";
const DEFAULT_DAYS: u32 = 7;
const MAX_DAYS: u32 = 30;

pub async fn create(created_by: Option<i64>, invitation: NewInvitation) -> Result<CreatedInvitation, Error> {
    let mut faults = Faults::default();
    let email = faults.check("email", invitation.email.as_deref().map(email::parse).transpose());
    let days = faults.check("expires_in_days", check_days(invitation.expires_in_days.unwrap_or(DEFAULT_DAYS)));
    let (Some(email), Some(days)) = (email, days) else { return Err(faults.into()) };
    let code = generate_code()?;
    let id = Uuid::now_v7().to_string();
    let row = InvitationRow { id: &id, code_hash: &hash(&code), email: email.as_ref(), created_by, days };
    let document = Store::open().await?.insert_invitation(&row, &code).await?;
    Ok(CreatedInvitation { id, document })
}

pub async fn list() -> Result<String, Error> {
    Store::open().await?.invitations().await
}

pub async fn delete(id: &str) -> Result<(), Error> {
    if Store::open().await?.delete_invitation(id).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Returns what the database stores instead of the code. The code has 128 random bits, so that a plain hash cannot be
/// reversed.
pub fn hash(code: &str) -> String {
    hex::encode(Sha256::digest(code.trim()))
}

fn generate_code() -> Result<String, Error> {
    let body = Base64UrlSafeNoPadding::encode_to_string(guest::random::bytes::<16>()?)
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(format!("{PREFIX}{body}"))
}

fn check_days(days: u32) -> Result<u32, &'static str> {
    if (1..=MAX_DAYS).contains(&days) { Ok(days) } else { Err("must be a whole number from 1 to 30") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_and_white_space_around_one_does_not_matter() -> Result<(), Error> {
        let (one, other) = (generate_code()?, generate_code()?);
        assert_ne!(one, other);
        assert_eq!(one.len(), PREFIX.len() + 22);
        assert_eq!(hash(&one), hash(&format!(" {one}\n")));
        Ok(())
    }

    #[test]
    fn an_invitation_lasts_at_most_30_days() {
        assert!(check_days(0).is_err() && check_days(31).is_err());
        assert!(check_days(1).is_ok() && check_days(30).is_ok());
    }
}

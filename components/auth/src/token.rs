//! Access tokens: JWTs that name the caller and the session. `session::live` asks whether the session is active.

use jwt_simple::prelude::{Claims, Duration, HS256Key, JWTClaims, MACLike, VerificationOptions};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::contract::{Error, Identity, Role};

pub const LIFETIME_SECONDS: u32 = 15 * 60;

const ISSUER: &str = "vinyl-vault";
const AUDIENCE: &str = "vinyl-vault-api";
/// The clocks of two replicas may differ by this much.
const TOLERANCE_SECONDS: u64 = 5;
/// Our tokens have about 400 bytes; a longer text is refused before it is decoded.
const MAX_BYTES: usize = 2048;

/// The keys that tokens are signed and verified with.
pub struct Keys {
    current: HS256Key,
    previous: Option<HS256Key>,
    options: VerificationOptions,
}

/// The claims beside the registered ones (RFC 7519).
#[derive(Serialize, Deserialize)]
struct CustomClaims {
    /// The session's id.
    sid: String,
    role: String,
    /// Which pair of tokens of the session it belongs to; 0 for the first.
    #[serde(default, rename = "gen")]
    generation: i64,
}

/// What a token proves.
#[derive(Debug)]
pub struct Verified {
    pub identity: Identity,
    pub generation: i64,
    /// How long the token is valid.
    pub remaining: std::time::Duration,
}

impl Keys {
    pub fn new(secret: &[u8], previous: Option<&[u8]>) -> Self {
        Self {
            current: HS256Key::from_bytes(secret),
            previous: previous.map(HS256Key::from_bytes),
            options: VerificationOptions {
                allowed_issuers: Some([ISSUER.to_owned()].into()),
                allowed_audiences: Some([AUDIENCE.to_owned()].into()),
                time_tolerance: Some(Duration::from_secs(TOLERANCE_SECONDS)),
                max_token_length: Some(MAX_BYTES),
                ..VerificationOptions::default()
            },
        }
    }

    /// Returns a token that is valid for `LIFETIME_SECONDS`.
    pub fn issue(&self, identity: &Identity, generation: i64) -> Result<String, Error> {
        let (sid, role) = (identity.session_id.clone(), identity.role.as_str().to_owned());
        let custom = CustomClaims { sid, role, generation };
        let claims = Claims::with_custom_claims(custom, Duration::from_secs(LIFETIME_SECONDS.into()))
            .with_issuer(ISSUER)
            .with_audience(AUDIENCE)
            .with_subject(identity.user_id)
            .with_jwt_id(Uuid::now_v7());
        self.current.authenticate(claims).map_err(|error| Error::Internal(format!("cannot sign a token: {error}")))
    }

    /// Returns `None` if the token is not valid now. The reason would help only an attacker, so it is not returned.
    pub fn verify(&self, token: &str) -> Option<Verified> {
        let claims = self.claims(&self.current, token);
        claims.or_else(|| self.claims(self.previous.as_ref()?, token)).and_then(verified)
    }

    /// The library checks the algorithm (it must be the key's, HS256), the signature, issuer, audience and times.
    fn claims(&self, key: &HS256Key, token: &str) -> Option<JWTClaims<CustomClaims>> {
        key.verify_token(token, Some(self.options.clone())).ok()
    }
}

fn verified(claims: JWTClaims<CustomClaims>) -> Option<Verified> {
    // The library accepts a token without this claim as one that never expires.
    let expires_at = claims.expires_at?.as_secs() + TOLERANCE_SECONDS;
    let remaining = std::time::Duration::from_secs(expires_at).saturating_sub(guest::time::since_epoch());
    let identity = Identity {
        user_id: claims.subject?.parse().ok()?,
        session_id: claims.custom.sid,
        role: Role::parse(&claims.custom.role)?,
    };
    Some(Verified { identity, generation: claims.custom.generation, remaining })
}

#[cfg(test)]
mod tests;

use ct_codecs::{Base64UrlSafeNoPadding, Encoder};
use jwt_simple::prelude::{Clock, HS384Key};

use super::*;

const SECRET: &[u8] = &[1; 32];
const OTHER: &[u8] = &[2; 32];

fn ada() -> Identity {
    Identity { user_id: 7, session_id: "0199-ada".to_owned(), role: Role::SuperAdmin }
}

fn keys() -> Keys {
    Keys::new(SECRET, None)
}

/// Valid claims; each test makes one of them invalid.
fn claims() -> JWTClaims<CustomClaims> {
    let custom = CustomClaims { sid: "0199-ada".to_owned(), role: "member".to_owned(), generation: 0 };
    Claims::with_custom_claims(custom, Duration::from_secs(900))
        .with_issuer(ISSUER)
        .with_audience(AUDIENCE)
        .with_subject(7)
}

fn is_accepted(claims: JWTClaims<CustomClaims>) -> bool {
    let token = HS256Key::from_bytes(SECRET).authenticate(claims).unwrap_or_default();
    keys().verify(&token).is_some()
}

fn encoded(json: &str) -> String {
    Base64UrlSafeNoPadding::encode_to_string(json).unwrap_or_default()
}

#[test]
fn a_token_proves_the_callers_identity() -> Result<(), Error> {
    let keys = keys();
    let token = keys.issue(&ada(), 3)?;
    let Some(Verified { identity, generation: 3, remaining }) = keys.verify(&token) else {
        unreachable!("it was refused");
    };
    assert!(matches!(identity, Identity { user_id: 7, role: Role::SuperAdmin, .. }));
    assert_eq!(identity.session_id, "0199-ada");
    assert!(remaining.as_secs() <= 15 * 60 + TOLERANCE_SECONDS);
    assert!(token.len() < 600, "{}", token.len());
    assert_ne!(token, keys.issue(&ada(), 3)?, "two tokens have the same jti");
    Ok(())
}

#[test]
fn the_claims_of_these_tests_are_valid() {
    assert!(is_accepted(claims()));
}

#[test]
fn a_tampered_token_is_refused() -> Result<(), Error> {
    let token = keys().issue(&ada(), 3)?;
    for position in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        if let Some(byte) = bytes.get_mut(position) {
            *byte = if *byte == b'A' { b'B' } else { b'A' };
        }
        let tampered = String::from_utf8(bytes).unwrap_or_default();
        assert!(keys().verify(&tampered).is_none(), "at {position}");
    }
    Ok(())
}

#[test]
fn a_text_that_is_not_a_token_is_refused() {
    for token in ["", ".", "..", "a.b.c", "ä.ö.ü", &"a".repeat(3000)] {
        assert!(keys().verify(token).is_none(), "{token}");
    }
}

#[test]
fn a_token_expires_after_15_minutes() -> Result<(), Error> {
    let mut keys = keys();
    let token = keys.issue(&ada(), 3)?;
    let after = |seconds| Some(Clock::now_since_epoch() + Duration::from_secs(seconds));
    keys.options.artificial_time = after(15 * 60 - 1);
    assert!(keys.verify(&token).is_some());
    keys.options.artificial_time = after(15 * 60 + TOLERANCE_SECONDS + 2);
    assert!(keys.verify(&token).is_none());
    Ok(())
}

#[test]
fn a_token_without_expiry_is_refused() {
    assert!(!is_accepted(JWTClaims { expires_at: None, ..claims() }));
}

#[test]
fn a_token_from_the_future_is_refused() {
    let later = Some(Clock::now_since_epoch() + Duration::from_secs(60));
    assert!(!is_accepted(JWTClaims { issued_at: later, ..claims() }));
    assert!(!is_accepted(JWTClaims { invalid_before: later, ..claims() }));
}

#[test]
fn a_token_of_another_issuer_or_for_another_audience_is_refused() {
    assert!(!is_accepted(claims().with_issuer("another")));
    assert!(!is_accepted(JWTClaims { issuer: None, ..claims() }));
    assert!(!is_accepted(claims().with_audience("another")));
    assert!(!is_accepted(JWTClaims { audiences: None, ..claims() }));
}

#[test]
fn a_token_without_a_user_or_with_an_unknown_role_is_refused() {
    assert!(!is_accepted(claims().with_subject("ada")));
    assert!(!is_accepted(JWTClaims { subject: None, ..claims() }));
    let unknown = CustomClaims { sid: String::new(), role: "king".to_owned(), generation: 0 };
    assert!(!is_accepted(JWTClaims { custom: unknown, ..claims() }));
}

#[test]
fn another_algorithm_is_refused() -> Result<(), Error> {
    let token = keys().issue(&ada(), 3)?;
    let (signed, tag) = token.rsplit_once('.').unwrap_or_default();
    let (_, payload) = signed.split_once('.').unwrap_or_default();
    for algorithm in ["none", "None", "HS384", "RS256"] {
        let header = encoded(&format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#));
        assert!(keys().verify(&format!("{header}.{payload}.")).is_none(), "{algorithm}");
        assert!(keys().verify(&format!("{header}.{payload}.{tag}")).is_none(), "{algorithm}");
    }
    let hs384 = HS384Key::from_bytes(SECRET).authenticate(claims()).unwrap_or_default();
    assert!(keys().verify(&hs384).is_none());
    Ok(())
}

#[test]
fn the_previous_secret_verifies_but_does_not_sign() -> Result<(), Error> {
    let old = keys().issue(&ada(), 3)?;
    assert!(Keys::new(OTHER, None).verify(&old).is_none());
    let rotated = Keys::new(OTHER, Some(SECRET));
    assert!(rotated.verify(&old).is_some());
    assert!(keys().verify(&rotated.issue(&ada(), 3)?).is_none());
    Ok(())
}

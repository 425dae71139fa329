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

/// Good claims, for a test to spoil one.
fn claims() -> JWTClaims<Custom> {
    let custom = Custom { sid: "0199-ada".to_owned(), role: "member".to_owned() };
    Claims::with_custom_claims(custom, Duration::from_secs(900))
        .with_issuer(ISSUER)
        .with_audience(AUDIENCE)
        .with_subject(7)
}

fn accepted(claims: JWTClaims<Custom>) -> bool {
    let token = HS256Key::from_bytes(SECRET).authenticate(claims).unwrap_or_default();
    keys().verify(&token).is_some()
}

fn encoded(json: &str) -> String {
    Base64UrlSafeNoPadding::encode_to_string(json).unwrap_or_default()
}

#[test]
fn a_token_says_who_calls() -> Result<(), Error> {
    let keys = keys();
    let token = keys.issue(&ada())?;
    let found = keys.verify(&token);
    assert!(
        matches!(found, Some(Identity { user_id: 7, session_id, role: Role::SuperAdmin }) if session_id == "0199-ada")
    );
    assert!(token.len() < 600, "{}", token.len());
    assert_ne!(token, keys.issue(&ada())?, "jti was used again");
    Ok(())
}

#[test]
fn the_claims_of_these_tests_are_good() {
    assert!(accepted(claims()));
}

#[test]
fn a_tampered_token_is_refused() -> Result<(), Error> {
    let token = keys().issue(&ada())?;
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
fn what_is_no_token_is_refused() {
    for token in ["", ".", "..", "a.b.c", "ä.ö.ü", &"a".repeat(3000)] {
        assert!(keys().verify(token).is_none(), "{token}");
    }
}

#[test]
fn a_token_dies_after_15_minutes() -> Result<(), Error> {
    let mut keys = keys();
    let token = keys.issue(&ada())?;
    let after = |seconds| Some(Clock::now_since_epoch() + Duration::from_secs(seconds));
    keys.options.artificial_time = after(15 * 60 - 1);
    assert!(keys.verify(&token).is_some());
    keys.options.artificial_time = after(15 * 60 + TOLERANCE_SECONDS + 2);
    assert!(keys.verify(&token).is_none());
    Ok(())
}

#[test]
fn a_token_without_expiry_is_refused() {
    assert!(!accepted(JWTClaims { expires_at: None, ..claims() }));
}

#[test]
fn a_token_of_the_future_is_refused() {
    let later = Some(Clock::now_since_epoch() + Duration::from_secs(60));
    assert!(!accepted(JWTClaims { issued_at: later, ..claims() }));
    assert!(!accepted(JWTClaims { invalid_before: later, ..claims() }));
}

#[test]
fn a_token_of_another_issuer_or_for_another_audience_is_refused() {
    assert!(!accepted(claims().with_issuer("somebody")));
    assert!(!accepted(JWTClaims { issuer: None, ..claims() }));
    assert!(!accepted(claims().with_audience("somebody")));
    assert!(!accepted(JWTClaims { audiences: None, ..claims() }));
}

#[test]
fn a_token_about_nobody_is_refused() {
    assert!(!accepted(claims().with_subject("ada")));
    assert!(!accepted(JWTClaims { subject: None, ..claims() }));
    let king = Custom { sid: String::new(), role: "king".to_owned() };
    assert!(!accepted(JWTClaims { custom: king, ..claims() }));
}

#[test]
fn another_algorithm_is_refused() -> Result<(), Error> {
    let token = keys().issue(&ada())?;
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
fn the_previous_secret_verifies_and_signs_nothing() -> Result<(), Error> {
    let old = keys().issue(&ada())?;
    assert!(Keys::new(OTHER, None).verify(&old).is_none());
    let rotated = Keys::new(OTHER, Some(SECRET));
    assert!(rotated.verify(&old).is_some());
    assert!(keys().verify(&rotated.issue(&ada())?).is_none());
    Ok(())
}

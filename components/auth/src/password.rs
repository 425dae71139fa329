//! Passwords: their limits, and their hashes.

mod derivation;
mod stored;

use std::{
    hint::black_box,
    sync::atomic::{AtomicBool, Ordering},
};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{contract::Error, random};
use derivation::{Derivation, OUTPUT_BYTES};
use stored::{Pbkdf2, Stored};

/// OWASP's figure for PBKDF2-HMAC-SHA256 (Password Storage Cheat Sheet, 2023).
const ITERATIONS: u32 = 600_000;
const SALT_BYTES: usize = 16;
/// Iterations between two yields: 0.16 ms, the longest that a sign-in holds up another request of its instance at a time.
/// A hash takes 182 ms with it as with 1,000; at 250 the yields are felt (195 ms).
const SLICE: u32 = 500;
/// How many PBKDF2 iterations take as long as one of bcrypt's 2^cost rounds, roughly: 51 µs against 0.32 µs in
/// Wasmtime.
const ITERATIONS_PER_BCRYPT_ROUND: u32 = 160;

const MIN_BYTES: usize = 8;
const MAX_BYTES: usize = 1024;

#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, and stored in a way that `hash` would not choose any more.
    RightButOld,
}

/// The limits of a new password.
pub fn check(password: &str) -> Result<(), &'static str> {
    match password.len() {
        MIN_BYTES..=MAX_BYTES => Ok(()),
        _ => Err("must have 8 to 1024 bytes"),
    }
}

/// The current format, with a new salt.
pub async fn hash(password: &str) -> Result<String, Error> {
    let salt = random::bytes::<SALT_BYTES>()?;
    let hash = derive(password.as_bytes(), &salt, ITERATIONS).await;
    let hash = Pbkdf2 { iterations: ITERATIONS, salt: salt.to_vec(), hash };
    hash.to_phc().ok_or_else(|| Error::Internal("a password hash cannot be written".to_owned()))
}

/// Compares in constant time. `Wrong` takes as long for every account, and for none (`stored` is `None`): the cost of
/// the current format. bcrypt comes near to it, as it cannot yield and its cost is only known roughly.
pub async fn verify(password: &str, stored: Option<&str>) -> Verdict {
    let known = stored.and_then(Stored::parse);
    if stored.is_some() && known.is_none() {
        warn_of_unknown_format();
    }
    let (right, spent) = match &known {
        Some(known) => matches(password, known).await,
        None => (false, 0),
    };
    match known {
        _ if !right => {
            spend(ITERATIONS.saturating_sub(spent)).await;
            Verdict::Wrong
        }
        Some(Stored::Phc(hash)) if hash.iterations >= ITERATIONS => Verdict::Right,
        _ => Verdict::RightButOld,
    }
}

/// Whether the password belongs to the hash; and what it cost to find out, in iterations.
async fn matches(password: &str, stored: &Stored) -> (bool, u32) {
    match stored {
        Stored::Phc(stored) | Stored::Django(stored) => {
            let hash = derive(password.as_bytes(), &stored.salt, stored.iterations).await;
            (hash.ct_eq(&stored.hash).into(), stored.iterations)
        }
        Stored::Sha256(hash) => (Sha256::digest(password).as_slice().ct_eq(hash).into(), 0),
        Stored::Bcrypt { text, cost } => {
            let right = bcrypt::verify(password, text).unwrap_or(false);
            (right, ITERATIONS_PER_BCRYPT_ROUND.saturating_mul(1 << cost))
        }
    }
}

async fn spend(iterations: u32) {
    if iterations > 0 {
        black_box(derive(b"", &[0; SALT_BYTES], black_box(iterations)).await);
    }
}

async fn derive(password: &[u8], salt: &[u8], iterations: u32) -> [u8; OUTPUT_BYTES] {
    let mut derivation = Derivation::start(password, salt, iterations);
    while !derivation.advance(SLICE) {
        give_way().await;
    }
    derivation.finish()
}

/// Lets the other requests of this instance run first.
#[cfg(target_arch = "wasm32")]
async fn give_way() {
    wit_bindgen::yield_async().await;
}

#[cfg(not(target_arch = "wasm32"))]
async fn give_way() {}

/// Once an instance is enough for the operator, and a flood of sign-ins cannot fill the log.
fn warn_of_unknown_format() {
    static WARNED: AtomicBool = AtomicBool::new(false);
    if !WARNED.swap(true, Ordering::Relaxed) {
        eprintln!(
            r#"{{"level":"warn","component":"auth","message":"an account has a password hash in no known format; it cannot sign in"}}"#
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => unreachable!("nothing waits outside of wasm"),
        }
    }

    /// `correct horse`, hashed by Python's hashlib and by the C implementation of bcrypt.
    const LEGACY: [&str; 8] = [
        "4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631",
        "4104D36F8DA2C254349F85836793EBE029E0C957063A34C91C2E9203187B5631",
        "$pbkdf2-sha256$i=100000$MDEyMzQ1Njc4OWFiY2RlZg$WYEVV1ul0qBt7iGnOFpq5RmH0aOFvmOKTlUAgn9mWYM",
        "$pbkdf2-sha256$i=100000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$WYEVV1ul0qBt7iGnOFpq5RmH0aOFvmOKTlUAgn9mWYM",
        "pbkdf2_sha256$100000$NaCl4dJango$mmLG2RZ6zyNGbSQmz1OkJnewSD0Y7FeiXP31h/zzxEU=",
        "$2b$05$e.iU/eeNRjdnRE4HKLQS4e2DPUBnlOt8vw4zmAiNkMcWPt2N3P37K",
        "$2a$05$e.iU/eeNRjdnRE4HKLQS4e2DPUBnlOt8vw4zmAiNkMcWPt2N3P37K",
        "$2y$05$e.iU/eeNRjdnRE4HKLQS4e2DPUBnlOt8vw4zmAiNkMcWPt2N3P37K",
    ];

    #[test]
    fn a_new_hash_verifies_in_the_current_format() -> Result<(), Error> {
        let stored = now(hash("correct horse"))?;
        assert!(stored.starts_with("$pbkdf2-sha256$i=600000,l=32$"));
        assert_eq!(now(verify("correct horse", Some(&stored))), Verdict::Right);
        assert_eq!(now(verify("correct horsf", Some(&stored))), Verdict::Wrong);
        assert_ne!(stored, now(hash("correct horse"))?, "a salt was used again");
        Ok(())
    }

    #[test]
    fn legacy_hashes_verify_and_are_told_to_be_old() {
        for stored in LEGACY {
            assert_eq!(now(verify("correct horse", Some(stored))), Verdict::RightButOld, "{stored}");
            assert_eq!(now(verify("Correct horse", Some(stored))), Verdict::Wrong, "{stored}");
        }
    }

    #[test]
    fn no_account_and_no_known_format_never_verify() {
        assert_eq!(now(verify("correct horse", None)), Verdict::Wrong);
        for stored in ["", "correct horse", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"] {
            assert_eq!(now(verify("correct horse", Some(stored))), Verdict::Wrong);
        }
    }

    #[test]
    fn a_password_is_measured_in_bytes() {
        assert!(check("1234567").is_err());
        assert!(check("12345678").is_ok());
        assert!(check("üüüü").is_ok());
        assert!(check(&"x".repeat(1024)).is_ok());
        assert!(check(&"x".repeat(1025)).is_err());
    }
}

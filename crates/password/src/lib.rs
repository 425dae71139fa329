//! Passwords: their rules, their hashes, and the names under which guesses are counted. The component `auth` and the
//! command `vault password` share this, so that both accept and store the same.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failed assertion should panic"))]

mod derivation;
pub mod guesses;
mod rules;
mod stored;

use std::{
    hint::black_box,
    sync::atomic::{AtomicBool, Ordering},
};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

pub use self::rules::check;
use self::{
    derivation::{Derivation, OUTPUT_BYTES},
    stored::{Pbkdf2Hash, StoredHash},
};

/// OWASP's figure for PBKDF2-HMAC-SHA256 (Password Storage Cheat Sheet, 2023).
const ITERATIONS: u32 = 600_000;
pub const SALT_BYTES: usize = 16;
/// Iterations between two yields. They take 0.16 ms: the longest time for which a sign-in blocks the other requests of
/// its instance. A hash takes 182 ms with 500 as with 1,000 iterations, but 195 ms with 250.
const SLICE: u32 = 500;
/// The number of PBKDF2 iterations that take about as long as one of bcrypt's 2^cost rounds (in Wasmtime, 0.32 µs and
/// 51 µs).
const ITERATIONS_PER_BCRYPT_ROUND: u32 = 160;

#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, but stored in another format or with fewer iterations than `hash` uses now.
    RightButOld,
}

/// Returns the hash to store, in the current format. `salt` must be random and new; `pause` is awaited every 0.2 ms.
pub async fn hash(password: &str, salt: [u8; SALT_BYTES], pause: impl AsyncFn()) -> String {
    let hash = derive(password.as_bytes(), &salt, ITERATIONS, &pause).await;
    Pbkdf2Hash { iterations: ITERATIONS, salt: salt.to_vec(), hash }.to_phc()
}

/// Compares in constant time. `Wrong` takes the same time for every account, and also without an account (`stored` is
/// `None`): the time that the current format takes. For bcrypt this is an estimate; besides, bcrypt cannot yield.
pub async fn verify(password: &str, stored: Option<&str>, pause: impl AsyncFn()) -> Verdict {
    let known = stored.and_then(StoredHash::parse);
    if stored.is_some() && known.is_none() {
        warn_of_unknown_format();
    }
    let (right, spent) = match &known {
        Some(known) => matches(password, known, &pause).await,
        None => (false, 0),
    };
    match known {
        _ if !right => {
            spend(ITERATIONS.saturating_sub(spent), &pause).await;
            Verdict::Wrong
        }
        Some(StoredHash::Phc(hash)) if hash.iterations >= ITERATIONS => Verdict::Right,
        _ => Verdict::RightButOld,
    }
}

/// Returns whether the password belongs to the hash, and the iterations that were computed to find out.
async fn matches(password: &str, stored: &StoredHash, pause: &impl AsyncFn()) -> (bool, u32) {
    match stored {
        StoredHash::Phc(stored) | StoredHash::Django(stored) => {
            let hash = derive(password.as_bytes(), &stored.salt, stored.iterations, pause).await;
            (hash.ct_eq(&stored.hash).into(), stored.iterations)
        }
        StoredHash::Sha256(hash) => (Sha256::digest(password).as_slice().ct_eq(hash).into(), 0),
        StoredHash::Bcrypt { text, cost } => {
            let right = bcrypt::verify(password, text).unwrap_or(false);
            (right, ITERATIONS_PER_BCRYPT_ROUND.saturating_mul(1 << cost))
        }
    }
}

async fn spend(iterations: u32, pause: &impl AsyncFn()) {
    if iterations > 0 {
        black_box(derive(b"", &[0; SALT_BYTES], black_box(iterations), pause).await);
    }
}

async fn derive(password: &[u8], salt: &[u8], iterations: u32, pause: &impl AsyncFn()) -> [u8; OUTPUT_BYTES] {
    let mut derivation = Derivation::start(password, salt, iterations);
    while !derivation.advance(SLICE) {
        pause().await;
    }
    derivation.finish()
}

/// Warns once per instance, so that many sign-ins cannot fill the log.
fn warn_of_unknown_format() {
    static WARNED: AtomicBool = AtomicBool::new(false);
    if !WARNED.swap(true, Ordering::Relaxed) {
        let message = "an account cannot sign in: the format of its password hash is unknown";
        eprintln!(r#"{{"level":"warn","component":"auth","message":"{message}"}}"#);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => unreachable!("nothing pauses"),
        }
    }

    fn check(password: &str, stored: Option<&str>) -> Verdict {
        block_on(verify(password, stored, async || {}))
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
    fn a_new_hash_has_the_current_format_and_verifies() {
        let stored = block_on(hash("correct horse", [7; SALT_BYTES], async || {}));
        assert!(stored.starts_with("$pbkdf2-sha256$i=600000,l=32$"));
        assert_eq!(check("correct horse", Some(&stored)), Verdict::Right);
        assert_eq!(check("correct horsf", Some(&stored)), Verdict::Wrong);
    }

    #[test]
    fn a_legacy_hash_verifies_and_is_reported_as_old() {
        for stored in LEGACY {
            assert_eq!(check("correct horse", Some(stored)), Verdict::RightButOld, "{stored}");
            assert_eq!(check("Correct horse", Some(stored)), Verdict::Wrong, "{stored}");
        }
    }

    #[test]
    fn a_missing_account_or_an_unknown_format_never_verifies() {
        assert_eq!(check("correct horse", None), Verdict::Wrong);
        for stored in ["", "correct horse", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"] {
            assert_eq!(check("correct horse", Some(stored)), Verdict::Wrong);
        }
    }
}

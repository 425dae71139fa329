//! The formats in which a password hash may be stored.

use ct_codecs::{Base64, Base64NoPadding, Decoder, Encoder, Hex};

use super::derivation::OUTPUT_BYTES;

/// A stored hash that asks for more is not believed: it would block sign-ins for seconds.
const MAX_ITERATIONS: u32 = 10_000_000;
/// The same; and bcrypt cannot yield while it computes.
const MAX_BCRYPT_COST: u32 = 14;

#[derive(Debug, PartialEq, Eq)]
pub enum Stored {
    /// `$pbkdf2-sha256$i=600000,l=32$salt$hash` (PHC string, both in Base64 without padding): the current format, and
    /// with fewer iterations a legacy one.
    Phc(Pbkdf2),
    /// Legacy: `pbkdf2_sha256$100000$salt$hash` (Django), the salt as it is, the hash in Base64.
    Django(Pbkdf2),
    /// Legacy: unsalted SHA-256 in hex.
    Sha256([u8; OUTPUT_BYTES]),
    /// Legacy: `$2a$`, `$2b$` or `$2y$`, the text as the crate bcrypt takes it.
    Bcrypt { text: String, cost: u32 },
}

#[derive(Debug, PartialEq, Eq)]
pub struct Pbkdf2 {
    pub iterations: u32,
    pub salt: Vec<u8>,
    pub hash: [u8; OUTPUT_BYTES],
}

impl Stored {
    /// `None` if the text is in no known format.
    pub fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split('$').collect();
        match fields.as_slice() {
            ["", "pbkdf2-sha256", parameters, salt, hash] => phc(parameters, salt, hash).map(Self::Phc),
            ["pbkdf2_sha256", iterations, salt, hash] => django(iterations, salt, hash).map(Self::Django),
            ["", "2a" | "2b" | "2y", cost, body] => bcrypt(text, cost, body),
            [hash] => decoded::<Hex>(hash)?.try_into().ok().map(Self::Sha256),
            _ => None,
        }
    }
}

impl Pbkdf2 {
    /// The PHC string. `None` is never seen: Base64 of so few bytes does not overflow.
    pub fn to_phc(&self) -> Option<String> {
        let encoded = |bytes: &[u8]| Base64NoPadding::encode_to_string(bytes).ok();
        let (salt, hash) = (encoded(&self.salt)?, encoded(&self.hash)?);
        Some(format!("$pbkdf2-sha256$i={},l={OUTPUT_BYTES}${salt}${hash}", self.iterations))
    }
}

fn phc(parameters: &str, salt: &str, hash: &str) -> Option<Pbkdf2> {
    let (count, length) = match parameters.split_once(',') {
        Some((count, length)) => (count, length.strip_prefix("l=")?),
        None => (parameters, "32"),
    };
    let salt = decoded::<Base64NoPadding>(salt)?;
    let hash = decoded::<Base64NoPadding>(hash)?.try_into().ok()?;
    (length == "32").then_some(Pbkdf2 { iterations: iterations(count.strip_prefix("i=")?)?, salt, hash })
}

fn django(count: &str, salt: &str, hash: &str) -> Option<Pbkdf2> {
    let hash = decoded::<Base64>(hash)?.try_into().ok()?;
    Some(Pbkdf2 { iterations: iterations(count)?, salt: salt.as_bytes().to_vec(), hash })
}

/// The crate bcrypt slices what it is given, so that only what has bcrypt's shape may reach it.
fn bcrypt(text: &str, cost: &str, body: &str) -> Option<Stored> {
    let is_bcrypt64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'/';
    let shaped = cost.len() == 2 && body.len() == 53 && body.bytes().all(is_bcrypt64);
    let cost = decimal(cost).filter(|cost| (4..=MAX_BCRYPT_COST).contains(cost))?;
    shaped.then(|| Stored::Bcrypt { text: text.to_owned(), cost })
}

fn iterations(text: &str) -> Option<u32> {
    decimal(text).filter(|count| (1..=MAX_ITERATIONS).contains(count))
}

/// Digits alone: `str::parse` takes a sign, too.
fn decimal(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn decoded<D: Decoder>(text: &str) -> Option<Vec<u8>> {
    D::decode_to_vec(text, None).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phc_string_survives_a_round_trip() {
        let hash = Pbkdf2 { iterations: 600_000, salt: (0..16).collect(), hash: [255; 32] };
        let text = hash.to_phc().unwrap_or_default();
        assert_eq!(
            text,
            "$pbkdf2-sha256$i=600000,l=32$AAECAwQFBgcICQoLDA0ODw$//////////////////////////////////////////8"
        );
        assert_eq!(Stored::parse(&text), Some(Stored::Phc(hash)));
    }

    #[test]
    fn a_phc_string_may_leave_the_length_out() {
        let text = format!("$pbkdf2-sha256$i=100000$c2FsdA${}", "A".repeat(43));
        let expected = Pbkdf2 { iterations: 100_000, salt: b"salt".to_vec(), hash: [0; 32] };
        assert_eq!(Stored::parse(&text), Some(Stored::Phc(expected)));
    }

    #[test]
    fn what_has_no_known_format_is_refused() {
        let hash = "A".repeat(43);
        let body = "a".repeat(53);
        for text in [
            String::new(),
            "password".to_owned(),
            "a".repeat(63),
            format!("{}g", "a".repeat(63)),
            "a".repeat(65),
            format!("$pbkdf2-sha256$i=0$c2FsdA${hash}"),
            format!("$pbkdf2-sha256$i=+1$c2FsdA${hash}"),
            format!("$pbkdf2-sha256$i=10000001$c2FsdA${hash}"),
            format!("$pbkdf2-sha256$i=1,l=64$c2FsdA${hash}"),
            format!("$pbkdf2-sha256$l=32,i=1$c2FsdA${hash}"),
            format!("$pbkdf2-sha256$i=1$c2FsdA==${hash}"),
            format!("$pbkdf2-sha256$i=1$c2FsdA${hash}AAA"),
            format!("$pbkdf2-sha256$i=1$c2FsdA${hash}$"),
            format!("$pbkdf2-sha512$i=1$c2FsdA${hash}"),
            format!("pbkdf2_sha256$1$salt${hash}"),
            format!("$2x$10${body}"),
            format!("$2b$31${body}"),
            format!("$2b$03${body}"),
            format!("$2b$10${body}a"),
            format!("$2b$10${}ä", "a".repeat(51)),
        ] {
            assert_eq!(Stored::parse(&text), None, "{text}");
        }
    }
}

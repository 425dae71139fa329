//! The formats in which a password hash may be stored.
//!
//! A PHC string is parsed here, not by the crate `password-hash`: that crate limits the length of the salt, which
//! legacy hashes need not keep, and its result would have to be taken apart into the same three fields.

use ct_codecs::{Base64, Base64NoPadding, Decoder, Encoder};
use hex::FromHex;

use super::derivation::OUTPUT_BYTES;

/// A stored hash with more iterations is refused: it would block sign-ins for seconds.
const MAX_ITERATIONS: u32 = 10_000_000;
/// A higher cost is refused for the same reason; besides, bcrypt cannot yield while it computes.
const MAX_BCRYPT_COST: u32 = 14;

#[derive(Debug, PartialEq, Eq)]
pub enum StoredHash {
    /// `$pbkdf2-sha256$i=600000,l=32$salt$hash` (PHC string; salt and hash in Base64 without padding): the current
    /// format, or a legacy one if it has fewer iterations.
    Phc(Pbkdf2Hash),
    /// Legacy: `pbkdf2_sha256$100000$salt$hash` (Django), the salt not encoded, the hash in Base64.
    Django(Pbkdf2Hash),
    /// Legacy: unsalted SHA-256 in hexadecimal.
    Sha256([u8; OUTPUT_BYTES]),
    /// Legacy: `$2a$`, `$2b$` or `$2y$`. `text` is the whole hash, as the crate `bcrypt` takes it.
    Bcrypt { text: String, cost: u32 },
}

#[derive(Debug, PartialEq, Eq)]
pub struct Pbkdf2Hash {
    pub iterations: u32,
    pub salt: Vec<u8>,
    pub hash: [u8; OUTPUT_BYTES],
}

impl StoredHash {
    /// Returns `None` if the format is unknown.
    pub fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split('$').collect();
        match fields.as_slice() {
            ["", "pbkdf2-sha256", parameters, salt, hash] => parse_phc(parameters, salt, hash).map(Self::Phc),
            ["pbkdf2_sha256", iterations, salt, hash] => parse_django(iterations, salt, hash).map(Self::Django),
            ["", "2a" | "2b" | "2y", cost, body] => parse_bcrypt(text, cost, body),
            [hash] => FromHex::from_hex(hash).ok().map(Self::Sha256),
            _ => None,
        }
    }
}

impl Pbkdf2Hash {
    /// Returns the PHC string. Base64 fails only for a length that overflows; the text then is no hash, and verifies
    /// nothing.
    pub fn to_phc(&self) -> String {
        let encode = |bytes: &[u8]| Base64NoPadding::encode_to_string(bytes).unwrap_or_default();
        let (salt, hash) = (encode(&self.salt), encode(&self.hash));
        format!("$pbkdf2-sha256$i={},l={OUTPUT_BYTES}${salt}${hash}", self.iterations)
    }
}

fn parse_phc(parameters: &str, salt: &str, hash: &str) -> Option<Pbkdf2Hash> {
    let (count, length) = match parameters.split_once(',') {
        Some((count, length)) => (count, length.strip_prefix("l=")?),
        None => (parameters, "32"),
    };
    let salt = decode::<Base64NoPadding>(salt)?;
    let hash = decode::<Base64NoPadding>(hash)?.try_into().ok()?;
    (length == "32").then_some(Pbkdf2Hash { iterations: parse_iterations(count.strip_prefix("i=")?)?, salt, hash })
}

fn parse_django(count: &str, salt: &str, hash: &str) -> Option<Pbkdf2Hash> {
    let hash = decode::<Base64>(hash)?.try_into().ok()?;
    Some(Pbkdf2Hash { iterations: parse_iterations(count)?, salt: salt.as_bytes().to_vec(), hash })
}

/// The crate `bcrypt` slices its input at fixed positions, so it must get nothing but a well-formed hash.
fn parse_bcrypt(text: &str, cost: &str, body: &str) -> Option<StoredHash> {
    let is_bcrypt64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'/';
    let is_well_formed = cost.len() == 2 && body.len() == 53 && body.bytes().all(is_bcrypt64);
    let cost = parse_decimal(cost).filter(|cost| (4..=MAX_BCRYPT_COST).contains(cost))?;
    is_well_formed.then(|| StoredHash::Bcrypt { text: text.to_owned(), cost })
}

fn parse_iterations(text: &str) -> Option<u32> {
    parse_decimal(text).filter(|count| (1..=MAX_ITERATIONS).contains(count))
}

/// Accepts digits only; `str::parse` accepts a sign, too.
fn parse_decimal(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn decode<D: Decoder>(text: &str) -> Option<Vec<u8>> {
    D::decode_to_vec(text, None).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phc_string_is_parsed_into_the_hash_that_it_was_made_from() {
        let hash = Pbkdf2Hash { iterations: 600_000, salt: (0..16).collect(), hash: [255; 32] };
        let text = hash.to_phc();
        assert_eq!(
            text,
            "$pbkdf2-sha256$i=600000,l=32$AAECAwQFBgcICQoLDA0ODw$//////////////////////////////////////////8"
        );
        assert_eq!(StoredHash::parse(&text), Some(StoredHash::Phc(hash)));
    }

    #[test]
    fn the_length_in_a_phc_string_is_optional() {
        let text = format!("$pbkdf2-sha256$i=100000$c2FsdA${}", "A".repeat(43));
        let expected = Pbkdf2Hash { iterations: 100_000, salt: b"salt".to_vec(), hash: [0; 32] };
        assert_eq!(StoredHash::parse(&text), Some(StoredHash::Phc(expected)));
    }

    #[test]
    fn an_unknown_or_malformed_hash_is_refused() {
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
            assert_eq!(StoredHash::parse(&text), None, "{text}");
        }
    }
}

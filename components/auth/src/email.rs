//! Email addresses.

use email_address::{EmailAddress, Options};

/// RFC 5321, section 4.5.3.1.3: a path has at most 256 octets, two of which are angle brackets.
const MAX_BYTES: usize = 254;

/// No display text (`Ada <ada@example.com>`) and no IP literal. A domain without dots is a host in the local network.
const OPTIONS: Options = Options { minimum_sub_domains: 0, allow_domain_literal: false, allow_display_text: false };

#[derive(Debug, PartialEq, Eq)]
pub struct Email {
    /// As its owner typed it, without the white space around it.
    pub address: String,
    /// In lower case. Two addresses with the same key belong to the same account.
    pub key: String,
}

pub fn parse(text: &str) -> Result<Email, &'static str> {
    let address = text.trim();
    if address.len() > MAX_BYTES {
        return Err("must have at most 254 bytes");
    }
    EmailAddress::parse_with_options(address, OPTIONS)
        .map(|_| Email { address: address.to_owned(), key: address.to_lowercase() })
        .map_err(|_| "must be an email address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_differ_only_in_case_or_outer_space_have_the_same_key() {
        let email = parse("  Ädele@Example.COM ").ok();
        assert_eq!(email, Some(Email { address: "Ädele@Example.COM".to_owned(), key: "ädele@example.com".to_owned() }));
    }

    #[test]
    fn a_domain_without_dots_is_accepted() {
        assert!(parse("admin@localhost").is_ok());
    }

    #[test]
    fn anything_but_a_bare_address_is_refused() {
        for text in
            ["", "ada", "ada@", "@example.com", "Ada <ada@example.com>", "ada@[127.0.0.1]", "a b@example.com", "a@b@c"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
        let domain = format!("{}.com", ["d".repeat(60), "e".repeat(60), "f".repeat(58)].join("."));
        assert!(parse(&format!("{}@{domain}", "a".repeat(64))).is_ok(), "{}", domain.len());
        assert!(parse(&format!("{}@x{domain}", "a".repeat(64))).is_ok());
        assert!(parse(&format!("{}@{domain}.org.uk", "a".repeat(64))).is_err());
    }
}

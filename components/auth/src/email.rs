//! Mail addresses.

use email_address::{EmailAddress, Options};

/// RFC 5321: a path has at most 256 octets, two of them angle brackets.
const MAX_BYTES: usize = 254;

/// No display text (`Ada <ada@example.com>`) and no IP literal; a domain without dots may be a host in the house.
const OPTIONS: Options = Options { minimum_sub_domains: 0, allow_domain_literal: false, allow_display_text: false };

#[derive(Debug, PartialEq, Eq)]
pub struct Email {
    /// As its owner wrote it, without surrounding space.
    pub address: String,
    /// What makes two addresses the same account.
    pub key: String,
}

pub fn parse(text: &str) -> Result<Email, &'static str> {
    let address = text.trim();
    if address.len() > MAX_BYTES {
        return Err("must have at most 254 bytes");
    }
    EmailAddress::parse_with_options(address, OPTIONS)
        .map(|_| Email { address: address.to_owned(), key: key(address) })
        .map_err(|_| "is not an email address")
}

fn key(address: &str) -> String {
    address.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_differ_in_case_or_space_only_are_the_same_account() {
        let written = parse("  Ädele@Example.COM ").ok();
        assert_eq!(
            written,
            Some(Email { address: "Ädele@Example.COM".to_owned(), key: "ädele@example.com".to_owned() })
        );
    }

    #[test]
    fn an_address_in_the_house_is_accepted() {
        assert!(parse("admin@localhost").is_ok());
    }

    #[test]
    fn what_is_no_bare_address_is_refused() {
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

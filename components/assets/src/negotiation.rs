//! What a client takes, and what it has.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }
}

/// Whether `accept-encoding` allows an encoding. Identity always is: an answer is better than a refusal.
pub fn accepts(header: &str, encoding: Encoding) -> bool {
    let mut by_star = false;
    for part in header.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let weight = pieces.find_map(|piece| piece.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok());
        let is_wanted = weight.is_none_or(|weight| weight > 0.0);
        if name.eq_ignore_ascii_case(encoding.name()) {
            return is_wanted || encoding == Encoding::Identity;
        }
        by_star |= name == "*" && is_wanted;
    }
    by_star || encoding == Encoding::Identity
}

/// Whether `if-none-match` names a tag. Weakly compared, as the standard has it for this header.
pub fn matches(header: &str, etag: &str) -> bool {
    header.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_taken_if_it_is_named_and_not_refused() {
        for (header, brotli, gzip) in [
            ("gzip, deflate, br, zstd", true, true),
            ("gzip;q=1.0, br;q=0", false, true),
            ("GZIP", false, true),
            ("*", true, true),
            ("br;q=0, *", false, true),
            ("*;q=0", false, false),
            ("identity;q=0", false, false),
            ("", false, false),
            ("brotli", false, false),
        ] {
            assert_eq!(accepts(header, Encoding::Brotli), brotli, "{header}");
            assert_eq!(accepts(header, Encoding::Gzip), gzip, "{header}");
            assert!(accepts(header, Encoding::Identity));
        }
    }

    #[test]
    fn a_tag_is_known_among_others_and_weakened() {
        for header in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(matches(header, "\"a\""), "{header}");
        }
        for header in ["", "a", "\"A\"", "\"a-br\""] {
            assert!(!matches(header, "\"a\""), "{header}");
        }
    }
}

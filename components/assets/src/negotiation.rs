//! Content negotiation by `accept-encoding`.

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

/// Whether `accept-encoding` accepts an encoding. Identity is always accepted, because a response is better than a
/// refusal.
pub fn accepts(header: &str, encoding: Encoding) -> bool {
    let mut is_any_wanted = false;
    for part in header.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let weight = pieces.find_map(|piece| piece.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok());
        let is_wanted = weight.is_none_or(|weight| weight > 0.0);
        if name.eq_ignore_ascii_case(encoding.name()) {
            return is_wanted || encoding == Encoding::Identity;
        }
        is_any_wanted |= name == "*" && is_wanted;
    }
    is_any_wanted || encoding == Encoding::Identity
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_accepted_if_the_header_names_it_with_a_weight_above_zero() {
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
}

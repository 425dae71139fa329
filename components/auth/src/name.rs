//! Display names.

const MAX_CHARS: usize = 200;

/// Returns the name without the white space around it.
pub fn parse(name: &str) -> Result<String, &'static str> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_CHARS {
        Err("must have 1 to 200 characters")
    } else if name.chars().any(char::is_control) {
        Err("must not contain control characters")
    } else {
        Ok(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_counted_in_characters() {
        assert_eq!(parse("  Ada Lovelace "), Ok("Ada Lovelace".to_owned()));
        assert!(parse(&"ü".repeat(200)).is_ok());
        assert!(parse(&"ü".repeat(201)).is_err());
        assert!(parse(" \t ").is_err());
        assert!(parse("Ada\nLovelace").is_err());
    }
}

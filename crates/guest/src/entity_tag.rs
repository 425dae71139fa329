//! Entity tags in `If-None-Match` and `If-Match` (RFC 9110, sections 8.8.3 and 13.1).
//!
//! The crate `headers` parses these fields as well, but does not give out the tags of a list. The gateway needs them: a
//! tag holds the version that the client has.

/// The value of `If-None-Match` or `If-Match`.
#[derive(Debug, PartialEq, Eq)]
pub enum TagList<'a> {
    /// `*`: any current representation.
    Any,
    Tags(Vec<EntityTag<'a>>),
}

#[derive(Debug, PartialEq, Eq)]
pub struct EntityTag<'a> {
    /// `W/"…"`.
    pub is_weak: bool,
    /// The text between the quotes.
    pub opaque: &'a str,
}

impl<'a> TagList<'a> {
    /// Parses a value; `None` if anything in it is not an entity tag. An empty value is an empty list.
    pub fn parse(value: &'a str) -> Option<Self> {
        let mut rest = value.trim();
        if rest == "*" {
            return Some(Self::Any);
        }
        let mut tags = Vec::new();
        while !rest.is_empty() {
            let (is_weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
            let (opaque, after) = quoted.strip_prefix('"')?.split_once('"')?;
            tags.push(EntityTag { is_weak, opaque });
            let after = after.trim_start();
            rest = if after.is_empty() { after } else { after.strip_prefix(',')?.trim_start() };
        }
        Some(Self::Tags(tags))
    }

    /// The tags that the client named; none if the value is `*`.
    pub fn tags(&self) -> &[EntityTag<'a>] {
        match self {
            Self::Any => &[],
            Self::Tags(tags) => tags,
        }
    }

    /// Whether a representation with this tag matches, by the weak comparison that `If-None-Match` asks for. `opaque`
    /// is the text between the quotes.
    pub fn matches_weakly(&self, opaque: &str) -> bool {
        *self == Self::Any || self.tags().iter().any(|tag| tag.opaque == opaque)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(is_weak: bool, opaque: &str) -> EntityTag<'_> {
        EntityTag { is_weak, opaque }
    }

    #[test]
    fn a_list_of_tags_is_parsed() {
        for (value, tags) in [
            ("", vec![]),
            ("\"7\"", vec![tag(false, "7")]),
            (" \"7\" ", vec![tag(false, "7")]),
            ("\"\"", vec![tag(false, "")]),
            ("W/\"7\"", vec![tag(true, "7")]),
            ("\"a,b\" ,W/\"c\",  \"d\"", vec![tag(false, "a,b"), tag(true, "c"), tag(false, "d")]),
        ] {
            assert_eq!(TagList::parse(value), Some(TagList::Tags(tags)), "{value}");
        }
        assert_eq!(TagList::parse(" * "), Some(TagList::Any));
    }

    #[test]
    fn a_list_with_anything_else_is_refused() {
        for value in ["7", "\"7", "7\"", "'7'", "\"7\" \"8\"", "w/\"7\"", "W/ \"7\"", "\"7\", *", ", \"7\""] {
            assert_eq!(TagList::parse(value), None, "{value}");
        }
    }

    #[test]
    fn a_tag_matches_in_its_weak_form_too() {
        let matches = |value| TagList::parse(value).unwrap().matches_weakly("a");
        for value in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(matches(value), "{value}");
        }
        for value in ["", "\"A\"", "\"a-br\""] {
            assert!(!matches(value), "{value}");
        }
    }
}

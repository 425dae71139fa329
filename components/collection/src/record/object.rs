//! JSON objects and lists whose values are not parsed yet. Both end at a limit, so that a body of tiny elements does
//! not become many times its size in memory.

use std::{borrow::Cow, fmt};

use serde::{
    Serialize, Serializer,
    de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::error::{Error, FieldError};

/// The largest document of a record, and the largest patch, in bytes of JSON.
pub const MAX_DOCUMENT: usize = 64 << 10;

/// The documents and patches of one request together, in bytes of JSON: those of a body of 20 MiB, some of whose
/// numbers become longer when they are written again. Such a request takes some 100 MiB of the instance's memory.
pub const MAX_BATCH: usize = 24 << 20;

/// More members than any object of the API has.
const MAX_MEMBERS: usize = 64;

/// The members of a JSON object in their order, repeated names included.
#[derive(Debug)]
pub struct JsonObject<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

/// Parses a request body.
///
/// # Errors
/// `Malformed` if it is not JSON, `Invalid` if it is not an object.
pub fn parse_object(body: &[u8]) -> Result<JsonObject<'_>, Error> {
    let raw: &RawValue = serde_json::from_slice(body).map_err(|error| Error::Malformed(error.to_string()))?;
    JsonObject::parse(raw, "body").map_err(|fault| Error::Invalid(vec![fault]))
}

impl<'a> JsonObject<'a> {
    /// Parses one level of `raw`; `field` names it in the fault.
    pub fn parse(raw: &'a RawValue, field: &str) -> Result<Self, FieldError> {
        let object: Self =
            serde_json::from_str(raw.get()).map_err(|_| FieldError::new(field, "must be a JSON object"))?;
        match object.0.len() {
            0..=MAX_MEMBERS => Ok(object),
            _ => Err(FieldError::new(field, format!("must have at most {MAX_MEMBERS} members"))),
        }
    }

    /// Parses one level of the document or the patch of a record.
    pub fn parse_document(raw: &'a RawValue, field: &str) -> Result<Self, FieldError> {
        check_size(raw.get().len(), field)?;
        Self::parse(raw, field)
    }

    /// The value of the first member with this name.
    pub fn member(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| *value)
    }

    /// Whether an earlier member has the name of the member at `index`.
    pub fn is_repeated(&self, index: usize) -> bool {
        let name = self.0.get(index).map(|(name, _)| name);
        self.0.iter().take(index).any(|(earlier, _)| Some(earlier) == name)
    }
}

/// Refuses a document that is too large, before it is parsed.
pub fn check_size(bytes: usize, field: &str) -> Result<(), FieldError> {
    match bytes {
        0..=MAX_DOCUMENT => Ok(()),
        _ => Err(FieldError::new(field, too_large(MAX_DOCUMENT))),
    }
}

pub fn too_large(max: usize) -> String {
    format!("must have at most {max} bytes of JSON")
}

/// The entries of a JSON list. The error is a predicate whose subject is the list's name.
pub fn parse_list(raw: &RawValue, max: usize) -> Result<Vec<&RawValue>, String> {
    let mut deserializer = serde_json::Deserializer::from_str(raw.get());
    match ListSeed(max).deserialize(&mut deserializer) {
        Ok(Some(entries)) => Ok(entries),
        Ok(None) => Err(format!("must have at most {max} entries")),
        Err(_) => Err("must be a list".to_owned()),
    }
}

impl Serialize for JsonObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for JsonObject<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MemberVisitor;
        impl<'de> Visitor<'de> for MemberVisitor {
            type Value = JsonObject<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some(MemberName(name)) = map.next_key()? {
                    members.push((name, map.next_value()?));
                    if members.len() > MAX_MEMBERS {
                        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                    }
                }
                Ok(JsonObject(members))
            }
        }
        deserializer.deserialize_map(MemberVisitor)
    }
}

/// Borrows a name without escapes; serde would copy every name into a plain `Cow<str>`.
#[derive(serde::Deserialize)]
struct MemberName<'a>(#[serde(borrow)] Cow<'a, str>);

/// Deserializes a list of at most this many entries; `None` if it has more.
struct ListSeed(usize);

impl<'de> DeserializeSeed<'de> for ListSeed {
    type Value = Option<Vec<&'de RawValue>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListSeed {
    type Value = Option<Vec<&'de RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = list.next_element()? {
            if entries.len() == self.0 {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(None);
            }
            entries.push(entry);
        }
        Ok(Some(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: String) -> Box<RawValue> {
        RawValue::from_string(json).unwrap()
    }

    #[test]
    fn an_object_with_too_many_members_is_one_fault() {
        let object = |members: usize| {
            let members: Vec<String> = (0..members).map(|n| format!("\"m{n}\":[{{}}]")).collect();
            raw(format!("{{{}}}", members.join(",")))
        };
        assert_eq!(JsonObject::parse(&object(64), "body").unwrap().0.len(), 64);
        for members in [65, 40_000] {
            let fault = JsonObject::parse(&object(members), "body").unwrap_err();
            assert_eq!(fault, FieldError::new("body", "must have at most 64 members"));
        }
    }

    #[test]
    fn a_document_that_is_too_large_is_not_parsed() {
        let document = raw(format!("{{\"notes\":\"{}\"}}", "x".repeat(MAX_DOCUMENT)));
        let fault = JsonObject::parse_document(&document, "body").unwrap_err();
        assert_eq!(fault, FieldError::new("body", "must have at most 65536 bytes of JSON"));
    }

    #[test]
    fn a_list_that_is_too_long_is_not_kept() {
        let list = raw(format!("[{}0]", "0,".repeat(1_000_000)));
        assert_eq!(parse_list(&list, 10).unwrap_err(), "must have at most 10 entries");
        assert_eq!(parse_list(&raw("[1, [2] ]".to_owned()), 2).unwrap().len(), 2);
        assert_eq!(parse_list(&raw("{}".to_owned()), 2).unwrap_err(), "must be a list");
    }
}

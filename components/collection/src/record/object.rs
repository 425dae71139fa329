//! A JSON object whose values are not parsed yet.

use std::{borrow::Cow, fmt};

use serde::{
    Serialize, Serializer,
    de::{Deserialize, Deserializer, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::error::{Error, FieldError};

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
        serde_json::from_str(raw.get()).map_err(|_| FieldError::new(field, "must be a JSON object"))
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

//! What an album and a crate are: their fields, and how one that comes in is checked.

use crate::batch::Type;
use crate::error::{Error, Fault, Result};
use crate::field::{Checked, Kind};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Discogs' names of grades.
const MEDIA: &[&str] = &[
    "Mint (M)",
    "Near Mint (NM or M-)",
    "Very Good Plus (VG+)",
    "Very Good (VG)",
    "Good Plus (G+)",
    "Good (G)",
    "Fair (F)",
    "Poor (P)",
];
const SLEEVE: &[&str] = &[
    "Mint (M)",
    "Near Mint (NM or M-)",
    "Very Good Plus (VG+)",
    "Very Good (VG)",
    "Good Plus (G+)",
    "Good (G)",
    "Fair (F)",
    "Poor (P)",
    "Generic",
    "Not Graded",
    "No Cover",
];

/// Every field, and what it may hold. A name that is not here is refused, so no name of a caller's reaches SQLite.
const ALBUM: &[(&str, Kind)] = &[
    ("artist", Kind::Required(500)),
    ("album", Kind::Required(500)),
    ("genre", Kind::Line(200)),
    ("style", Kind::Line(200)),
    // From the first recording of sound on.
    ("year", Kind::Integer(1860, 2100)),
    ("country", Kind::Line(100)),
    ("label", Kind::Line(500)),
    ("catno", Kind::Line(200)),
    ("format", Kind::Line(200)),
    ("barcode", Kind::Line(100)),
    ("discogs_id", Kind::Integer(1, i64::MAX)),
    ("master_id", Kind::Integer(1, i64::MAX)),
    ("media_condition", Kind::OneOf(MEDIA)),
    ("sleeve_condition", Kind::OneOf(SLEEVE)),
    ("rating", Kind::Integer(0, 5)),
    ("notes", Kind::Text(10_000)),
    ("tags", Kind::Tags),
    // The uid of one: so renaming a crate touches no album.
    ("crate", Kind::Uid),
    ("quantity", Kind::Integer(1, 9_999)),
    ("purchase_price", Kind::Money),
    ("purchase_currency", Kind::Currency),
    ("purchased_at", Kind::Date),
    ("price", Kind::Money),
    ("price_currency", Kind::Currency),
    ("price_at", Kind::Date),
    ("price_source", Kind::Line(100)),
    ("cover", Kind::Address(2_000)),
    ("custom", Kind::Object(10_000)),
    // Looked for, and not owned.
    ("wanted", Kind::Flag),
    ("id", Kind::ReadOnly),
    ("uid", Kind::ReadOnly),
    ("version", Kind::ReadOnly),
    ("created_at", Kind::ReadOnly),
    ("updated_at", Kind::ReadOnly),
    ("deleted_at", Kind::ReadOnly),
];

/// A crate lies in another (`parent`) or stands by itself; `position` orders those side by side.
const CRATE: &[(&str, Kind)] = &[
    ("name", Kind::Required(200)),
    ("parent", Kind::Uid),
    ("position", Kind::Integer(0, 1_000_000_000)),
    ("type", Kind::ReadOnly),
    ("id", Kind::ReadOnly),
    ("uid", Kind::ReadOnly),
    ("version", Kind::ReadOnly),
    ("created_at", Kind::ReadOnly),
    ("updated_at", Kind::ReadOnly),
    ("deleted_at", Kind::ReadOnly),
];

fn fields(of: Type) -> &'static [(&'static str, Kind)] {
    match of {
        Type::Album => ALBUM,
        Type::Crate => CRATE,
    }
}

/// What an object that comes in is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A whole album: `artist` and `album` are required, `null` is as good as absent.
    Whole,
    /// Some fields of one that exists: `null` removes a field.
    Change,
}

/// An object that was checked.
#[derive(Debug)]
pub struct Draft {
    pub id: Option<i64>,
    pub uid: Option<uuid::Uuid>,
    /// The fields as a JSON object.
    pub fields: String,
}

impl Draft {
    /// Reads a request's body.
    ///
    /// # Errors
    /// `Malformed` if it is not JSON, `Invalid` with every fault of the object.
    pub fn parse(body: &[u8], of: Type, purpose: Purpose) -> Result<Self> {
        let object = parse_object(body)?;
        let mut faults = Vec::new();
        let draft = Self::check(&object, of, purpose, "", &mut faults);
        if faults.is_empty() { Ok(draft) } else { Err(Error::Invalid(faults)) }
    }

    /// For the album of a request's path: an `id` in the body must be the same.
    pub fn of(self, id: i64) -> Result<Self> {
        match self.id {
            Some(other) if other != id => Err(Error::invalid("id", format!("is {other} here and {id} in the path"))),
            _ => Ok(self),
        }
    }

    /// Checks an object's fields; `place` stands before their names in `faults`. The draft is of use only without faults.
    pub fn check(object: &Object<'_>, of: Type, purpose: Purpose, place: &str, faults: &mut Vec<Fault>) -> Self {
        let mut draft = Self { id: None, uid: None, fields: String::from("{") };
        let fields = fields(of);
        if of == Type::Crate {
            // Tells a crate from an album among the changes of a sync.
            draft.push("type", r#""crate""#);
        }
        for (index, (name, raw)) in object.0.iter().enumerate() {
            let Some((known, kind)) = fields.iter().find(|(known, _)| known == name) else {
                faults.push(Fault::new(format!("{place}{name}"), format!("is not a field of {}", article(of))));
                continue;
            };
            if object.0.iter().take(index).any(|(earlier, _)| earlier == name) {
                faults.push(Fault::new(format!("{place}{name}"), "stands twice"));
                continue;
            }
            let checked = match *known {
                "id" => draft.set_id(raw),
                "uid" => draft.set_uid(raw),
                _ => kind.check(raw),
            };
            match checked {
                Ok(Checked::Json(json)) => draft.push(known, &json),
                Ok(Checked::Null) if purpose == Purpose::Change => draft.push(known, "null"),
                Ok(Checked::Null | Checked::Ignored) => {}
                Err(message) => faults.push(Fault::new(format!("{place}{name}"), message)),
            }
        }
        if purpose == Purpose::Whole {
            for (name, _) in fields.iter().filter(|(_, kind)| matches!(kind, Kind::Required(_))) {
                if !object.0.iter().any(|(present, _)| present == name) {
                    faults.push(Fault::new(format!("{place}{name}"), "is required"));
                }
            }
        }
        draft.fields.push('}');
        draft
    }

    fn push(&mut self, name: &str, json: &str) {
        if self.fields.len() > 1 {
            self.fields.push(',');
        }
        self.fields.push('"');
        self.fields.push_str(name);
        self.fields.push_str("\":");
        self.fields.push_str(json);
    }

    fn set_id<'a>(&mut self, raw: &RawValue) -> Result<Checked<'a>, String> {
        self.id = match raw.get() {
            "null" => None,
            json => match json.parse() {
                Ok(id) if id > 0 => Some(id),
                _ => return Err("must be the number of an album".to_owned()),
            },
        };
        Ok(Checked::Ignored)
    }

    fn set_uid<'a>(&mut self, raw: &RawValue) -> Result<Checked<'a>, String> {
        self.uid = serde_json::from_str::<Option<Cow<str>>>(raw.get())
            .ok()
            .and_then(|text| text.map(|text| uuid::Uuid::try_parse(&text)).transpose().ok())
            .ok_or("must be a UUID")?;
        Ok(Checked::Ignored)
    }
}

fn article(of: Type) -> &'static str {
    match of {
        Type::Album => "an album",
        Type::Crate => "a crate",
    }
}

/// A request's body.
///
/// # Errors
/// `Malformed` if it is not JSON, `Invalid` if it is not an object.
pub fn parse_object(body: &[u8]) -> Result<Object<'_>> {
    let raw: &RawValue = serde_json::from_slice(body).map_err(|error| Error::Malformed(error.to_string()))?;
    Object::of(raw, "body").map_err(|fault| Error::Invalid(vec![fault]))
}

/// A JSON object's members as they stand, in order, repeated names too.
#[derive(Debug)]
pub struct Object<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Object<'a> {
    /// The member of this name; the first, if there are two.
    pub fn member(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| *value)
    }

    pub fn of(raw: &'a RawValue, field: &str) -> Result<Self, Fault> {
        serde_json::from_str(raw.get()).map_err(|_| Fault::new(field, "must be a JSON object"))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some(Name(name)) = map.next_key()? {
                    members.push((name, map.next_value()?));
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Borrowed where it holds no escapes; a plain `Cow<str>` would always be copied.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(body: &str, purpose: Purpose) -> Vec<String> {
        match Draft::parse(body.as_bytes(), Type::Album, purpose) {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_whole_album_keeps_its_fields_to_the_letter() -> Result<()> {
        let body =
            br#"{"artist":"Sigur R\u00f3s","album":"( )","genre":null,"price":12.50,"id":7,"version":3,"label":""}"#;
        let draft = Draft::parse(body, Type::Album, Purpose::Whole)?;
        assert_eq!(draft.fields, r#"{"artist":"Sigur R\u00f3s","album":"( )","price":12.50}"#);
        assert_eq!(draft.id, Some(7));
        Ok(())
    }

    #[test]
    fn a_change_removes_what_is_null() -> Result<()> {
        assert_eq!(
            Draft::parse(br#"{"genre":null,"label":""}"#, Type::Album, Purpose::Change)?.fields,
            r#"{"genre":null,"label":null}"#
        );
        Ok(())
    }

    #[test]
    fn every_fault_is_named() {
        assert_eq!(faults("{}", Purpose::Whole), ["artist", "album"]);
        let wrong = r#"{"artist":null,"album":7,"year":"x","colour":"red","$.doc":1,"tags":"x","rating":6,"uid":"u"}"#;
        let named = ["artist", "album", "year", "colour", "$.doc", "tags", "rating", "uid"];
        assert_eq!(faults(wrong, Purpose::Whole), named);
        assert_eq!(faults(r#"{"artist":"a","artist":"b","album":"c"}"#, Purpose::Whole), ["artist"]);
        assert_eq!(faults(r#"{"artist":null}"#, Purpose::Change), ["artist"]);
        assert_eq!(faults("[]", Purpose::Whole), ["body"]);
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for body in [&b"{\"artist\":"[..], b"", b"{} {}", b"\xff\xfe", b"{\"artist\":\"\xff\"}"] {
            assert!(matches!(Draft::parse(body, Type::Album, Purpose::Whole), Err(Error::Malformed(_))), "{body:?}");
        }
    }
}

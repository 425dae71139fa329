//! Checking a document that a client sent.

use std::borrow::Cow;

use serde_json::value::RawValue;
use uuid::Uuid;

use super::RecordType;
use super::field::{CheckedValue, FieldRule};
use super::linked::{LinkedFields, Target};
use super::object::{JsonObject, MAX_BATCH, check_size, parse_object, too_large};
use crate::error::{Error, FieldError, MAX_FAULTS};

/// What the document of a client is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A complete record: the required fields must be there; `null` means the same as absent.
    Complete,
    /// Changes of an existing record: `null` removes a field.
    Patch,
}

/// A document that was checked.
#[derive(Debug)]
pub struct Draft {
    pub id: Option<i64>,
    pub uid: Option<Uuid>,
    /// The fields to store, as a JSON object.
    pub fields: String,
}

impl Draft {
    /// Parses and checks a request body.
    ///
    /// # Errors
    /// `Malformed` if it is not JSON, `Invalid` with the faults of the object.
    pub fn parse(body: &[u8], record_type: RecordType, purpose: Purpose) -> Result<Self, Error> {
        check_size(body.len(), "body").map_err(|fault| Error::Invalid(vec![fault]))?;
        let object = parse_object(body)?;
        let mut faults = Vec::new();
        let draft = Self::check(&object, record_type, purpose, "", &mut faults);
        Error::check(draft, faults)
    }

    /// Refuses a document whose `id` is not the id in the request's path.
    pub fn for_id(self, id: i64) -> Result<Self, Error> {
        match self.id {
            Some(other) if other != id => Err(Error::invalid("id", format!("is {other} here and {id} in the path"))),
            _ => Ok(self),
        }
    }

    /// Checks the fields of an object. Adds to `faults`, with `path` before the field names; the draft is valid only if
    /// it added none.
    pub fn check(
        object: &JsonObject<'_>,
        record_type: RecordType,
        purpose: Purpose,
        path: &str,
        faults: &mut Vec<FieldError>,
    ) -> Self {
        let mut draft = Self { id: None, uid: None, fields: String::from("{") };
        let fields = record_type.fields();
        let mut linked = LinkedFields::default();
        if record_type == RecordType::Crate {
            // By this member, clients distinguish crates from albums among the changes of a sync.
            draft.push("type", r#""crate""#);
        }
        for (index, (name, raw)) in object.0.iter().enumerate() {
            let Some((name, rule)) = fields.iter().find(|(field, _)| field == name) else {
                faults.push(FieldError::unknown(path, name));
                continue;
            };
            if object.is_repeated(index) {
                faults.push(FieldError::given_twice(format!("{path}{name}")));
                continue;
            }
            let checked = match *name {
                "id" => draft.set_id(raw),
                "uid" => draft.set_uid(raw),
                _ => rule.check(raw),
            };
            match checked {
                Ok(value) if LinkedFields::contains(name) => {
                    // The texts keep their places.
                    match (&value, rule) {
                        (CheckedValue::Json(json), FieldRule::Values(..)) => draft.push(name, json),
                        (_, FieldRule::Values(..)) if purpose == Purpose::Patch => draft.push(name, "null"),
                        _ => {}
                    }
                    linked.put(name, value);
                }
                Ok(CheckedValue::Json(json)) => draft.push(name, &json),
                Ok(CheckedValue::Unset) if purpose == Purpose::Patch => draft.push(name, "null"),
                Ok(CheckedValue::Unset | CheckedValue::Ignored) => {}
                Err(message) => faults.push(FieldError::new(format!("{path}{name}"), message)),
            }
        }
        linked.write(&mut Target { draft: &mut draft, rules: fields, purpose, path, faults });
        if purpose == Purpose::Complete {
            let missing = record_type.required_fields().filter(|name| object.member(name).is_none());
            faults.extend(missing.map(|name| FieldError::new(format!("{path}{name}"), "is required")));
        }
        draft.fields.push('}');
        draft
    }

    /// Copies the client's JSON of a field: parsing and serialising every album would slow down large syncs.
    pub(super) fn push(&mut self, name: &str, json: &str) {
        if self.fields.len() > 1 {
            self.fields.push(',');
        }
        self.fields.push('"');
        self.fields.push_str(name);
        self.fields.push_str("\":");
        self.fields.push_str(json);
    }

    fn set_id<'a>(&mut self, raw: &RawValue) -> Result<CheckedValue<'a>, String> {
        self.id = match raw.get() {
            "null" => None,
            json => match json.parse() {
                Ok(id) if id > 0 => Some(id),
                _ => return Err("must be the id of a record".to_owned()),
            },
        };
        Ok(CheckedValue::Ignored)
    }

    fn set_uid<'a>(&mut self, raw: &RawValue) -> Result<CheckedValue<'a>, String> {
        self.uid = serde_json::from_str::<Option<Cow<str>>>(raw.get())
            .ok()
            .and_then(|text| text.map(|text| Uuid::try_parse(&text)).transpose().ok())
            .ok_or("must be a UUID")?;
        Ok(CheckedValue::Ignored)
    }
}

/// Checks a list of albums; `field` is its path in the request. Stops when `faults` is full, or when the albums are
/// together too large to be written at once.
pub fn check_albums(
    items: Vec<&RawValue>,
    field: &str,
    purpose: impl Fn(&JsonObject<'_>) -> Purpose,
    faults: &mut Vec<FieldError>,
) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::with_capacity(items.len());
    let mut bytes = 0;
    for (index, item) in items.into_iter().enumerate() {
        if faults.len() >= MAX_FAULTS {
            break;
        }
        match JsonObject::parse_document(item, &format!("{field}[{index}]")) {
            Err(fault) => faults.push(fault),
            Ok(object) => {
                let path = format!("{field}[{index}].");
                let draft = Draft::check(&object, RecordType::Album, purpose(&object), &path, faults);
                bytes += draft.fields.len();
                if bytes > MAX_BATCH {
                    faults.push(FieldError::new(field, too_large(MAX_BATCH)));
                    break;
                }
                drafts.push(draft);
            }
        }
    }
    drafts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faulty_fields(body: &str, purpose: Purpose) -> Vec<String> {
        match Draft::parse(body.as_bytes(), RecordType::Album, purpose) {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_fields_of_a_complete_album_are_stored_unchanged() -> Result<(), Error> {
        let body =
            br#"{"artist":"Sigur R\u00f3s","album":"( )","genre":null,"price":12.50,"id":7,"version":3,"label":""}"#;
        let draft = Draft::parse(body, RecordType::Album, Purpose::Complete)?;
        assert_eq!(draft.fields, r#"{"artist":"Sigur R\u00f3s","album":"( )","price":12.50}"#);
        assert_eq!(draft.id, Some(7));
        Ok(())
    }

    #[test]
    fn a_patch_removes_a_field_by_null() -> Result<(), Error> {
        let draft = Draft::parse(br#"{"genre":null,"label":""}"#, RecordType::Album, Purpose::Patch)?;
        assert_eq!(draft.fields, r#"{"genre":null,"label":null,"genres":null,"labels":null}"#);
        Ok(())
    }

    fn stored(body: &str, purpose: Purpose) -> String {
        let body = format!(r#"{{"artist":"A","album":"B",{body}}}"#);
        let fields = Draft::parse(body.as_bytes(), RecordType::Album, purpose).unwrap().fields;
        fields.replacen(r#"{"artist":"A","album":"B","#, "", 1).trim_end_matches('}').to_owned()
    }

    #[test]
    fn a_text_and_its_list_are_stored_together() {
        for (sent, expected) in [
            (r#""genre":"Jazz""#, r#""genre":"Jazz","genres":["Jazz"]"#),
            (r#""genre":"Jazz, Rock","year":1969"#, r#""genre":"Jazz, Rock","year":1969,"genres":["Jazz","Rock"]"#),
            (r#""genres":["Jazz","Rock"]"#, r#""genre":"Jazz, Rock","genres":["Jazz","Rock"]"#),
            (r#""labels":["A, B"],"label":"A, B""#, r#""label":"A, B","labels":["A, B"]"#),
            // The text is what a client edited that knows only texts.
            (r#""label":"A, C","labels":["A","B"]"#, r#""label":"A, C","labels":["A","C"]"#),
            (r#""genre":null,"genres":null"#, r#""genre":null,"genres":null"#),
            (r#""styles":[]"#, r#""style":null,"styles":null"#),
            (r#""genre":"","genres":["Jazz"]"#, r#""genre":null,"genres":null"#),
        ] {
            assert_eq!(stored(sent, Purpose::Patch), expected, "{sent}");
        }
        assert_eq!(
            stored(r#""genre":null,"genres":["Jazz"]"#, Purpose::Complete),
            r#""genre":"Jazz","genres":["Jazz"]"#
        );
        let long = format!(r#"{{"artist":"A","album":"B","genres":["{0}","{0}"]}}"#, "x".repeat(100));
        assert_eq!(faulty_fields(&long, Purpose::Complete), ["genres"]);
    }

    #[test]
    fn a_format_and_its_parts_are_stored_together() {
        let parts = |carrier, quantity, descriptions| {
            format!(r#""carrier":{carrier},"format_quantity":{quantity},"format_descriptions":{descriptions}"#)
        };
        for (sent, text, parts) in [
            (r#""format":"LP""#, r#""LP""#, parts(r#""LP""#, "null", "null")),
            (r#""format":"2xLP, Album""#, r#""2xLP, Album""#, parts(r#""LP""#, "2", r#"["Album"]"#)),
            (r#""carrier":"CD","format_quantity":3"#, r#""3xCD""#, parts(r#""CD""#, "3", "null")),
            (r#""carrier":"CD","format":"2xLP""#, r#""2xLP""#, parts(r#""LP""#, "2", "null")),
            (r#""carrier":"LP","format_quantity":1,"format":"LP""#, r#""LP""#, parts(r#""LP""#, "1", "null")),
            (r#""format_descriptions":["A, B"]"#, r#""A, B""#, parts("null", "null", r#"["A, B"]"#)),
            (r#""carrier":null"#, "null", parts("null", "null", "null")),
        ] {
            assert_eq!(stored(sent, Purpose::Patch), format!(r#""format":{text},{parts}"#), "{sent}");
        }
    }

    #[test]
    fn every_faulty_field_is_named() {
        assert_eq!(faulty_fields("{}", Purpose::Complete), ["artist", "album"]);
        let body = r#"{"artist":null,"album":7,"year":"x","colour":"red","$.doc":1,"tags":"x","rating":6,"uid":"u"}"#;
        let fields = ["artist", "album", "year", "colour", "$.doc", "tags", "rating", "uid"];
        assert_eq!(faulty_fields(body, Purpose::Complete), fields);
        assert_eq!(faulty_fields(r#"{"artist":"a","artist":"b","album":"c"}"#, Purpose::Complete), ["artist"]);
        assert_eq!(faulty_fields(r#"{"artist":null}"#, Purpose::Patch), ["artist"]);
        assert_eq!(faulty_fields("[]", Purpose::Complete), ["body"]);
        let long = format!(r#"{{"artist":"a","album":"b","{}":1}}"#, "é".repeat(1_000));
        assert_eq!(faulty_fields(&long, Purpose::Complete), ["é".repeat(100)]);
        let large = format!(r#"{{"artist":"a","album":"b"{}}}"#, " ".repeat(64 << 10));
        assert_eq!(faulty_fields(&large, Purpose::Complete), ["body"]);
    }

    #[test]
    fn a_body_that_is_not_json_is_malformed() {
        for body in [&b"{\"artist\":"[..], b"", b"{} {}", b"\xff\xfe", b"{\"artist\":\"\xff\"}"] {
            let result = Draft::parse(body, RecordType::Album, Purpose::Complete);
            assert!(matches!(result, Err(Error::Malformed(_))), "{body:?}");
        }
    }
}

//! The schemas of albums and crates: what their types cannot say.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// No control characters (of Unicode: C0, DEL and C1).
const LINE: &str = r"^[^\x00-\x1F\x7F-\x9F]*$";
/// The same, with a character that is not a space.
const REQUIRED_LINE: &str = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$";
const DATE: &str = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])";
const TIME: &str = r"T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})";

/// The schemas whose strings have one line.
const WITH_LINES: [&str; 5] = ["NewAlbum", "NewCrate", "Title", "Registration", "ProfileChange"];

pub fn complete(schemas: &mut Schemas) {
    for name in WITH_LINES {
        change(schemas, name, add_line_patterns);
    }
    let (date, time) = (format!("^{DATE}({TIME})?$"), format!("^{DATE}{TIME}$"));
    for (schema, field, pattern) in [
        // An empty text removes the field.
        ("NewAlbum", "purchased_at", format!("^({DATE}({TIME})?)?$")),
        ("NewAlbum", "price_at", format!("^({DATE}({TIME})?)?$")),
        ("PlainSync", "last_sync", date),
        ("Operation", "edited_at", time),
    ] {
        change(schemas, schema, |schema| schema["properties"][field]["pattern"] = json!(pattern));
    }
    change(schemas, "Carrier", |carrier| {
        for name in carrier["enum"].as_array_mut().into_iter().flatten() {
            // utoipa cuts off a name at a quotation mark.
            *name = json!(name.as_str().unwrap_or_default().replace(" inch", "\""));
        }
    });
    for (new, patch, record) in [("NewAlbum", "AlbumPatch", "Album"), ("NewCrate", "CratePatch", "Crate")] {
        flatten(schemas, record);
        let set_by_server = set_by_server(&read(schemas, record));
        change(schemas, new, |schema| accept_only(schema, set_by_server));
        derive_patch(schemas, new, patch);
    }
}

fn read(schemas: &Schemas, name: &str) -> Value {
    let mut schema = serde_json::to_value(schemas.get(name)).expect("JSON");
    for (_, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        // utoipa writes `{}`, but does not read it.
        if property["additionalProperties"].as_object().is_some_and(Map::is_empty) {
            property["additionalProperties"] = json!(true);
        }
    }
    schema
}

fn write(schemas: &mut Schemas, name: &str, schema: Value) {
    let text = schema.to_string();
    let schema = serde_json::from_value(schema).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
    schemas.insert(name.to_owned(), schema);
}

/// Changes a schema, if there is one with this name.
fn change(schemas: &mut Schemas, name: &str, change: impl FnOnce(&mut Value)) {
    let mut schema = read(schemas, name);
    if !schema.is_null() {
        change(&mut schema);
        write(schemas, name, schema);
    }
}

/// Gives every text without a form of its own the pattern of a line.
fn add_line_patterns(schema: &mut Value) {
    for property in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten().map(|(_, p)| p) {
        let text = if property.get("items").is_some() { &mut property["items"] } else { property };
        let is_text = text["type"] == "string" || text["type"][0] == "string";
        if is_text && text["maxLength"].is_u64() && text["format"].is_null() && text["pattern"].is_null() {
            text["pattern"] = json!(if text["minLength"].is_null() { LINE } else { REQUIRED_LINE });
        }
    }
}

/// Makes one object of a record that is described as `allOf` its own fields and those of the server.
fn flatten(schemas: &mut Schemas, name: &str) {
    let mut whole = read(schemas, name);
    let (mut required, mut properties) = (Vec::new(), Map::new());
    for part in whole["allOf"].as_array().expect("parts") {
        let part = match part["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            Some(name) => read(schemas, name),
            None => part.clone(),
        };
        required.extend(part["required"].as_array().into_iter().flatten().cloned());
        properties.extend(part["properties"].as_object().expect("properties").clone());
    }
    let description = whole["description"].take();
    write(
        schemas,
        name,
        json!({"type": "object", "description": description, "required": required, "properties": properties}),
    );
}

/// The fields of a record that the server sets.
fn set_by_server(record: &Value) -> Vec<String> {
    let properties = record["properties"].as_object().into_iter().flatten();
    properties.filter(|(_, property)| property["readOnly"] == true).map(|(name, _)| name.clone()).collect()
}

/// Refuses unknown members. Those that the server sets are accepted, so that a client can send a record back.
fn accept_only(schema: &mut Value, set_by_server: Vec<String>) {
    for name in set_by_server {
        schema["properties"][&name] = match name.as_str() {
            "id" => json!({
                "type": ["integer", "null"], "format": "int64", "minimum": 1,
                "description": "Set by the server. If it is given, it must be the id in the path.",
            }),
            // utoipa reads no schema without a type.
            _ => json!({
                "type": ["string", "number", "boolean", "object", "array", "null"],
                "description": "Set by the server; any value is accepted and ignored.",
            }),
        };
    }
    schema["additionalProperties"] = json!(false);
}

/// Adds the schema `patch`: the fields of the schema `whole`, none of which is required.
fn derive_patch(schemas: &mut Schemas, whole: &str, patch: &str) {
    let mut schema = read(schemas, whole);
    schema.as_object_mut().expect("an object").remove("required");
    schema["description"] =
        json!("JSON Merge Patch (RFC 7396): a field that is absent is kept, `null` removes a field.");
    write(schemas, patch, schema);
}

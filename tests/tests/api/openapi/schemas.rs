//! Validation by the schemas of the document, which are JSON Schema 2020-12.
//!
//! It is stricter than the document in two ways, so that a forgotten field is found: a member that no schema describes
//! is a fault (`unevaluatedProperties: false`), and a time must be RFC 3339 in UTC, with milliseconds or without.

use jsonschema::Draft;
use serde_json::{Value, json};
use tests::{App, records};

use super::fetch_document;

pub struct Schemas {
    /// The document's `components`, made strict.
    components: Value,
}

impl Schemas {
    pub fn of(document: &Value) -> Self {
        let mut components = document["components"].clone();
        for schema in components["schemas"].as_object_mut().expect("schemas").values_mut() {
            make_strict(schema);
        }
        Self { components }
    }

    /// What is wrong with a value: for each fault its place in the value, and a message. Empty if the value is valid.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut root = schema.clone();
        make_strict(&mut root);
        forbid_unknown(&mut root);
        // References of the document begin with `#/components/schemas/`.
        root["components"] = self.components.clone();
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .with_format("date-time", is_utc_time)
            .build(&root)
            .unwrap_or_else(|error| panic!("{schema} is not a JSON Schema: {error}"));
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    /// The faults of a value that must match a schema of `components`.
    pub fn faults_of(&self, name: &str, value: &Value) -> Vec<String> {
        self.faults(&json!({"$ref": format!("#/components/schemas/{name}")}), value)
    }
}

/// Forbids unknown members in all parts of a schema that describe a value of their own. The schema itself stays open,
/// because `allOf` may combine it with others.
///
/// Fails on a keyword that it does not know: a misspelt keyword would otherwise permit everything.
fn make_strict(schema: &mut Value) {
    let schema = schema.as_object_mut().expect("a schema");
    let is_open = schema.is_empty()
        || schema.get("type").is_some_and(|name| name == "object")
            && !schema.contains_key("properties")
            && !schema.contains_key("additionalProperties");
    for (keyword, rule) in schema.iter_mut() {
        let all_strict = |parts: &mut dyn Iterator<Item = &mut Value>| {
            for part in parts {
                make_strict(part);
                forbid_unknown(part);
            }
        };
        match keyword.as_str() {
            "allOf" => rule.as_array_mut().expect("a list").iter_mut().for_each(make_strict),
            "oneOf" | "anyOf" => all_strict(&mut rule.as_array_mut().expect("a list").iter_mut()),
            "properties" => all_strict(&mut rule.as_object_mut().expect("properties").values_mut()),
            "items" | "propertyNames" | "additionalProperties" if rule.is_object() => {
                all_strict(&mut std::iter::once(rule));
            }
            "$ref" | "type" | "enum" | "const" | "required" | "additionalProperties" | "format" | "pattern" => {}
            "minLength" | "maxLength" | "minimum" | "maximum" | "minItems" | "maxItems" | "uniqueItems" => {}
            "description" | "title" | "example" | "examples" | "default" | "readOnly" | "writeOnly" => {}
            _ => panic!("these tests do not know the keyword {keyword}"),
        }
    }
    if is_open {
        schema.insert("additionalProperties".to_owned(), json!(true));
    }
}

fn forbid_unknown(schema: &mut Value) {
    schema["unevaluatedProperties"] = json!(false);
}

fn is_utc_time(text: &str) -> bool {
    matches!(text.len(), 20 | 24) && text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_that_does_not_match_its_schema_is_found() {
    let app = App::start().await;
    let (collector, schemas) = (app.collector().await, Schemas::of(&fetch_document(&app).await));
    let album = collector.add(records::full()).await;
    assert_eq!(schemas.faults_of("Album", &album), Vec::<String>::new());
    for (field, value) in [
        ("year", json!("1999")),
        ("year", json!(1859)),
        ("year", json!(19.5)),
        ("artist", json!(null)),
        ("artist", json!("")),
        ("artist", json!("x".repeat(501))),
        ("uid", json!("7")),
        ("created_at", json!("yesterday")),
        ("created_at", json!("2026-01-01T10:00:00+01:00")),
        ("created_at", json!("2026-13-01T10:00:00Z")),
        ("media_condition", json!("Shiny")),
        ("tags", json!([1])),
        ("password_hash", json!("x")),
    ] {
        let mut wrong = album.clone();
        wrong[field] = value;
        let faults = schemas.faults_of("Album", &wrong);
        assert!(faults.iter().any(|fault| fault.contains(field)), "{field}: {wrong}: {faults:?}");
    }
    let mut required = album.clone();
    required.as_object_mut().expect("an album").retain(|name, _| {
        let mut without = album.clone();
        without.as_object_mut().expect("an album").remove(name);
        !schemas.faults_of("Album", &without).is_empty()
    });
    let required: Vec<_> = required.as_object().expect("an album").keys().map(String::as_str).collect();
    assert_eq!(required, ["album", "artist", "created_at", "id", "updated_at", "version"]);
}

#[test]
fn unknown_members_are_faults_at_every_depth() {
    let schemas = Schemas::of(&json!({"components": {"schemas": {
        "Base": {"type": "object", "properties": {"id": {"type": "integer"}}},
        "Whole": {"allOf": [
            {"$ref": "#/components/schemas/Base"},
            {"type": "object", "properties": {
                "list": {"type": "array", "items": {"$ref": "#/components/schemas/Base"}},
                "either": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Base"}]},
                "map": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Base"}},
                "free": {"type": "object"},
            }},
        ]},
    }}}));
    let whole = json!({"id": 1, "list": [{"id": 2}], "either": {"id": 3}, "map": {"x": {"id": 4}}, "free": {"x": 5}});
    assert_eq!(schemas.faults_of("Whole", &whole), Vec::<String>::new());
    for pointer in ["", "/list/0", "/either", "/map/x"] {
        let mut wrong = whole.clone();
        wrong.pointer_mut(pointer).expect("an object")["unknown"] = json!(true);
        assert!(!schemas.faults_of("Whole", &wrong).is_empty(), "{wrong}");
    }
}

//! The rules of the fields are written three times: in this component, in the OpenAPI document and in the web app.
//! These tests compare them.

use std::{fs, path::PathBuf, process::Command};

use serde_json::{Map, Value, json};

use super::RecordType;
use super::field::{FieldRule, MAX_LINES, MAX_MONEY};

/// JavaScript represents no larger number exactly.
const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn writable_fields(record_type: RecordType) -> impl Iterator<Item = (&'static str, FieldRule)> {
    record_type.fields().iter().copied().filter(|(_, rule)| !matches!(rule, FieldRule::ReadOnly))
}

/// The patterns of the OpenAPI document. An empty text removes a field that is not required.
const LINE: &str = r"^[^\x00-\x1F\x7F-\x9F]*$";
const REQUIRED_LINE: &str = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$";
const TEXT: &str = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$";
const URL: &str = concat!(
    r"^(https?://[^\s/?#@\\\x00-\x1F\x7F-\x9F]+([/?#][^\s\\\x00-\x1F\x7F-\x9F]*)?",
    r"|/([^\s/\\\x00-\x1F\x7F-\x9F][^\s\\\x00-\x1F\x7F-\x9F]*)?)?$",
);
const UID: &str = "^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$";
const DATE: &str = concat!(
    r"^(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    r"(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?)?$",
);

/// The schema of a field in the OpenAPI document, without examples. What a schema cannot say is in its description.
fn openapi_schema(rule: FieldRule) -> Value {
    let text = |max, pattern| json!({"type": "string", "maxLength": max, "pattern": pattern});
    let bytes = thousands(rule.max_bytes());
    let with_bytes = |mut schema: Value| {
        schema["description"] = json!(format!("t most {bytes} bytes of JSON"));
        schema
    };
    let mut schema = match rule {
        FieldRule::RequiredLine(max) => {
            return json!({"type": "string", "minLength": 1, "maxLength": max, "pattern": REQUIRED_LINE});
        }
        FieldRule::OneOf(options) => {
            return json!({"oneOf": [{"type": "string", "enum": options}, {"type": "null"}]});
        }
        FieldRule::Line(max) => text(max, LINE),
        FieldRule::Text(max) => with_bytes(text(max, TEXT)),
        FieldRule::Url(max) => with_bytes(text(max, URL)),
        FieldRule::Integer(min, i64::MAX) => json!({"type": "integer", "format": "int64", "minimum": min}),
        FieldRule::Integer(min, max) => {
            json!({"type": "integer", "format": "int64", "minimum": min, "maximum": max})
        }
        FieldRule::Money => json!({"type": "number", "format": "double", "minimum": 0.0, "maximum": MAX_MONEY}),
        FieldRule::Currency => json!({"type": "string", "pattern": "^([A-Z]{3})?$"}),
        FieldRule::Date => json!({"type": "string", "pattern": DATE}),
        FieldRule::Uid => json!({"type": "string", "format": "uuid", "pattern": UID}),
        FieldRule::Values(max, _) => with_bytes(text(max, LINE)),
        FieldRule::Lines(max, _) => {
            let line = json!({"type": "string", "minLength": 1, "maxLength": max, "pattern": REQUIRED_LINE});
            with_bytes(json!({"type": "array", "items": line, "maxItems": MAX_LINES}))
        }
        FieldRule::Flag => json!({"type": "boolean"}),
        FieldRule::Object(_) => {
            let description = format!("at most {bytes} bytes");
            json!({
                "type": "object",
                "additionalProperties": true,
                "propertyNames": {"type": "string"},
                "description": description,
            })
        }
        FieldRule::ReadOnly => unreachable!("only writable fields are compared"),
    };
    schema["type"] = json!([schema["type"], "null"]);
    schema
}

fn thousands(number: usize) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}

/// A field in the table of `frontend/js/models/fields.js`.
fn javascript_rule(rule: FieldRule) -> Value {
    let bytes = rule.max_bytes();
    match rule {
        FieldRule::Line(max) => json!({"kind": "line", "max": max}),
        FieldRule::RequiredLine(max) => json!({"kind": "required_line", "max": max}),
        FieldRule::Text(max) => json!({"kind": "text", "max": max, "bytes": bytes}),
        FieldRule::Integer(min, max) => json!({"kind": "integer", "min": min, "max": max.min(MAX_SAFE_INTEGER)}),
        FieldRule::Money => json!({"kind": "money", "min": 0.0, "max": MAX_MONEY}),
        FieldRule::Currency => json!({"kind": "currency"}),
        FieldRule::Date => json!({"kind": "date"}),
        FieldRule::Url(max) => json!({"kind": "url", "max": max, "bytes": bytes}),
        FieldRule::OneOf(options) => json!({"kind": "one_of", "options": options}),
        FieldRule::Uid => json!({"kind": "uid"}),
        FieldRule::Values(max, _) => json!({"kind": "line", "max": max, "bytes": bytes}),
        FieldRule::Lines(max, _) => json!({"kind": "lines", "max": MAX_LINES, "maxLength": max, "bytes": bytes}),
        FieldRule::Flag => json!({"kind": "flag"}),
        FieldRule::Object(max) => json!({"kind": "object", "max": max}),
        FieldRule::ReadOnly => unreachable!("only writable fields are compared"),
    }
}

/// A schema or a rule in a form that can be compared: references are resolved, every number is a float, and examples
/// are removed. A description becomes that of `expected` if it contains it; else it is removed.
fn normalised(schema: &Value, schemas: &Value, expected: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let name = reference.rsplit('/').next().unwrap_or_default();
                return normalised(&schemas[name], schemas, expected);
            }
            let mut result = Map::new();
            for (name, value) in members {
                match (name.as_str(), &expected["description"]) {
                    ("example", _) => {}
                    ("description", Value::String(text)) if value.as_str().is_some_and(|all| all.contains(text)) => {
                        result.insert(name.clone(), json!(text));
                    }
                    ("description", _) => {}
                    _ => drop(result.insert(name.clone(), normalised(value, schemas, &expected[name]))),
                }
            }
            Value::Object(result)
        }
        Value::Array(items) => {
            let expected = |index: usize| expected.get(index).unwrap_or(&Value::Null);
            items.iter().enumerate().map(|(index, item)| normalised(item, schemas, expected(index))).collect()
        }
        Value::Number(number) => json!(number.as_f64()),
        value => value.clone(),
    }
}

fn assert_openapi_agrees(record_type: RecordType, schema_name: &str, is_complete: bool) {
    let document: Value = serde_json::from_slice(&fs::read(file("docs/openapi.json")).unwrap()).unwrap();
    let schemas = &document["components"]["schemas"];
    let schema = &schemas[schema_name];
    let mut documented = schema["properties"].as_object().unwrap().clone();
    assert_eq!(schema["additionalProperties"], false, "{schema_name} accepts unknown fields");
    // A client may send back what the server sets, and may choose the uid of a new record.
    for (name, rule) in record_type.fields() {
        let is_documented = matches!(rule, FieldRule::ReadOnly).then(|| documented.remove(*name).is_some());
        assert_ne!(is_documented, Some(false), "{schema_name}.{name}");
    }
    for (name, rule) in writable_fields(record_type) {
        let expected = openapi_schema(rule);
        let actual = documented.remove(name).unwrap_or_default();
        let actual = normalised(&actual, schemas, &expected);
        assert_eq!(actual, normalised(&expected, schemas, &expected), "{schema_name}.{name}");
    }
    assert!(documented.is_empty(), "{schema_name} has fields that do not exist: {documented:?}");
    let required: Vec<_> = if is_complete { record_type.required_fields().collect() } else { Vec::new() };
    let documented_required = schema.get("required").cloned().unwrap_or_else(|| json!([]));
    assert_eq!(documented_required, json!(required), "{schema_name}: required fields");
}

fn assert_read_only_fields_agree(record_type: RecordType, schema_name: &str) {
    let document: Value = serde_json::from_slice(&fs::read(file("docs/openapi.json")).unwrap()).unwrap();
    let documented = document["components"]["schemas"][schema_name]["properties"].as_object().unwrap();
    let documented = documented.iter().filter(|(name, schema)| schema["readOnly"] == true || *name == "uid");
    let mut documented: Vec<_> = documented.map(|(name, _)| name.as_str()).collect();
    documented.sort_unstable();
    let fields = record_type.fields().iter().filter(|(_, rule)| matches!(rule, FieldRule::ReadOnly));
    let mut fields: Vec<_> = fields.map(|(name, _)| *name).collect();
    fields.sort_unstable();
    assert_eq!(documented, fields, "{schema_name}: fields that the server sets");
}

#[test]
fn the_openapi_document_has_the_rules_of_every_field() {
    assert_openapi_agrees(RecordType::Album, "NewAlbum", true);
    assert_openapi_agrees(RecordType::Album, "AlbumPatch", false);
    assert_openapi_agrees(RecordType::Crate, "NewCrate", true);
    assert_openapi_agrees(RecordType::Crate, "CratePatch", false);
    assert_read_only_fields_agree(RecordType::Album, "Album");
    assert_read_only_fields_agree(RecordType::Crate, "Crate");
}

/// Runs where Node.js is installed: it reads the table from the JavaScript module.
#[test]
fn the_web_app_has_the_rules_of_every_field() {
    let module = file("frontend/js/models/fields.js").canonicalize().unwrap();
    let script = format!(
        "import {{ ALBUM_FIELDS, CRATE_FIELDS, READ_ONLY_FIELDS }} from {module:?};
        console.log(JSON.stringify([ALBUM_FIELDS, CRATE_FIELDS, READ_ONLY_FIELDS]));"
    );
    let output = match Command::new("node").args(["--input-type=module", "--eval", &script]).output() {
        Ok(output) => output,
        Err(error) => return eprintln!("skipped: Node.js cannot be started: {error}"),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let [albums, crates, read_only]: [Value; 3] = serde_json::from_slice(&output.stdout).unwrap();
    for (record_type, table) in [(RecordType::Album, albums), (RecordType::Crate, crates)] {
        let mut table = table.as_object().unwrap().clone();
        for (name, rule) in writable_fields(record_type) {
            let (actual, expected) = (table.remove(name).unwrap_or_default(), javascript_rule(rule));
            let nothing = Value::Null;
            let normalised = |rule| normalised(rule, &nothing, &nothing);
            assert_eq!(normalised(&actual), normalised(&expected), "{}.{name}", record_type.name());
        }
        assert!(table.is_empty(), "the web app has fields that do not exist: {table:?}");
    }
    let is_read_only = |name: &Value| {
        let mut fields = RecordType::Album.fields().iter().chain(RecordType::Crate.fields());
        fields.any(|(field, rule)| name == field && matches!(rule, FieldRule::ReadOnly))
    };
    assert!(read_only.as_array().unwrap().iter().all(is_read_only), "{read_only}");
}

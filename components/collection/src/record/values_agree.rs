//! The rules by which a text becomes values are written three times: in this component, in a migration and in the web
//! app. These tests compare them.

use std::{path::PathBuf, process::Command};

use migrations::MIGRATIONS;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::values::{FormatParts, split_text};
use super::{Draft, Purpose, RecordType};

const TEXTS: [&str; 22] = [
    "Jazz",
    "Jazz, Rock",
    "Jazz, Folk, World, & Country, Rock",
    "Funk / Soul, Stage & Screen",
    "World, Folk",
    "Sky, Inc., Blue Note, Ltd., X, LLC",
    "Jazz,Rock",
    "Jazz, ",
    ", Jazz",
    " Jazz",
    "Jazz,  Rock",
    "Jazz , Rock",
    "12\" \"Vinyl\", A\\B, é",
    "日本, ロック",
    "🎧, 🎧",
    "Jazz, Jazz",
    "A + B",
    "[\"a\"], {\"b\":1}",
    "x, , y",
    "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, G, H, I, J, K, L, M, \
     N, O, P, Q, R, S, T, U, V, W, X",
    "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, G, H, I, J, K, L, M, \
     N, O, P, Q, R, S, T, U, V, W, X, Y",
    "null",
];

const FORMATS: [&str; 27] = [
    "LP",
    "lp, album",
    "2xLP, Album, RE, 180",
    "10xLP, Comp + Box",
    "100xCD",
    "1000xCD",
    "02xLP",
    "0xLP",
    "xLP",
    "2x",
    "LP, Album + 7\", Single",
    "Vinyl, LP, Album",
    "Vinyl, Album, 12\", LP",
    "Vinyl, 7\", 7\", 45 RPM",
    "3xVinyl, 10\"",
    "Vinyl",
    "Vinyl, ",
    "7\", Single",
    "Cass, Album",
    "Box, Comp",
    "Reel-to-Reel, Quad",
    "Red vinyl, signed",
    "LP,Album",
    "LP,  Album",
    "LP + ",
    "Flexi, 7\", S/Sided",
    "é, LP",
];

const NAME: &str = "several_values";

/// A database with the migrations before the lists, and a user.
fn database_of_before() -> Connection {
    let database = Connection::open_in_memory().unwrap();
    for migration in MIGRATIONS.iter().take_while(|migration| !migration.name.contains(NAME)) {
        database.execute_batch(migration.sql).unwrap();
    }
    let user = "INSERT INTO users (id, email, email_key, password_hash, created_at, updated_at)
        VALUES (1, 'a', 'a', 'x', 't', 't')";
    database.execute_batch(user).unwrap();
    database
}

fn append(database: &Connection, uid: usize, kind: &str, patch: &str) {
    let append = "INSERT INTO ops (user_id, op_id, device, kind, type, uid, strict, base, patch, edited_at)
        SELECT 1, concat(?1, ?2), 'phone', ?2, 'album', ?1, 0, 1, ?3 -> '$', '2020-01-01T00:00:00Z'";
    database.execute(append, params![uid.to_string(), kind, patch]).unwrap();
}

#[test]
fn the_migration_gives_every_text_the_values_that_the_collection_gives_it() {
    let texts = TEXTS.iter().flat_map(|text| [("genre", json!(text)), ("label", json!(text))]);
    let formats = FORMATS.iter().map(|text| ("format", json!(text)));
    let removed = ["genre", "style", "label", "format"].map(|field| (field, Value::Null));
    let patches: Vec<_> = texts.chain(formats).chain(removed).collect();
    let patch = |(field, text): &(&str, Value)| json!({*field: text, "year": 1969}).to_string();
    let database = database_of_before();
    for (uid, sent) in patches.iter().enumerate() {
        append(&database, uid, "create", &json!({"artist": "A", "album": "B", sent.0: "before"}).to_string());
        append(&database, uid, "put", &patch(sent));
    }
    for migration in MIGRATIONS.iter().skip_while(|migration| !migration.name.contains(NAME)) {
        database.execute_batch(migration.sql).unwrap();
    }
    let read = "SELECT patch, doc, clocks FROM ops JOIN records ON version = seq AND records.uid = ?1";
    for (uid, sent) in patches.iter().enumerate() {
        let expected = Draft::parse(patch(sent).as_bytes(), RecordType::Album, Purpose::Patch).unwrap().fields;
        let row = database.query_row(read, [uid.to_string()], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]));
        let [patch, doc, clocks]: [String; 3] = row.unwrap();
        assert_eq!(patch, expected, "the patch in the ledger");
        let [doc, clocks]: [Value; 2] = [doc, clocks].map(|json| serde_json::from_str(&json).unwrap());
        for (name, value) in serde_json::from_str::<Value>(&expected).unwrap().as_object().unwrap() {
            assert_eq!(doc.get(name).unwrap_or(&Value::Null), value, "{name} of the document of {sent:?}");
            assert_eq!(clocks[name], clocks["year"], "the clock of {name}");
        }
    }
}

/// Runs where Node.js is installed.
#[test]
fn the_web_app_gives_every_text_the_values_that_the_collection_gives_it() {
    let module = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../frontend/js/models/values.js");
    let script = format!(
        "import {{ parseFormat, splitText }} from {:?};
        console.log(JSON.stringify([{}.map(splitText), {}.map(parseFormat)]));",
        module.canonicalize().unwrap(),
        json!(TEXTS),
        json!(FORMATS)
    );
    let output = match Command::new("node").args(["--input-type=module", "--eval", &script]).output() {
        Ok(output) => output,
        Err(error) => return eprintln!("skipped: Node.js cannot be started: {error}"),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let [lists, formats]: [Vec<Value>; 2] = serde_json::from_slice(&output.stdout).unwrap();
    let parse = |json: &str| serde_json::from_str::<Value>(json).unwrap();
    for (text, actual) in TEXTS.iter().zip(lists) {
        assert_eq!(actual, parse(&split_text(&Value::from(*text).to_string())), "{text}");
    }
    for (text, actual) in FORMATS.iter().zip(formats) {
        let json = Value::from(*text).to_string();
        let FormatParts { carrier, quantity, descriptions } = FormatParts::parse(&json);
        let part = |part: Option<_>| part.map_or(Value::Null, |json: std::borrow::Cow<'_, str>| parse(&json));
        let expected = json!([part(carrier), part(quantity), part(descriptions)]);
        let actual = json!([actual["carrier"], actual["format_quantity"], actual["format_descriptions"]]);
        assert_eq!(actual, expected, "{text}");
    }
}

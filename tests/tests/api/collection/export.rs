//! `GET /api/collection/export`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::{App, Caller, records};

use super::import::{csv, import};

const EXPORT: &str = "/api/collection/export";

/// Texts that a file format could change.
const TEXTS: [&str; 30] = [
    "plain",
    "=1+1",
    "'=1+1",
    "''",
    "+49",
    "-",
    "@SUM(A1)",
    "'quoted'",
    "\"double\"",
    "a,b;c",
    " spaces ",
    "🎧💿",
    "שלום עולם",
    "مرحبا",
    "日本盤",
    "ÅÄÖß",
    "é\u{301}",
    "\u{feff}mark",
    "\u{200f}rtl",
    "Uncategorized",
    "null",
    "NaN",
    "0",
    "1e3",
    "\\n",
    "{}",
    "[1]",
    "＝full width",
    "a\u{a0}b",
    "x\u{2028}y",
];

/// Notes, which may have several lines.
const NOTES: [&str; 7] =
    ["two\nlines", "\r\nfirst empty", "\tindented", "=\"formula\"\n\"next\"", "tab\there", "old mac\rline", "ends\n"];

/// A number below `of` that depends on the seed in an irregular way; the same in every run.
fn pick(seed: usize, of: usize) -> usize {
    (seed.wrapping_mul(2_654_435_761) >> 7) % of
}

/// Albums with unusual characters, in many combinations of fields.
fn unusual_albums(count: usize, crates: &[Value]) -> Vec<Value> {
    let text = |seed: usize| TEXTS[pick(seed, TEXTS.len())];
    (0..count)
        .map(|n| {
            let mut album = json!({"artist": format!("{}{}", text(n), n % 97), "album": text(n * 3 + 1)});
            let fields = [
                ("genre", json!(text(n + 2))),
                ("style", json!(text(n + 3))),
                ("year", json!(1860 + n % 240)),
                ("country", json!(text(n + 4))),
                ("label", json!(text(n + 5))),
                ("catno", json!(text(n + 6))),
                ("format", json!(text(n + 7))),
                ("barcode", json!(text(n + 8))),
                ("discogs_id", json!(n + 1)),
                ("master_id", json!(i64::MAX)),
                ("media_condition", json!("Near Mint (NM or M-)")),
                ("sleeve_condition", json!("No Cover")),
                ("rating", json!(n % 6)),
                ("notes", json!(format!("{}{}", NOTES[n % NOTES.len()], text(n + 9)))),
                ("tags", json!([text(n + 10), "=tag, with comma", "b"])),
                ("quantity", json!(1 + n % 9)),
                ("purchase_price", json!(12.5)),
                ("purchase_currency", json!("EUR")),
                ("purchased_at", json!("2020-05-14")),
                ("price", json!(61.99)),
                ("price_currency", json!("JPY")),
                ("price_at", json!("2026-11-20T10:00:00Z")),
                ("price_source", json!(text(n + 11))),
                ("cover", json!("https://example.org/a,b?c=\"d\"")),
                ("custom", json!({"=key": text(n + 12), "nested": {"list": [1, null, "x"]}, "n": 1.5})),
            ];
            for (index, (field, value)) in fields.into_iter().enumerate() {
                if pick(n * 31 + index, 3) > 0 {
                    album[field] = value;
                }
            }
            if n % 4 > 0 {
                album["crate"] = crates[n % crates.len()]["uid"].clone();
            }
            album
        })
        .collect()
}

/// All albums and crates by uid, without the members that the server sets.
async fn collection(caller: &Caller) -> BTreeMap<String, Value> {
    let albums = caller.post("/api/collection/sync", json!({})).await.expect(200).json();
    let crates = caller.get("/api/collection/crates").await.expect(200).json();
    let all = albums.as_array().expect("albums").iter().chain(crates["items"].as_array().expect("crates"));
    all.map(|record| {
        let mut record = record.clone();
        for name in ["id", "version", "created_at", "updated_at"] {
            record.as_object_mut().expect("a record").remove(name);
        }
        (record["uid"].as_str().expect("a uid").to_owned(), record)
    })
    .collect()
}

async fn add_crates(caller: &Caller) -> Vec<Value> {
    let mut crates = Vec::new();
    for name in ["Jazz", "=Rock", "Uncategorized", "Same", "Same"] {
        crates.push(caller.post("/api/collection/crates", json!({"name": name})).await.expect(201).json());
    }
    crates
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_imported_into_an_empty_account_gives_the_same_collection() {
    let app = App::start().await;
    let owner = app.collector().await;
    let crates = add_crates(&owner).await;
    for batch in unusual_albums(5_000, &crates).chunks(2_500) {
        owner.post("/api/collection/sync", json!({"albums": batch})).await.expect(200);
    }
    let expected = collection(&owner).await;
    assert_eq!(expected.len(), 5_005);
    for format in ["json", "csv"] {
        let file = owner.get(&format!("{EXPORT}?format={format}")).await.expect(200);
        let other = app.collector().await;
        let done = import(&other, "?dry_run=true", file.body.clone()).await;
        assert_eq!((&done["added"], &done["skipped"]), (&json!(5_000), &json!(0)));
        assert_eq!(collection(&other).await.len(), 0, "a dry run writes nothing");
        let done = import(&other, "", file.body.clone()).await;
        assert_eq!((&done["added"], &done["skipped"], &done["crates_added"]), (&json!(5_000), &json!(0), &json!(5)));
        assert_eq!(done["ignored_columns"], json!([]));
        let found = collection(&other).await;
        assert_eq!(found.len(), expected.len());
        for (uid, record) in &expected {
            assert_eq!(found.get(uid), Some(record), "{format}");
        }
        for caller in [&other, &owner] {
            let again = import(caller, "", file.body.clone()).await;
            assert_eq!((&again["added"], &again["updated"], &again["crates_added"]), (&json!(0), &json!(0), &json!(0)));
            assert_eq!(again["skipped"], 5_000);
        }
        assert_eq!(collection(&owner).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_json_export_has_the_history_but_not_the_trash() {
    let app = App::start().await;
    let owner = app.collector().await;
    let jazz = owner.post("/api/collection/crates", json!({"name": "Jazz"})).await.expect(201).json();
    owner.post("/api/collection/crates", json!({"name": "Bop", "parent": jazz["uid"]})).await.expect(201);
    let album = owner.add(records::full()).await;
    let trashed = owner.add(records::album("Trashed", "x")).await;
    owner.delete(&format!("/api/collection/{}", trashed["id"])).await.expect(204);

    let answer = owner.get(EXPORT).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let name = answer.header("content-disposition");
    assert!(name.starts_with("attachment; filename=\"vinyl-vault-20") && name.ends_with(".json\""), "{name}");
    let file = answer.json();
    assert_eq!((&file["format"], &file["version"]), (&json!("vinyl-vault"), &json!(1)));
    assert_eq!(file["albums"], json!([album]));
    assert_eq!(file["crates"].as_array().map(Vec::len), Some(2));
    assert_eq!(file["history"].as_array().map(Vec::len), Some(5));
    assert_eq!(file["lost"], json!([]));

    let short = owner.get(&format!("{EXPORT}?history=false")).await.expect(200).json();
    assert!(short.get("history").is_none() && short["albums"] == file["albums"], "{short}");
    assert_eq!(owner.get(&format!("{EXPORT}?format=xml")).await.faults(), ["format"]);
    assert_eq!(owner.get(&format!("{EXPORT}?history=1")).await.faults(), ["history"]);
    assert_eq!(owner.get(&format!("{EXPORT}?x=1")).await.faults(), ["x"]);
    assert!(owner.send(owner.request(reqwest::Method::HEAD, EXPORT)).await.expect(200).body.is_empty());

    let other = app.collector().await;
    let done = import(&other, "", answer.body).await;
    assert_eq!((&done["format"], &done["added"], &done["crates_added"]), (&json!("json"), &json!(1), &json!(2)));
    assert_eq!(collection(&other).await, collection(&owner).await, "the collections are equal, with nested crates");
    assert_eq!(other.list("").await[0]["created_at"], album["created_at"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_csv_export_has_the_columns_of_discogs_and_escapes_formulas() {
    let app = App::start().await;
    let owner = app.collector().await;
    owner.add(json!({"artist": "=cmd|' /C calc'!A0", "album": "'=x", "notes": "@x\n\"y\"", "rating": 0})).await;
    let answer = owner.get(&format!("{EXPORT}?format=csv")).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert!(answer.header("content-disposition").ends_with(".csv\""));
    let text = answer.text();
    let header = "Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,CollectionFolder,Date Added,\
        Collection Media Condition,Collection Sleeve Condition,Collection Notes,Vault uid,";
    assert!(text.starts_with(header), "{text}");
    assert!(text.contains(",'=cmd|' /C calc'!A0,''=x,,,0,,,Uncategorized,20"), "{text}");
    assert!(text.contains("\"'@x\n\"\"y\"\"\""), "{text}");

    let other = app.collector().await;
    csv(&other, "", &text).await;
    assert_eq!(collection(&other).await, collection(&owner).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_csv_export_keeps_nested_crates() {
    let app = App::start().await;
    let (owner, other) = (app.collector().await, app.collector().await);
    let jazz = owner.post("/api/collection/crates", json!({"name": "Jazz"})).await.expect(201).json();
    let bop = json!({"name": "Bop", "parent": jazz["uid"]});
    let bop = owner.post("/api/collection/crates", bop).await.expect(201).json();
    owner.add(json!({"artist": "A", "album": "B", "crate": bop["uid"]})).await;
    owner.add(json!({"artist": "C", "album": "D", "crate": jazz["uid"]})).await;
    let file = owner.get(&format!("{EXPORT}?format=csv")).await.expect(200).text();
    for times in [2, 0] {
        let done = csv(&other, "", &file).await;
        assert_eq!((&done["added"], &done["crates_added"]), (&json!(times), &json!(times)));
    }
    let crates = other.get("/api/collection/crates").await.expect(200).json();
    let named = |name: &str| crates["items"].as_array().and_then(|all| all.iter().find(|item| item["name"] == name));
    let (jazz, bop) = (named("Jazz").expect("Jazz"), named("Bop").expect("Bop"));
    assert_eq!(bop["parent"], jazz["uid"]);
    assert_eq!(other.list("?sort=artist").await[0]["crate"], bop["uid"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_disconnects_during_an_export_has_no_effect_on_later_ones() {
    let app = App::start().await;
    let owner = app.collector().await;
    owner.post("/api/collection/sync", json!({"albums": records::many(4_000)})).await.expect(200);
    for _ in 0..5 {
        let answer = owner.request(reqwest::Method::GET, EXPORT).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        drop(answer);
    }
    assert_eq!(owner.get(EXPORT).await.expect(200).json()["albums"].as_array().map(Vec::len), Some(4_000));
}

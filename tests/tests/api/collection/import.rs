//! `POST /api/collection/import`.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{App, Caller, records};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const IMPORT: &str = "/api/collection/import";

/// A CSV export of Discogs, with a custom field of the user.
const DISCOGS: &str = "\
Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,CollectionFolder,Date Added,\
Collection Media Condition,Collection Sleeve Condition,Collection Notes,Collection Shelf
\"SM 79, SM79\",Sigur Rós,Ágætis byrjun,Smekkleysa,\"2xLP, Album\",5,1999,249504,Post Rock,\
2020-05-14 10:32:01,Near Mint (NM or M-),Generic,\"First line
second \"\"line\"\"\",A3
ECM 1064,Keith Jarrett,The Köln Concert,ECM Records,\"2xLP, Album\",0,0,398520,Uncategorized,\
2021-01-02 03:04:05,Very Good Plus (VG+),,,
ECM 1064,Keith Jarrett,The Köln Concert,ECM Records,\"2xLP, Album\",,1975,398520,Uncategorized,\
2021-01-02 03:04:05,,,second copy,
,Björk,Post,,LP,4,1995,12345,Post Rock,2022-02-03 04:05:06,Mint (M),Mint (M),=not a formula,
";

pub async fn import(caller: &Caller, query: &str, body: impl Into<Vec<u8>>) -> Value {
    caller.raw(Method::POST, &format!("{IMPORT}{query}"), "application/octet-stream", body).await.expect(200).json()
}

pub async fn csv(caller: &Caller, query: &str, body: &str) -> Value {
    caller.raw(Method::POST, &format!("{IMPORT}{query}"), "text/csv", body).await.expect(200).json()
}

fn counts(done: &Value) -> [i64; 4] {
    ["added", "updated", "skipped", "crates_added"].map(|name| done[name].as_i64().unwrap_or(-1))
}

/// The albums without the members that differ between accounts, and with the names of their crates.
async fn albums(caller: &Caller) -> Vec<Value> {
    let crates = caller.get("/api/collection/crates").await.expect(200).json();
    let crates = crates["items"].as_array().expect("crates").clone();
    let mut albums = caller.list("").await;
    for album in &mut albums {
        let name = crates.iter().find(|item| item["uid"] == album["crate"]).map(|item| item["name"].clone());
        let album = album.as_object_mut().expect("an album");
        album.retain(|name, _| !["id", "version", "updated_at", "crate"].contains(&name.as_str()));
        album.extend(name.map(|name| ("crate".to_owned(), name)));
    }
    albums
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discogs_export_is_imported_in_full_and_only_once() {
    let app = App::start().await;
    let collector = app.collector().await;
    let done = csv(&collector, "?dry_run=true", DISCOGS).await;
    assert_eq!((&done["dry_run"], &done["format"]), (&json!(true), &json!("discogs")));
    assert_eq!(counts(&done), [4, 0, 0, 1]);
    assert_eq!(collector.list("").await.len(), 0);
    assert_eq!(collector.get("/api/collection/crates").await.expect(200).json()["items"], json!([]));

    let done = csv(&collector, "", DISCOGS).await;
    assert_eq!(counts(&done), [4, 0, 0, 1]);
    assert_eq!(done["rows"][0], json!({"row": 2, "action": "added", "artist": "Sigur Rós", "album": "Ágætis byrjun"}));
    let found = albums(&collector).await;
    let sigur = found.iter().find(|album| album["artist"] == "Sigur Rós").expect("Sigur Rós");
    let mut expected = json!({
        "artist": "Sigur Rós", "album": "Ágætis byrjun", "catno": "SM 79, SM79", "label": "Smekkleysa",
        "labels": ["Smekkleysa"], "format": "2xLP, Album", "carrier": "LP", "format_quantity": 2,
        "format_descriptions": ["Album"],
        "rating": 5, "year": 1999, "discogs_id": 249504, "media_condition": "Near Mint (NM or M-)",
        "sleeve_condition": "Generic", "notes": "First line\nsecond \"line\"", "custom": {"Shelf": "A3"},
        "crate": "Post Rock",
    });
    expected["uid"] = sigur["uid"].clone();
    expected["created_at"] = json!("2020-05-14T10:32:01.000Z");
    assert_eq!(sigur, &expected);
    let jarrett: Vec<_> = found.iter().filter(|album| album["artist"] == "Keith Jarrett").collect();
    assert_eq!(jarrett.len(), 2, "two copies of one release");
    assert!(jarrett.iter().all(|album| album.get("rating").is_none() && album.get("crate").is_none()), "{jarrett:?}");
    assert!(found.iter().any(|album| album["notes"] == "=not a formula"));

    let again = csv(&collector, "", DISCOGS).await;
    assert_eq!(counts(&again), [0, 0, 4, 0]);
    assert_eq!(again["rows"][0]["reason"], "unchanged");
    let edited = csv(&collector, "", &DISCOGS.replace("Near Mint (NM or M-)", "Good (G)")).await;
    assert_eq!(counts(&edited), [0, 1, 3, 0]);

    let id = collector.list("?artist=Bj%C3%B6rk").await[0]["id"].clone();
    collector.delete(&format!("/api/collection/{id}")).await.expect(204);
    let trashed = csv(&collector, "", DISCOGS).await;
    assert_eq!(counts(&trashed), [0, 1, 3, 0]);
    assert_eq!(trashed["rows"][3]["reason"], "is in the trash");
}

#[tokio::test(flavor = "multi_thread")]
async fn encoding_and_delimiter_are_detected() {
    let app = App::start().await;
    let first = app.collector().await;
    csv(&first, "", DISCOGS).await;
    let expected = albums(&first).await;

    let semicolons = DISCOGS.replace("\"SM 79, SM79\"", "SM 79# SM79").replace("\"2xLP, Album\"", "2xLP# Album");
    let semicolons = semicolons.replace(',', ";").replace("# ", ", ");
    let utf16 = |order: fn(u16) -> [u8; 2]| DISCOGS.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let latin: Vec<u8> = DISCOGS.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    for body in [
        semicolons.clone().into_bytes(),
        semicolons.replace(';', "\t").into_bytes(),
        [b"\xef\xbb\xbf", DISCOGS.as_bytes()].concat(),
        [b"\xff\xfe".to_vec(), utf16(u16::to_le_bytes)].concat(),
        [b"\xfe\xff".to_vec(), utf16(u16::to_be_bytes)].concat(),
        utf16(u16::to_le_bytes),
        latin,
    ] {
        let collector = app.collector().await;
        assert_eq!(counts(&import(&collector, "", body).await), [4, 0, 0, 1]);
        assert_eq!(albums(&collector).await, expected);
    }
    let collector = app.collector().await;
    let windows = import(&collector, "", b"artist,album\nPrince,\x93Sign \x96 Times\x94\n".to_vec()).await;
    assert_eq!(windows["rows"][0]["album"], "“Sign – Times”");
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_of_any_csv_are_assigned_by_name_or_by_a_mapping() {
    let app = App::start().await;
    let collector = app.collector().await;
    let done =
        csv(&collector, "", "Album;Artist;Purchase Price;Tags;Colour;Crate\nBlue;Joni;12,50;folk, 70s;red;Folk\n")
            .await;
    assert_eq!(counts(&done), [1, 0, 0, 1]);
    assert_eq!(done["ignored_columns"], json!(["Colour"]));
    let album = &collector.list("").await[0];
    assert_eq!((&album["purchase_price"], &album["tags"]), (&json!(12.5), &json!(["folk", "70s"])));

    let table = "Artist Name,Title,Name\nNina,Pastel Blues,x\n";
    let done = csv(&collector, "?mapping=artist:Artist%20Name,album:Title", table).await;
    assert_eq!(counts(&done), [1, 0, 0, 0]);
    let refused = collector.raw(Method::POST, &format!("{IMPORT}?mapping=artist:Nobody"), "text/csv", table).await;
    assert_eq!(refused.faults(), ["mapping"]);
    let refused = collector.raw(Method::POST, &format!("{IMPORT}?mapping=colour:Name"), "text/csv", table).await;
    assert_eq!(refused.faults(), ["mapping"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_row_is_reported_and_the_others_are_imported() {
    let app = App::start().await;
    let collector = app.collector().await;
    let table = "Artist,Title,Released,Collection Media Condition,Date Added\n\
        A,One,1969,Mint (M),2020-05-14 10:32:01\nB,,soon,Shiny,yesterday\nC,Three,1971\nD,Four,1972,,\n";
    let done = csv(&collector, "", table).await;
    assert_eq!(counts(&done), [2, 0, 2, 0]);
    let fields = |row: &Value| {
        let errors = row["errors"].as_array().expect("errors").iter();
        errors.map(|error| error["field"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(done["rows"][1]["row"], 3);
    assert_eq!(fields(&done["rows"][1]), ["Date Added", "Released", "Collection Media Condition", "Title"]);
    assert_eq!(fields(&done["rows"][2]), ["row"]);

    let file =
        json!({"albums": [records::album("E", "Five"), {"artist": "F", "year": "x"}, 7], "crates": [{"position": 1}]});
    let done = import(&collector, "", file.to_string()).await;
    assert_eq!(counts(&done), [1, 0, 3, 0]);
    assert_eq!(collector.list("").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_file_is_refused() {
    let app = App::start().await;
    let collector = app.collector().await;
    let wide = format!("Artist,Title{}\n", ",x".repeat(10_000));
    let long = format!("Artist,Title\n{}", "a,b\n".repeat(20_001));
    for (body, field, message) in [
        ("Artist,Title\na,\"b\nc,d\n", "body", "row 2, column 2"),
        ("Artist,Title\na,b\0\n", "body", "line 2 has a NUL"),
        (wide.as_str(), "body", "row 1: must have at most 500 columns"),
        (long.as_str(), "body", "must have at most 20000 rows"),
        ("", "body", "row 1"),
        ("1,2\n3,4\n", "artist", "header (row 1)"),
        (r#"{"albums":{}}"#, "albums", "list"),
        (r#"{"format":"other","albums":[]}"#, "format", "vinyl-vault"),
        (r#"{"version":2,"albums":[]}"#, "version", "newer"),
    ] {
        let problem = collector.raw(Method::POST, IMPORT, "text/csv", body).await.problem(422, "invalid_input");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        assert!(problem["errors"][0]["message"].as_str().is_some_and(|text| text.contains(message)), "{problem}");
    }
    collector.raw(Method::POST, IMPORT, "application/json", "{\"albums\":").await.problem(400, "malformed_json");
    collector.raw(Method::POST, IMPORT, "image/png", "x").await.problem(415, "unsupported_media_type");
    collector.raw(Method::POST, IMPORT, "text/csv", vec![b'a'; 21 << 20]).await.problem(413, "body_too_large");
    for (query, field) in
        [("?format=xml", "format"), ("?dry_run=1", "dry_run"), ("?x=1", "x"), ("?format=discogs", "format")]
    {
        let refused = collector.raw(Method::POST, &format!("{IMPORT}{query}"), "text/csv", "Artist,Title\n").await;
        assert_eq!(refused.faults(), [field]);
    }
    assert_eq!(collector.list("").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_length_over_the_limit_is_refused_before_the_body() {
    let app = App::start().await;
    let collector = app.collector().await;
    let mut stream = TcpStream::connect(app.url().trim_start_matches("http://")).await.expect("a connection");
    let head = format!(
        "POST {IMPORT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: text/csv\r\n\
         content-length: 1073741824\r\n\r\n",
        collector.access_token
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = [0; 64];
    let read = stream.read(&mut answer).await.expect("an answer before the body is sent");
    assert!(answer[..read].starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer[..read]));
    assert_eq!(counts(&csv(&collector, "", DISCOGS).await), [4, 0, 0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_with_uids_of_another_collector_changes_nothing_of_theirs() {
    let app = App::start().await;
    let (owner, other) = (app.collector().await, app.collector().await);
    let album = owner.add(records::full()).await;
    let file = json!([{"artist": "Mine", "album": "now", "uid": album["uid"], "id": album["id"]}]);
    assert_eq!(counts(&import(&other, "", file.to_string()).await), [1, 0, 0, 0]);
    assert_eq!(owner.list("").await, [album]);
    assert_eq!(other.list("").await[0]["artist"], "Mine");
}

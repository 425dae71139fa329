//! Several genres, styles and labels of an album, and the parts of its format.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{App, Caller, Device, fresh_uid};

async fn titles(collector: &Caller, query: &str) -> Vec<String> {
    let items = collector.list(query).await;
    items.iter().map(|album| album["album"].as_str().expect("a title").to_owned()).collect()
}

fn named(counts: &Value) -> Vec<(&str, i64)> {
    let counts = counts.as_array().expect("counts").iter();
    counts.map(|count| (count["name"].as_str().expect("a name"), count["count"].as_i64().expect("a count"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_know_only_the_text_or_only_the_list() {
    let app = App::start().await;
    let collector = app.collector().await;
    let album = collector
        .add(json!({"artist": "A", "album": "B", "genre": "Jazz, Folk, World, & Country", "format": "2xLP, Album"}))
        .await;
    assert_eq!(album["genres"], json!(["Jazz", "Folk, World, & Country"]));
    assert_eq!((&album["carrier"], &album["format_quantity"]), (&json!("LP"), &json!(2)));
    assert_eq!(album["format_descriptions"], json!(["Album"]));
    let path = format!("/api/collection/{}", album["id"]);
    let patched = collector.patch(&path, json!({"genres": ["Rock", "Foo, Bar"], "carrier": "CD"})).await;
    let mut patched = patched.expect(200).json();
    assert_eq!((&patched["genre"], &patched["format"]), (&json!("Rock, Foo, Bar"), &json!("CD")));
    assert_eq!((patched.get("format_quantity"), patched.get("format_descriptions")), (None, None));
    let unchanged = collector.put(&path, patched.clone()).await.expect(200).json();
    assert_eq!(unchanged["genres"], json!(["Rock", "Foo, Bar"]), "sent back as it came");
    patched["genre"] = json!("Soul");
    let replaced = collector.put(&path, patched).await.expect(200).json();
    assert_eq!(
        (&replaced["genre"], &replaced["genres"]),
        (&json!("Soul"), &json!(["Soul"])),
        "a client that knows texts"
    );
    let removed = collector.patch(&path, json!({"genre": null, "format": ""})).await.expect(200).json();
    for field in ["genre", "genres", "format", "carrier"] {
        assert_eq!(removed.get(field), None, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_is_found_and_counted_by_each_of_its_values() {
    let app = App::start().await;
    let collector = app.collector().await;
    let country = "Folk, World, & Country";
    for album in [
        json!({"artist": "A", "album": "both", "genres": ["Jazz", country], "labels": ["Verve", "MGM"], "quantity": 2}),
        json!({"artist": "B", "album": "one", "genre": "jazz", "format": "3xLP, Comp"}),
        json!({"artist": "C", "album": "world", "genre": "World, World", "format": "Vinyl, 12\"", "style": "Dub, Ska"}),
    ] {
        collector.add(album).await;
    }
    assert_eq!(titles(&collector, "?genre=JAZZ").await, ["both", "one"]);
    assert_eq!(titles(&collector, "?genre=Folk%2C%20World%2C%20%26%20Country").await, ["both"]);
    assert_eq!(titles(&collector, "?genre=World").await, ["world"]);
    assert_eq!(titles(&collector, "?format=lp").await, ["one"]);
    assert_eq!(titles(&collector, "?format=3xLP").await, ["one"]);
    assert_eq!(titles(&collector, "?format=comp").await, ["one"]);
    let stats = collector.get("/api/collection/stats").await.expect(200).json();
    assert_eq!(named(&stats["by_genre"]), [(country, 2), ("Jazz", 2), ("World", 1), ("jazz", 1)]);
    assert_eq!(named(&stats["by_label"]), [("MGM", 2), ("Verve", 2)]);
    assert_eq!(named(&stats["by_style"]), [("Dub", 1), ("Ska", 1)]);
    assert_eq!(named(&stats["by_format"]), [("12\"", 1), ("LP", 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_knows_only_texts_merges_with_one_that_writes_lists() {
    let app = App::start().await;
    let collector = app.collector().await;
    let (mut old, mut new) = (Device::of(&collector, "old"), Device::of(&collector, "new"));
    let uid = fresh_uid();
    let created = old.put(&uid, 0, json!({"artist": "A", "album": "B", "format": "LP"}), "2026-01-01T10:00:00Z");
    let (_, changes) = old.sync(&[created]).await;
    let base = changes[0]["version"].as_i64().expect("a version");
    let lists = json!({"genres": ["Jazz", "Foo, Bar"], "carrier": "CD"});
    new.sync(&[new.put(&uid, base, lists, "2026-01-01T12:00:00Z")]).await;
    let older = old.put(&uid, base, json!({"genre": "Rock, Pop", "format": "2xLP, Album"}), "2026-01-01T11:00:00Z");
    let (results, changes) = old.sync(std::slice::from_ref(&older)).await;
    assert_eq!(results[0]["status"], "merged");
    let album = &changes[0];
    assert_eq!((&album["genre"], &album["genres"]), (&json!("Jazz, Foo, Bar"), &json!(["Jazz", "Foo, Bar"])));
    assert_eq!((&album["format"], &album["carrier"], album.get("format_quantity")), (&json!("CD"), &json!("CD"), None));
    assert_eq!(album.get("format_descriptions"), None);
    let (results, _) = old.sync(&[older]).await;
    assert_eq!(results[0]["status"], "merged", "the same operation again");
    let newer = old.put(&uid, base, json!({"genre": "Rock, Pop"}), "2026-01-01T13:00:00Z");
    let (_, changes) = old.sync(&[newer]).await;
    assert_eq!(changes[0]["genres"], json!(["Rock", "Pop"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_survive_an_export_and_an_import() {
    let app = App::start().await;
    let collector = app.collector().await;
    let fields = json!({"artist": "A", "album": "B", "genres": ["Folk, World, & Country", "Jazz"], "styles": ["x, y"],
        "labels": ["One, Two"], "carrier": "LP", "format_quantity": 2, "format_descriptions": ["a, b", "Album"]});
    collector.add(fields.clone()).await;
    for (format, media_type) in [("csv", "text/csv"), ("json", "application/json")] {
        let file = collector.get(&format!("/api/collection/export?format={format}")).await.expect(200);
        let other = app.anonymous().register(&format!("{format}@example.org")).await;
        let file = String::from_utf8(file.body).expect("UTF-8");
        other.raw(Method::POST, "/api/collection/import", media_type, file.clone()).await.expect(200);
        let album = other.list("").await.remove(0);
        for (field, value) in fields.as_object().expect("fields") {
            assert_eq!(&album[field], value, "{field} by {format}");
        }
        let again = other.raw(Method::POST, "/api/collection/import", media_type, file).await.expect(200).json();
        assert_eq!((&again["added"], &again["updated"]), (&json!(0), &json!(0)), "{again}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_changes_a_format_changes_all_of_its_parts() {
    let app = App::start().await;
    let collector = app.collector().await;
    let file = |format: &str| {
        format!("Catalog#,Artist,Title,Label,Format,release_id\n\"1, 2\",A,B,\"Verve, MGM\",\"{format}\",7\n")
    };
    for (format, quantity) in [("2xLP, Album, RE", json!(2)), ("LP, Album", json!(null))] {
        collector.raw(Method::POST, "/api/collection/import", "text/csv", file(format)).await.expect(200);
        let album = collector.list("").await.remove(0);
        assert_eq!((&album["format"], &album["carrier"]), (&json!(format), &json!("LP")));
        assert_eq!(album.get("format_quantity").unwrap_or(&Value::Null), &quantity);
        assert_eq!(album["labels"], json!(["Verve", "MGM"]));
    }
}

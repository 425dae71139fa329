//! `/api/collection/crates`.

use serde_json::{Value, json};
use tests::{App, records};

const CRATES: &str = "/api/collection/crates";

#[tokio::test(flavor = "multi_thread")]
async fn crates_can_be_created_ordered_and_deleted() {
    let app = App::start().await;
    let collector = app.collector().await;
    let create = async |body: Value| collector.post(CRATES, body).await.expect(201).json();
    let rock = create(json!({"name": "Rock", "position": 2})).await;
    let jazz = create(json!({"name": "Jazz", "position": 1})).await;
    let bop = create(json!({"name": "Bop", "parent": jazz["uid"]})).await;
    let names = async || {
        let list = collector.get(CRATES).await.expect(200).json();
        let items = list["items"].as_array().expect("items").iter();
        items.map(|item| item["name"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>().join(",")
    };
    assert_eq!(names().await, "Jazz,Rock,Bop");

    let path = |item: &Value| format!("{CRATES}/{}", item["uid"].as_str().expect("a uid"));
    collector.patch(&path(&rock), json!({"position": 0})).await.expect(200);
    assert_eq!(names().await, "Rock,Jazz,Bop");
    let faults = collector.patch(&path(&rock), json!({"parent": bop["uid"]})).await.faults();
    assert_eq!(faults, ["parent"], "crates nest one level deep");
    assert_eq!(collector.patch(&path(&jazz), json!({"parent": rock["uid"]})).await.faults(), ["parent"]);
    assert_eq!(collector.patch(&path(&rock), json!({"name": null, "colour": 1})).await.faults(), ["colour", "name"]);
    assert_eq!(collector.post(CRATES, json!({"position": -1})).await.faults(), ["position", "name"]);

    collector.delete(&path(&bop)).await.expect(204);
    collector.delete(&path(&bop)).await.problem(404, "not_found");
    assert_eq!(names().await, "Rock,Jazz");
    assert_eq!(collector.list("").await.len(), 0, "a crate is not in the list of albums");
}

#[tokio::test(flavor = "multi_thread")]
async fn albums_are_filtered_by_the_exact_uid_of_their_crate_and_not_found_by_searching_for_it() {
    let app = App::start().await;
    let collector = app.collector().await;
    let uid = "0192f0c1-5d2e-7abc-8def-0123456789ab";
    collector.post(CRATES, json!({"name": "Jazz", "uid": uid})).await.expect(201);
    let mut album = records::full();
    album["crate"] = json!(uid);
    let id = collector.add(album).await["id"].clone();
    let other = json!({"artist": "Nina Simone", "album": "Pastel Blues"});
    let other = collector.add(other).await["id"].clone();
    collector.patch(&format!("/api/collection/{other}"), json!({"crate": uid})).await.expect(200);

    assert_eq!(collector.list(&format!("?crate={uid}")).await.len(), 2);
    assert_eq!(collector.list(&format!("?crate={}", uid.to_uppercase())).await.len(), 0, "upper case");
    for words in [uid.to_owned(), uid.replace('-', "+"), uid[24..].to_owned()] {
        assert_eq!(collector.list(&format!("?q={words}")).await.len(), 0, "{words}");
    }
    collector.patch(&format!("/api/collection/{id}"), json!({"notes": "a rainy Sunday"})).await.expect(200);
    assert_eq!(collector.list("?q=sunday").await.len(), 1);
    assert_eq!(collector.list(&format!("?q={}", &uid[24..])).await.len(), 0, "after an edit");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_and_a_crate_of_another_collector_are_not_found_as_crates() {
    let app = App::start().await;
    let collector = app.collector().await;
    let album = collector.add(records::full()).await;
    let path = format!("{CRATES}/{}", album["uid"].as_str().expect("a uid"));
    collector.patch(&path, json!({"name": "x"})).await.problem(404, "not_found");
    collector.delete(&path).await.problem(404, "not_found");

    let own = collector.post(CRATES, json!({"name": "Mine"})).await.expect(201).json();
    let path = format!("{CRATES}/{}", own["uid"].as_str().expect("a uid"));
    let outsider = app.collector().await;
    outsider.patch(&path, json!({"name": "Theirs"})).await.problem(404, "not_found");
    outsider.delete(&path).await.problem(404, "not_found");
    assert_eq!(outsider.post(CRATES, json!({"name": "x", "parent": own["uid"]})).await.faults(), ["parent"]);
    assert_eq!(collector.get(CRATES).await.expect(200).json()["items"], json!([own]));
}

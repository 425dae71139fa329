//! Wants: albums with `wanted: true`, which the collector looks for and does not own.

use rusqlite::Connection;
use serde_json::{Value, json};
use tests::{App, Caller, repository};

use super::import::{csv, import};

const WANTLIST: &str = "Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,Notes
ECM 1064,Keith Jarrett,The Köln Concert,ECM Records,\"2xLP, Album\",4,1975,398520,=first pressing
,Björk,Post,,LP,,1995,12345,
";

async fn wants(caller: &Caller) -> Vec<Value> {
    caller.list("?wanted=true").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_wantlist_adds_wants_and_no_owned_albums() {
    let app = App::start().await;
    let collector = app.collector().await;
    let done = csv(&collector, "?dry_run=true", WANTLIST).await;
    assert_eq!((&done["format"], &done["added"]), (&json!("discogs-wantlist"), &json!(2)));
    csv(&collector, "", WANTLIST).await;
    assert_eq!(collector.list("").await.len(), 0, "nothing is owned");
    let found = wants(&collector).await;
    assert_eq!(found.len(), 2);
    assert_eq!(found[1]["artist"], "Keith Jarrett");
    assert_eq!(found[1]["notes"], "=first pressing");
    assert!(found.iter().all(|album| album["wanted"] == true));
    let again = csv(&collector, "", WANTLIST).await;
    assert_eq!((&again["added"], &again["rows"][0]["reason"]), (&json!(0), &json!("unchanged")));

    let stats = collector.get("/api/collection/stats").await.expect(200).json();
    assert_eq!((&stats["total"], &stats["copies"], &stats["wanted"]), (&json!(0), &json!(0), &json!(2)));
    let owned = collector.get("/api/collection/owned?catno=ecm1064").await.expect(200).json();
    assert_eq!(owned["exact"], json!([]));
    assert_eq!(owned["wanted"][0]["discogs_id"], 398520);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bought_want_is_owned_and_is_not_imported_again() {
    let app = App::start().await;
    let collector = app.collector().await;
    csv(&collector, "", WANTLIST).await;
    let want = wants(&collector).await.remove(1);
    let path = format!("/api/collection/{}", want["id"]);
    let bought = collector.patch(&path, json!({"wanted": false, "purchase_price": 12})).await.expect(200).json();
    assert!(bought.get("wanted").is_none(), "{bought}");
    assert_eq!(bought["notes"], "=first pressing");
    assert_eq!((collector.list("").await.len(), wants(&collector).await.len()), (1, 1));
    let page = collector.get("/api/collection?wanted=true").await.expect(200).json();
    assert_eq!(page["total"], 1);

    let again = csv(&collector, "", WANTLIST).await;
    assert_eq!((&again["updated"], &again["rows"][0]["reason"]), (&json!(0), &json!("is in the collection")));
    assert_eq!(collector.list("").await, [bought]);

    collector.delete(&path).await.expect(204);
    let trash = collector.get("/api/collection?trashed=true").await.expect(200).json();
    assert_eq!(trash["total"], 1);
    assert_eq!(collector.patch(&path, json!({"wanted": "yes"})).await.faults(), ["wanted"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn exported_wants_can_be_imported_unchanged() {
    let app = App::start().await;
    let (first, second, third) = (app.collector().await, app.collector().await, app.collector().await);
    csv(&first, "", WANTLIST).await;
    first.add(json!({"artist": "Björk", "album": "Post", "discogs_id": 12345})).await;
    let plain = |albums: Vec<Value>| -> Vec<Value> {
        let server_members = ["id", "version", "updated_at"];
        albums
            .into_iter()
            .map(|mut album| {
                server_members.iter().for_each(|name| drop(album.as_object_mut().expect("an album").remove(*name)));
                album
            })
            .collect()
    };
    let expected = plain(wants(&first).await);

    let json = first.get("/api/collection/export?history=false").await.expect(200).json();
    assert_eq!((json["albums"].as_array().map(Vec::len), json["wants"].as_array().map(Vec::len)), (Some(1), Some(2)));
    import(&second, "", json.to_string()).await;
    assert_eq!(plain(wants(&second).await), expected);
    assert_eq!(plain(second.list("").await), plain(first.list("").await));

    let file = first.get("/api/collection/export?format=wantlist").await.expect(200).text();
    let header = "Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,Notes,Vault uid,";
    assert!(file.starts_with(header), "{file}");
    assert!(file.contains(",'=first pressing,"), "the formula is not escaped: {file}");
    csv(&third, "", &file).await;
    let restored: Vec<_> = plain(wants(&third).await).into_iter().map(|mut album| album["created_at"].take()).collect();
    assert_eq!(restored.len(), 2);
    assert_eq!(wants(&third).await[1]["notes"], "=first pressing");
    let owned = first.get("/api/collection/export?format=csv").await.expect(200).text();
    assert_eq!(owned.lines().count(), 2, "only what is owned: {owned}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wants_are_synchronised_and_other_collectors_do_not_see_them() {
    let app = App::start().await;
    let (collector, outsider) = (app.collector().await, app.collector().await);
    let uid = tests::fresh_uid();
    let op = json!({"op_id": tests::fresh_uid(), "kind": "put", "record_id": uid, "base": 0,
        "patch": {"artist": "A", "album": "B", "wanted": true}, "edited_at": "2026-01-01T00:00:00Z"});
    let body = json!({"device_id": "phone", "cursor": null, "ops": [op]});
    let answer = collector.post("/api/collection/sync", body).await.expect(200).json();
    assert_eq!(answer["changes"][0]["wanted"], true);
    assert_eq!((wants(&collector).await.len(), wants(&outsider).await.len()), (1, 0));
}

/// The database is one of the last release without wants, with one album.
#[tokio::test(flavor = "multi_thread")]
async fn albums_of_a_release_without_wants_count_as_owned() {
    let state = tempfile::TempDir::new().expect("a folder");
    let manifest = repository().join("spin.toml");
    let database = Connection::open(state.path().join("sqlite_db.db")).expect("a database");
    database
        .execute_batch(
            "CREATE TABLE schema_migrations
                (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT",
        )
        .expect("a table");
    for migration in &migrations::MIGRATIONS[..6] {
        database.execute_batch(migration.sql).expect("a migration");
        let row = "INSERT INTO schema_migrations VALUES (?1, ?2, '2026-01-01T00:00:00Z')";
        database.execute(row, (migration.number, migration.name)).expect("a row");
    }
    let op = r#"INSERT INTO users (id, email, email_key, password_hash, created_at, updated_at) VALUES
            (1, 'old@example.org', 'old@example.org', 'x', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
        INSERT INTO ops (user_id, op_id, device, kind, type, uid, strict, base, patch, edited_at) VALUES
            (1, 'o', '', 'create', 'album', '01890000-0000-7000-8000-000000000001', 1, NULL,
            '{"artist":"A","album":"B"}', '2026-01-01T00:00:00Z')"#;
    database.execute_batch(op).expect("a record");
    let running = App::serve(&manifest, state.path(), &[]).await;
    Caller::anonymous(&running.url()).get("/system/health").await.expect(200);
    Caller::anonymous(&running.url()).register("new@example.org").await;
    let counts: (i64, i64, i64) = database
        .query_row("SELECT albums, trashed, wanted FROM collections WHERE user_id = 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .expect("the counts");
    assert_eq!(counts, (1, 0, 0));
    let owned: i64 = database
        .query_row("SELECT count(*) FROM records WHERE user_id = 1 AND wanted = 0", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(owned, 1);
}

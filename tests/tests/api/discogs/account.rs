//! `/api/collection/import/discogs`: collections of Discogs' users, imported and followed.

mod follow;
mod refused;

use std::time::Duration;

use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use stand_ins::{Discogs, Fault, discogs::Account};
use tempfile::TempDir;
use tests::{App, Caller, repository};

const IMPORT: &str = "/api/collection/import/discogs";
const TOKEN: &str = "AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKlMn";
const JOBS_TOKEN: &str = "0123456789abcdefghijklmnopqrstuv";

struct Setup {
    app: App,
    discogs: Discogs,
    collector: Caller,
}

impl Setup {
    async fn start(releases: usize) -> Self {
        Self::with(releases, &[]).await
    }

    async fn with(releases: usize, variables: &[(&str, &str)]) -> Self {
        let discogs = Discogs::with_generated(releases).await;
        let app = App::with(&[&configuration(&discogs.url()), variables].concat()).await;
        let collector = app.collector().await;
        pause_enrichment(&collector).await;
        Self { app, discogs, collector }
    }

    /// A user with a copy of each of the first releases (of every 50th, two), and wants of the next ones.
    fn add_account(&self, account: Account, copies: usize, wants: usize) {
        let (owned, rest) = self.discogs.pressings().split_at(copies);
        self.discogs.add_account(account.with_copies(owned).with_wants(&rest[..wants]));
    }

    async fn import(&self, request: Value) -> Value {
        self.collector.post(IMPORT, request).await.expect(202);
        self.finish().await
    }

    async fn status(&self) -> Value {
        self.collector.get(IMPORT).await.expect(200).json()
    }

    /// Runs jobs until the import is idle, has failed or waits.
    async fn finish(&self) -> Value {
        finish(&self.collector).await
    }

    fn change(&self, statements: &str) {
        self.app.connect().execute_batch(statements).expect(statements);
    }
}

fn configuration(discogs: &str) -> Vec<(&str, &str)> {
    vec![
        ("discogs_base_url", discogs),
        ("discogs_image_url", discogs),
        ("discogs_token", "a-token"),
        ("jobs_token", JOBS_TOKEN),
    ]
}

/// Its requests would be between those that are counted here.
async fn pause_enrichment(collector: &Caller) {
    for action in ["start", "pause"] {
        collector.post("/api/collection/enrichment", json!({"action": action})).await.expect(202);
    }
}

async fn finish(collector: &Caller) -> Value {
    let scheduler = collector.bearing(JOBS_TOKEN);
    for _ in 0..400 {
        scheduler.send(scheduler.request(Method::POST, "/system/jobs/run")).await.expect(200);
        let status = collector.get(IMPORT).await.expect(200).json();
        if status["state"] != "running" {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the import did not end");
}

fn counts(status: &Value) -> [i64; 5] {
    ["records", "added", "updated", "unchanged", "wants"].map(|name| status[name].as_i64().unwrap_or(-1))
}

async fn total(collector: &Caller) -> Value {
    collector.get("/api/collection?limit=1").await.expect(200).json()["total"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_collection_is_imported_by_name_in_a_request_for_100_records_and_only_once() {
    let setup = Setup::start(1_500).await;
    setup.add_account(Account::new("Miles"), 1_480, 30);
    let preview = setup.collector.post(IMPORT, json!({"username": "miles", "dry_run": true})).await.expect(200).json();
    assert_eq!((&preview["records"], &preview["wants"], &preview["pages"]), (&json!(1509), &json!(30), &json!(17)));
    assert_eq!((&preview["added"], &preview["items"][0]["action"]), (&json!(100), &json!("add")));
    assert_eq!(total(&setup.collector).await, 0);
    assert_eq!(setup.status().await["username"], json!(null));

    setup.discogs.forget();
    let done = setup.import(json!({"username": "miles"})).await;
    assert_eq!(counts(&done), [1_509, 1_539, 0, 0, 30], "{done}");
    assert_eq!((&done["state"], &done["follow"], &done["has_token"]), (&json!("idle"), &json!(true), &json!(false)));
    assert_eq!((&done["pages"], &done["pages_read"], &done["gone"]), (&json!(17), &json!(17), &json!([])));
    assert_eq!(setup.discogs.received().len(), 17, "{:?}", setup.discogs.counts());
    assert_eq!(total(&setup.collector).await, 1_509);

    let pressing = &setup.discogs.pressings()[1_000];
    let albums = setup.collector.list(&format!("?q={}&limit=500", pressing.catno.replace(' ', "%20"))).await;
    let album = albums.iter().find(|album| album["discogs_id"] == pressing.id).expect("the album");
    let genres: Vec<&str> = pressing.genres.clone();
    assert!(album["genre"].as_str().expect("a genre").contains(genres[0]), "{album}");
    assert!(album["cover"].as_str().is_none_or(|cover| cover.starts_with("/cache/images/")), "{album}");
    assert!(album["media_condition"].is_string() && album["format"].is_string() && album["artist"].is_string());
    assert!(album.get("crate").is_none() && album.get("notes").is_none(), "only the owner sees these: {album}");

    let cursor = setup.collector.get("/api/collection/changes?limit=1").await.expect(200).json();
    let before: i64 = setup.app.connect().query_row("SELECT max(seq) FROM ops", [], |row| row.get(0)).unwrap();
    let again = setup.import(json!({})).await;
    assert_eq!(counts(&again), [1_509, 0, 0, 1_539, 30], "{again}");
    let after: i64 = setup.app.connect().query_row("SELECT max(seq) FROM ops", [], |row| row.get(0)).unwrap();
    assert_eq!((before, cursor["has_more"].clone()), (after, json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_reads_a_private_collection_with_its_folders_notes_and_fields() {
    let setup = Setup::start(0).await;
    setup.add_account(Account::new("Nina").with_token(TOKEN).private(), 100, 5);
    setup.discogs.edit_account("nina", |account| {
        account.fields.push((4, "Shelf".to_owned()));
        account.copies[8].notes.push((4, "A3".to_owned()));
    });
    setup.collector.post("/api/collection/crates", json!({"name": "jazz"})).await.expect(201);
    let done = setup.import(json!({"token": TOKEN})).await;
    assert_eq!(counts(&done), [102, 107, 0, 0, 5], "{done}");
    assert_eq!((&done["username"], &done["has_token"]), (&json!("Nina"), &json!(true)));

    let crates = setup.collector.get("/api/collection/crates").await.expect(200).json();
    let mut names: Vec<&str> =
        crates["items"].as_array().expect("crates").iter().map(|item| item["name"].as_str().expect("a name")).collect();
    names.sort_unstable();
    assert_eq!(names, ["Living room", "To sell", "jazz"]);
    let albums = setup.collector.list("?limit=500").await;
    let of = |index: usize| {
        let id = setup.discogs.pressings()[index].id;
        albums.iter().filter(move |album| album["discogs_id"] == id).collect::<Vec<_>>()
    };
    let jazz = crates["items"].as_array().expect("crates").iter().find(|item| item["name"] == "jazz").expect("jazz");
    let [album] = of(45)[..] else { panic!("{:?}", of(45)) };
    assert_eq!((&album["crate"], &album["rating"]), (&jazz["uid"], &json!(3)));
    assert!(album["notes"].as_str().expect("notes").starts_with("Bought at a fair"), "{album}");
    assert_eq!(album["media_condition"], "Near Mint (NM or M-)");
    assert_eq!(of(8)[0]["custom"], json!({"Shelf": "A3"}));
    assert_eq!(of(49).len(), 2, "two copies of one release");
    let wants = setup.collector.list("?wanted=true&limit=500").await;
    assert_eq!((wants.len(), &wants[0]["wanted"]), (5, &json!(true)));

    // Nothing that is stored or answered has the token.
    let state = std::fs::read(setup.app.database()).expect("the database");
    assert!(!state.windows(TOKEN.len()).any(|bytes| bytes == TOKEN.as_bytes()));
    let job: String = setup
        .app
        .connect()
        .query_row("SELECT state || progress FROM jobs WHERE kind = 'import_discogs'", [], |row| row.get(0))
        .unwrap();
    assert!(!job.contains(TOKEN) && !done.to_string().contains(TOKEN), "{job}");

    let again = setup.import(json!({})).await;
    assert_eq!(counts(&again), [102, 0, 0, 107, 5], "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn albums_of_a_csv_file_are_recognised_and_only_get_what_they_lack() {
    let setup = Setup::start(0).await;
    setup.add_account(Account::new("Chet"), 50, 0);
    let (single, double) = (setup.discogs.pressings()[3].clone(), setup.discogs.pressings()[49].clone());
    let times: Vec<String> = setup.discogs.edit_account("chet", |account| {
        let double = account.copies.iter().filter(|copy| copy.release_id == double.id);
        double.map(|copy| copy.date_added[..19].replace('T', " ")).collect()
    });
    let row = |pressing: &stand_ins::discogs::Pressing, time: &str, title: &str| {
        format!("X-1,\"{}\",\"{title}\",Label,LP,0,0,{},Uncategorized,{time},,,\n", pressing.artist, pressing.id)
    };
    let head = "Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,CollectionFolder,Date Added,\
        Collection Media Condition,Collection Sleeve Condition,Collection Notes\n";
    let rows = row(&single, "2001-01-01 00:00:00", "My title")
        + &row(&double, &times[0], "One")
        + &row(&double, &times[1], "Two");
    let imported =
        setup.collector.raw(Method::POST, "/api/collection/import", "text/csv", format!("{head}{rows}")).await;
    assert_eq!(imported.expect(200).json()["added"], 3);
    let album = setup.collector.list("?q=my%20title").await[0].clone();
    let path = format!("/api/collection/{}", album["id"]);
    // A person sets a field and removes another one.
    setup.collector.patch(&path, json!({"media_condition": "Poor (P)", "year": 1900})).await.expect(200);
    let seen = setup.collector.patch(&path, json!({"year": null})).await.expect(200).json()["version"].clone();

    let done = setup.import(json!({"username": "Chet", "follow": false})).await;
    assert_eq!(counts(&done), [51, 48, 3, 0, 0], "{done}");
    assert_eq!(done["next_at"], json!(null));
    assert_eq!(total(&setup.collector).await, 51);
    let album = setup.collector.get(&path).await.expect(200).json();
    assert_eq!((&album["album"], &album["media_condition"]), (&json!("My title"), &json!("Poor (P)")));
    assert_eq!((&album["catno"], album.get("year")), (&json!("X-1"), None));
    assert!(album["genre"].is_string() && album["sleeve_condition"].is_string(), "{album}");
    // A device that was offline edits a filled field, with the version that it had seen before.
    let operation = json!({"op_id": "offline-1", "kind": "put", "record_id": album["uid"], "base": 1,
        "patch": {"genre": "Typed"}, "edited_at": "2020-01-01T00:00:00Z"});
    let sync = json!({"device_id": "phone", "cursor": null, "ops": [operation]});
    setup.collector.post("/api/collection/sync", sync).await.expect(200);
    assert_eq!(setup.collector.get(&path).await.expect(200).json()["genre"], "Typed");
    let again = setup.import(json!({})).await;
    assert_eq!(counts(&again), [51, 0, 0, 51, 0], "{again}");
    // That device has also deleted the album, before it knew of the import.
    let operation = json!({"op_id": "offline-2", "kind": "delete", "record_id": album["uid"], "base": seen,
        "edited_at": "2020-01-01T00:00:00Z"});
    let sync = json!({"device_id": "phone", "cursor": null, "ops": [operation]});
    let synced = setup.collector.post("/api/collection/sync", sync).await.expect(200).json();
    assert_eq!(synced["results"][0]["status"], "applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_killed_and_429s_cost_no_record_and_add_none_twice() {
    let discogs = Discogs::with_generated(900).await;
    discogs.add_account(Account::new("Sun.Ra").with_copies(&discogs.pressings()[..900]));
    let (manifest, state) = (repository().join("spin.toml"), TempDir::new().expect("a temporary folder"));
    let url = discogs.url();
    let host = App::serve(&manifest, state.path(), &configuration(&url)).await;
    let collector = Caller::anonymous(&host.url()).register("sun@example.org").await;
    pause_enrichment(&collector).await;
    discogs.next(Fault::too_many(1));
    collector.post(IMPORT, json!({"username": "sun.ra"})).await.expect(202);
    let waiting = finish(&collector).await;
    assert_eq!(
        (&waiting["state"], &waiting["error"]["code"]),
        (&json!("waiting"), &json!("discogs_busy")),
        "{waiting}"
    );

    // The host ends while a page is written: it was read, and the answer never comes.
    let read = |pages: i64| {
        let connection = Connection::open(state.path().join("sqlite_db.db")).expect("the database");
        let sql = "SELECT count(*) >= ?1 FROM discogs_copies";
        connection.query_row(sql, [pages * 100], |row| row.get::<_, bool>(0)).expect("a count")
    };
    discogs.delay(Duration::from_millis(150));
    let running = tokio::spawn({
        let collector = collector.clone();
        async move {
            let scheduler = collector.bearing(JOBS_TOKEN);
            loop {
                let request = scheduler.request(Method::POST, "/system/jobs/run").send().await;
                if request.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    });
    let mut rounds = 0;
    while !read(3) {
        rounds += 1;
        assert!(rounds < 1_000, "the import did not go on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(host);
    running.abort();
    discogs.delay(Duration::ZERO);
    assert!(!read(9), "the import ended before the host did");

    let host = App::serve(&manifest, state.path(), &configuration(&url)).await;
    let collector = Caller::anonymous(&host.url()).login("sun@example.org").await;
    let connection = Connection::open(state.path().join("sqlite_db.db")).expect("the database");
    connection.execute("UPDATE jobs SET run_at = 1 WHERE kind = 'import_discogs'", []).expect("the lease has expired");
    let done = finish(&collector).await;
    assert_eq!(done["state"], "idle", "{done}");
    assert_eq!(total(&collector).await, 918);
    let copies =
        "SELECT count(*) || ' ' || count(DISTINCT uid) || ' ' || (SELECT count(*) FROM records) FROM discogs_copies";
    let copies: String = connection.query_row(copies, [], |row| row.get(0)).expect("counts");
    assert_eq!(copies, "918 918 918");
    let pages = discogs.count("/users/sun.ra/collection/folders/0/releases");
    assert!(pages <= 12, "{pages} requests for 10 pages");
}

//! `/api/collection/enrichment`: what albums lack is filled from their releases.

mod budget;
mod faults;
mod people;

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use stand_ins::discogs::Pressing;
use tests::Caller;

use super::DiscogsSetup;

pub const ENRICHMENT: &str = "/api/collection/enrichment";
const TOKEN: &str = "0123456789abcdefghijklmnopqrstuv";

pub async fn start() -> DiscogsSetup {
    DiscogsSetup::with(&[("discogs_token", "a-token"), ("jobs_token", TOKEN)]).await
}

/// An album as an import brings it: without what only the release has.
pub fn bare(pressing: &Pressing) -> Value {
    json!({"artist": pressing.artist, "album": pressing.title, "discogs_id": pressing.id})
}

/// The first releases of the catalogue that have a cover.
pub fn releases(setup: &DiscogsSetup, count: usize) -> Vec<&Pressing> {
    setup.firsts().into_iter().filter(|pressing| pressing.has_image()).take(count).collect()
}

pub async fn add_all(caller: &Caller, albums: &[Value]) {
    caller.post("/api/collection/sync", json!({"albums": albums})).await.expect(200);
}

pub async fn progress(caller: &Caller) -> Value {
    caller.get(ENRICHMENT).await.expect(200).json()
}

pub async fn act(caller: &Caller, action: &str) -> Value {
    caller.post(ENRICHMENT, json!({"action": action})).await.expect(202).json()
}

pub async fn run_jobs(setup: &DiscogsSetup) {
    let scheduler = setup.app.anonymous().bearing(TOKEN);
    scheduler.send(scheduler.request(Method::POST, "/system/jobs/run")).await.expect(200);
}

/// Runs jobs until the progress of an account is as wanted.
pub async fn until(setup: &DiscogsSetup, caller: &Caller, is_reached: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        run_jobs(setup).await;
        let progress = progress(caller).await;
        if is_reached(&progress) {
            return progress;
        }
        assert!(Instant::now() < deadline, "{progress}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn finish(setup: &DiscogsSetup, caller: &Caller) -> Value {
    until(setup, caller, |progress| progress["state"] == "idle" && progress["total"] != 0).await
}

/// The number of requests for releases.
pub fn asked(setup: &DiscogsSetup) -> usize {
    setup.discogs.count("/releases/")
}

pub fn counts(progress: &Value) -> [i64; 5] {
    ["total", "filled", "waiting", "nothing", "failed"].map(|name| progress[name].as_i64().expect(name))
}

#[tokio::test(flavor = "multi_thread")]
async fn albums_are_filled_newest_first_with_one_request_for_each_release() {
    let setup = start().await;
    assert_eq!(counts(&progress(&setup.collector).await), [0; 5]);
    let mut albums: Vec<Value> = releases(&setup, 8).into_iter().map(bare).collect();
    albums.push(albums[0].clone());
    albums.push(json!({"artist": "No", "album": "Number"}));
    add_all(&setup.collector, &albums).await;
    let done = finish(&setup, &setup.collector).await;
    assert_eq!((counts(&done), &done["failures"]), ([10, 9, 0, 1, 0], &json!([])));
    assert_eq!((&done["seconds_left"], &done["error"]), (&json!(0), &json!(null)));
    assert_eq!((asked(&setup), setup.discogs.repeated("/releases/")), (8, vec![]));

    let firsts = releases(&setup, 8);
    let order: Vec<String> = setup.discogs.received().into_iter().map(|request| request.path).collect();
    // The copy of the first album was added last but one.
    let expected = [0, 7, 6, 5, 4, 3, 2, 1].map(|index| format!("/releases/{}", firsts[index].id));
    assert_eq!(order, expected);
    let albums = setup.collector.list("").await;
    let album = albums.iter().find(|album| album["discogs_id"] == firsts[3].id).expect("an album");
    for field in ["cover", "genre", "country", "label", "catno", "format"] {
        assert!(album[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {album}");
    }
    assert_eq!(album["year"], firsts[3].year);
    let cover = album["cover"].as_str().expect("a cover");
    setup.app.anonymous().get(cover).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_asked_for_once_for_all_accounts() {
    let setup = start().await;
    let other = setup.app.collector().await;
    let albums: Vec<Value> = releases(&setup, 6).into_iter().map(bare).collect();
    add_all(&setup.collector, &albums).await;
    add_all(&other, &albums[2..]).await;
    finish(&setup, &setup.collector).await;
    assert_eq!(counts(&finish(&setup, &other).await), [4, 4, 0, 0, 0]);
    assert_eq!((asked(&setup), setup.discogs.repeated("/releases/")), (6, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_starts_it_and_a_pause_stops_it() {
    let setup = start().await;
    let caller = &setup.collector;
    assert_eq!(act(caller, "pause").await["state"], "paused");
    let first = releases(&setup, 1)[0];
    let csv = format!("Artist,Title,release_id\n{},{},{}\n", first.artist, first.title, first.id);
    caller.raw(Method::POST, "/api/collection/import", "text/csv", csv).await.expect(200);
    run_jobs(&setup).await;
    assert_eq!((&progress(caller).await["state"], asked(&setup)), (&json!("paused"), 0));
    act(caller, "start").await;
    assert_eq!(counts(&finish(&setup, caller).await), [1, 1, 0, 0, 0]);
    assert_eq!(act(caller, "pause").await["state"], "paused");

    caller.post(ENRICHMENT, json!({"action": "stop"})).await.problem(422, "invalid_input");
    setup.app.anonymous().get(ENRICHMENT).await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_an_album_fills_it_at_once() {
    let setup = start().await;
    let caller = &setup.collector;
    act(caller, "pause").await;
    let pressings = releases(&setup, 2);
    add_all(caller, &[bare(pressings[0]), bare(pressings[1])]).await;
    setup.get(&format!("/api/discogs/releases/{}", pressings[0].id)).await;
    let albums = caller.list("?sort=-added").await;
    let of = |pressing: &Pressing| albums.iter().find(|album| album["discogs_id"] == pressing.id).expect("an album");
    assert!(of(pressings[0])["cover"].is_string() && of(pressings[0])["genre"].is_string());
    assert!(of(pressings[1])["cover"].is_null());
    // Another look writes nothing.
    let version = of(pressings[0])["version"].clone();
    setup.get(&format!("/api/discogs/releases/{}", pressings[0].id)).await;
    let album = caller.get(&format!("/api/collection/{}", of(pressings[0])["id"])).await.expect(200).json();
    assert_eq!(album["version"], version);
}

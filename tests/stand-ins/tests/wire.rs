//! What a client sees of the stand-ins, over HTTP.

use std::time::Duration;

use reqwest::{Client, StatusCode, header, redirect::Policy};
use serde_json::Value;
use stand_ins::{CoverArtArchive, Discogs, Fault, MusicBrainz, discogs::Account};

fn client() -> Client {
    Client::builder().user_agent("Test/1.0 (https://example.org)").redirect(Policy::none()).build().expect("a client")
}

async fn get(address: &str, token: Option<&str>) -> (StatusCode, Value) {
    let mut request = client().get(address);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Discogs token={token}"));
    }
    let response = request.send().await.expect("an answer");
    (response.status(), response.json().await.unwrap_or_default())
}

async fn location(address: &str) -> (StatusCode, String) {
    let response = client().get(address).send().await.expect("an answer");
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    (response.status(), location.to_owned())
}

#[tokio::test]
async fn a_collection_is_read_in_pages_of_a_hundred_and_strangers_see_less() {
    let discogs = Discogs::with_generated(5_000).await;
    assert!(discogs.pressings().len() > 5_000);
    let account = Account::new("Nina").with_token("secret").with_copies(discogs.pressings().iter().rev().take(980));
    assert_eq!(account.copies.len(), 999);
    discogs.add_account(account.with_wants(&discogs.pressings()[..3]));
    let user = format!("{}/users/nina", discogs.url());
    let page = |number: usize| format!("{user}/collection/folders/0/releases?per_page=100&page={number}");
    let mut instances = std::collections::BTreeSet::new();
    for number in 1..=10 {
        let (status, body) = get(&page(number), None).await;
        assert_eq!((status, body["pagination"]["items"].as_u64()), (StatusCode::OK, Some(999)));
        let rows = body["releases"].as_array().expect("copies");
        instances.extend(rows.iter().map(|row| row["instance_id"].as_u64().expect("an instance")));
        let first = &rows[0]["basic_information"];
        assert!(first["genres"].is_array() && first["formats"][0]["qty"].is_string(), "{first}");
        assert_eq!(first["cover_image"], "", "without credentials there is no image");
        assert!(!rows.iter().any(|row| row["notes"].to_string().contains("Bought")), "notes are the owner's");
    }
    assert_eq!((instances.len(), discogs.repeated("/users/").len()), (999, 1));
    let owner = get(&page(1), Some("secret")).await.1.to_string();
    assert!(owner.contains("Bought at a fair") && owner.contains("/images/"));

    let folders = format!("{user}/collection/folders");
    assert_eq!(get(&folders, None).await.1["folders"].as_array().map(Vec::len), Some(1));
    discogs.next_minute();
    assert_eq!(get(&folders, Some("secret")).await.1["folders"].as_array().map(Vec::len), Some(5));
    assert_eq!(get(&format!("{user}/collection/folders/101/releases"), None).await.0, StatusCode::FORBIDDEN);
    assert_eq!(get(&format!("{user}/wants"), None).await.1["wants"].as_array().map(Vec::len), Some(3));
    assert_eq!(get(&format!("{}/users/nobody/wants", discogs.url()), None).await.0, StatusCode::NOT_FOUND);
    discogs.edit_account("nina", |account| account.is_private = true);
    assert_eq!(get(&page(1), None).await.0, StatusCode::FORBIDDEN);
    let identity = format!("{}/oauth/identity", discogs.url());
    assert_eq!(get(&identity, Some("secret")).await.1["username"], "Nina");

    let add = client().post(format!("{user}/collection/folders/1/releases/{}", discogs.pressings()[0].id));
    let added = add.header(header::AUTHORIZATION, "Discogs token=secret").send().await.expect("an answer");
    assert_eq!(added.status(), StatusCode::CREATED);
    assert_eq!(discogs.additions()[0].release_id, discogs.pressings()[0].id);
    discogs.revoke("secret");
    assert_eq!(get(&identity, Some("secret")).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn faults_are_switched_on_by_path_and_by_release() {
    let discogs = Discogs::start().await;
    let release = |index: usize| format!("{}/releases/{}", discogs.url(), discogs.pressings()[index].id);
    let (merged, into) = (discogs.pressings()[0].id, discogs.pressings()[1].id);
    discogs.merge(merged, into);
    discogs.remove(discogs.pressings()[2].id);
    let moved = location(&release(0)).await;
    assert_eq!(moved, (StatusCode::MOVED_PERMANENTLY, format!("{}/releases/{into}", discogs.url())));
    assert_eq!(get(&release(2), None).await.0, StatusCode::NOT_FOUND);
    discogs.make_image_html(discogs.pressings()[3].id);
    let document = get(&release(3), Some("token")).await.1;
    let image =
        client().get(document["images"][0]["uri"].as_str().expect("an address")).send().await.expect("an answer");
    assert_eq!(image.headers()[header::CONTENT_TYPE], "image/jpeg");
    assert!(image.text().await.expect("a text").starts_with("<!doctype html>"));

    discogs.at("/releases/", Some(Fault::unavailable(3)));
    assert_eq!(get(&release(1), None).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(get(&format!("{}/masters/20001", discogs.url()), None).await.0, StatusCode::OK);
    discogs.at("/releases/", None);
    discogs.clock_speed(600);
    discogs.limit(Some(1));
    discogs.next_minute();
    let statuses = [get(&release(1), None).await.0, get(&release(1), None).await.0];
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!((statuses[0], get(&release(1), None).await.0), (StatusCode::OK, StatusCode::OK));
}

#[tokio::test]
async fn musicbrainz_answers_one_request_a_second() {
    let discogs = Discogs::with_generated(500).await;
    let musicbrainz = MusicBrainz::start(discogs.pressings()).await;
    let mut all = discogs.pressings().iter();
    let pressing = all.find(|one| one.barcode.is_some() && MusicBrainz::is_linked(one.id)).expect("a pressing");
    let (mbid, barcode) =
        (musicbrainz.mbid(pressing.id).expect("a twin"), pressing.barcode.clone().unwrap_or_default());
    let base = format!("{}/ws/2", musicbrainz.url());
    let by_barcode = format!("{base}/release?query=barcode:{barcode}&fmt=json&limit=5");
    let found = get(&by_barcode, None).await.1;
    assert_eq!((found["releases"][0]["id"].as_str(), found["releases"][0]["score"].as_u64()), (Some(mbid), Some(100)));
    assert_eq!(get(&by_barcode, None).await.0, StatusCode::SERVICE_UNAVAILABLE);
    musicbrainz.clock_speed(1_000_000);
    let resource = format!("https://www.discogs.com/release/{}", pressing.id);
    let link = get(&format!("{base}/url?resource={resource}&inc=release-rels&fmt=json"), None).await.1;
    assert_eq!(link["relations"][0]["release"]["id"].as_str(), Some(mbid));
    let release = get(&format!("{base}/release/{mbid}?inc=recordings+labels&fmt=json"), None).await.1;
    assert!(release["media"][0]["tracks"][0]["title"].is_string() && release["label-info"].is_array(), "{release}");
    assert_eq!(get(&format!("{base}/release?query=release:What%3F!&fmt=json"), None).await.0, StatusCode::BAD_REQUEST);
    let without_contact = Client::builder().user_agent("curl/8.0").build().expect("a client");
    let refused = without_contact.get(&by_barcode).send().await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_cover_is_two_redirects_away() {
    let discogs = Discogs::start().await;
    let musicbrainz = MusicBrainz::start(discogs.pressings()).await;
    let covers = CoverArtArchive::start(discogs.pressings()).await;
    let mut twins = discogs.pressings().iter().filter(|one| musicbrainz.mbid(one.id).is_some());
    let with = twins.clone().find(|one| CoverArtArchive::has_front(one)).expect("a cover");
    let without = twins.find(|one| !CoverArtArchive::has_front(one)).expect("a release without a cover");
    let front = |id| format!("{}/release/{}/front-500", covers.url(), musicbrainz.mbid(id).unwrap_or_default());
    assert_eq!(location(&front(without.id)).await.0, StatusCode::NOT_FOUND);
    let (first, archive) = location(&front(with.id)).await;
    let (second, storage) = location(&archive).await;
    assert_eq!((first, second), (StatusCode::TEMPORARY_REDIRECT, StatusCode::FOUND));
    assert!(archive.starts_with(&covers.archive.url()) && storage.starts_with(&covers.storage.url()));
    let image = client().get(&storage).send().await.expect("an answer");
    assert!(image.bytes().await.expect("an image").starts_with(b"\x89PNG"));
    covers.next(Fault::Redirect("http://127.0.0.1:1/x.jpg".to_owned()));
    assert_eq!(location(&front(with.id)).await, (StatusCode::FOUND, "http://127.0.0.1:1/x.jpg".to_owned()));
}

//! `GET /api/discogs/search`.

use serde_json::json;
use stand_ins::Fault;

use super::{DiscogsSetup, PASTEL_BLUES, SEARCH, search_for};

#[tokio::test(flavor = "multi_thread")]
async fn the_best_match_is_the_first_pressing_on_vinyl() {
    let setup = DiscogsSetup::start().await;
    let found = setup.get(PASTEL_BLUES).await;
    assert_eq!(found["title"], "Nina Simone - Pastel Blues");
    assert_eq!((&found["year"], &found["format"]), (&json!(1965), &json!("LP, Album")));
    assert_eq!((&found["price"], &found["cached"], &found["confident"]), (&json!(null), &json!(false), &json!(true)));
    assert_eq!((&found["score"], &found["reason"]), (&json!(1.0), &json!(null)));
    // The reissue on vinyl precedes the CD.
    let formats: Vec<_> =
        found["alternatives"].as_array().expect("a list").iter().map(|row| &row["formats"][0]).collect();
    assert_eq!(formats, ["Vinyl", "CD"]);
    assert_eq!(found["attribution"]["text"], "Data provided by Discogs.");
    assert!(found["attribution"]["notice"].as_str().expect("a notice").contains("not affiliated"));
    assert!(found["cover"].as_str().expect("a cover").starts_with("/cache/images/"));

    let reissue = setup.get(&format!("{PASTEL_BLUES}&year=2005")).await;
    assert_eq!((&reissue["year"], &reissue["id"]), (&json!(2005), &found["alternatives"][0]["id"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_album_of_the_catalogue_is_found_by_artist_and_title() {
    let setup = DiscogsSetup::start().await;
    setup.discogs.limit(Some(5_000));
    setup.get(PASTEL_BLUES).await;
    let firsts = setup.firsts();
    assert!(firsts.len() > 100, "{}", firsts.len());
    for first in firsts {
        let found = setup.get(&search_for(first.artist, first.title)).await;
        match (first.artist, first.title) {
            // Two albums have this name; the year decides.
            ("Fleetwood Mac", "Fleetwood Mac") => {
                assert_eq!((&found["id"], &found["reason"]), (&json!(null), &json!("ambiguous")));
                let year = format!("{}&year={}", search_for(first.artist, first.title), first.year);
                assert_eq!(setup.get(&year).await["id"], first.id);
            }
            _ => assert_eq!(found["id"], first.id, "{} - {}: {found}", first.artist, first.title),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uncertain_match_is_listed_only_as_an_alternative() {
    let setup = DiscogsSetup::start().await;
    for (artist, album, reason) in
        [("Miles Davis", "Blue", "far"), ("Can", "Tago", "far"), ("Nobody At All", "Nothing Whatsoever", "none")]
    {
        let found = setup.get(&search_for(artist, album)).await;
        assert_eq!((&found["confident"], &found["reason"]), (&json!(false), &json!(reason)), "{artist}: {found}");
        for field in ["id", "title", "year", "cover", "price", "artist", "uri"] {
            assert_eq!(found[field], json!(null), "{field}");
        }
        assert!(found["score"].as_f64().expect("a score") < 0.8, "{found}");
        assert_eq!(found["alternatives"].as_array().expect("a list").is_empty(), reason == "none", "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_barcode_finds_its_pressing_in_every_notation() {
    let setup = DiscogsSetup::start().await;
    let wanted = setup.discogs.pressings().iter().find(|pressing| pressing.barcode.is_some()).expect("a pressing");
    let code = wanted.barcode.clone().expect("a barcode");
    for text in
        [code.clone(), wanted.printed_barcode().expect("a barcode"), format!("0{code}"), code.replace("0", "0-")]
    {
        let page = setup.get(&format!("/api/discogs/search?barcode={}", text.replace(' ', "+"))).await;
        assert_eq!((&page["total"], &page["items"][0]["id"]), (&json!(1), &json!(wanted.id)), "{text}: {page}");
        assert_eq!((&page["items"][0]["exact"], &page["items"][0]["barcode"]), (&json!(true), &json!(code)));
    }
    assert_eq!(setup.discogs.count(SEARCH), 1, "all notations are one search");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_barcode_is_refused_without_asking_discogs() {
    let setup = DiscogsSetup::start().await;
    for text in ["072064000006", "1234567890123", "12345", "DGC-24425", "0000000000001"] {
        let faults = setup.collector.get(&format!("/api/discogs/search?barcode={text}")).await.faults();
        assert_eq!(faults, ["barcode"], "{text}");
    }
    assert_eq!(setup.discogs.received().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_number_finds_its_pressing() {
    let setup = DiscogsSetup::start().await;
    let wanted = &setup.discogs.pressings()[7];
    let written = wanted.catno.to_lowercase().replace(' ', "-");
    let page = setup.get(&format!("/api/discogs/search?catno={written}")).await;
    assert_eq!((&page["items"][0]["id"], &page["items"][0]["exact"]), (&json!(wanted.id), &json!(true)), "{page}");
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_list_every_result_exactly_once() {
    let setup = DiscogsSetup::start().await;
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    let total = loop {
        let page = setup.get(&format!("/api/discogs/search?q=kraftwerk&limit=4{cursor}")).await;
        ids.extend(page["items"].as_array().expect("items").iter().map(|item| item["id"].to_string()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break page["total"].clone(),
        }
    };
    let expected = setup.discogs.pressings().iter().filter(|pressing| pressing.artist == "Kraftwerk").count();
    assert_eq!((ids.len(), total), (expected, json!(expected)));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_parameters_are_named() {
    let setup = DiscogsSetup::start().await;
    for (query, fields) in [
        ("", &["q"][..]),
        ("?artist=x", &["album"]),
        ("?album=x", &["artist"]),
        ("?q=x&barcode=072064000005", &["barcode"]),
        ("?q=x&limit=0", &["limit"]),
        ("?q=x&limit=101", &["limit"]),
        ("?q=x&cursor=-1", &["cursor"]),
        ("?q=x&year=1999", &["year"]),
        ("?artist=x&album=y&year=99", &["year"]),
        ("?artist=x&album=y&titel=z", &["titel"]),
        ("?q=x&q=y", &["q"]),
    ] {
        assert_eq!(setup.collector.get(&format!("/api/discogs/search{query}")).await.faults(), fields, "{query}");
    }
    let long = format!("/api/discogs/search?q={}", "x".repeat(201));
    assert_eq!(setup.collector.get(&long).await.faults(), ["q"]);
    assert_eq!(setup.discogs.received().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_sent_to_discogs_and_are_in_no_answer() {
    for (variables, expected) in [
        (&[("discogs_token", "t0ken")][..], "Discogs token=t0ken"),
        (&[("discogs_key", "k3y"), ("discogs_secret", "s3cret")], "Discogs key=k3y, secret=s3cret"),
        (&[], ""),
    ] {
        let setup = DiscogsSetup::with(variables).await;
        let answer = setup.collector.get(PASTEL_BLUES).await.expect(200);
        let request = &setup.discogs.received()[0];
        assert_eq!(request.header("authorization"), expected);
        assert_eq!(request.header("accept"), "application/vnd.discogs.v2.discogs+json");
        assert!(request.header("user-agent").starts_with("VinylVault/"), "{}", request.header("user-agent"));
        assert!(!request.headers.contains_key("transfer-encoding"), "{:?}", request.headers);
        for secret in ["t0ken", "k3y", "s3cret", &setup.discogs.url()] {
            assert!(!answer.text().contains(secret) && !format!("{:?}", answer.headers).contains(secret), "{secret}");
        }
        // Without credentials Discogs leaves out the images, and nothing else.
        assert_eq!(answer.json()["cover"].is_null(), expected.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_configuration_is_a_500_without_details() {
    for variables in
        [&[("discogs_token", "wrong")][..], &[("discogs_key", "without a secret")], &[("discogs_currency", "DM")]]
    {
        let setup = DiscogsSetup::with(variables).await;
        let problem = setup.collector.get(PASTEL_BLUES).await.problem(500, "misconfigured");
        assert!(!problem.to_string().contains("discogs_"), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anonymous_lookups_need_the_variable_public_lookup() {
    let closed = DiscogsSetup::start().await;
    closed.app.anonymous().get(PASTEL_BLUES).await.problem(401, "unauthenticated");
    assert_eq!(closed.discogs.received().len(), 0);
    let open = DiscogsSetup::with(&[("public_lookup", "true")]).await;
    open.app.anonymous().get(PASTEL_BLUES).await.expect(200);
    // A token that is sent must still be valid.
    open.app.anonymous().bearing("nonsense").get(PASTEL_BLUES).await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn results_that_are_not_releases_are_left_out() {
    let setup = DiscogsSetup::start().await;
    let rows = r#"{"pagination":{"page":1,"pages":1,"items":4},
        "results":[7,{"id":"x"},{"id":1,"type":"artist","title":"Nina Simone"},
        {"id":5,"type":"release","title":"Nina Simone - Pastel Blues","year":"","format":["Vinyl"],
        "label":["A","A"],"barcode":["x"],"cover_image":""}]}"#;
    setup.discogs.next(Fault::json(200, rows));
    let page = setup.get("/api/discogs/search?q=x").await;
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    let row = &page["items"][0];
    assert_eq!((&row["id"], &row["label"]), (&json!(5), &json!("A")));
    assert_eq!((&row["year"], &row["barcode"], &row["cover"]), (&json!(null), &json!(null), &json!(null)));
}

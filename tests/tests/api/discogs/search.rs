//! `GET /api/discogs/search`.

use serde_json::json;
use stand_ins::Fault;

use super::{PASTEL_BLUES, SEARCH, Shop, search_for};

#[tokio::test(flavor = "multi_thread")]
async fn the_best_match_is_the_first_pressing_on_vinyl() {
    let shop = Shop::open().await;
    let found = shop.get(PASTEL_BLUES).await;
    assert_eq!(found["title"], "Nina Simone - Pastel Blues");
    assert_eq!((&found["year"], &found["format"]), (&json!(1965), &json!("LP, Album")));
    assert_eq!((&found["price"], &found["cached"], &found["confident"]), (&json!(null), &json!(false), &json!(true)));
    assert_eq!((&found["score"], &found["reason"]), (&json!(1.0), &json!(null)));
    // The reissue before the CD.
    let formats: Vec<_> =
        found["alternatives"].as_array().expect("a list").iter().map(|row| &row["formats"][0]).collect();
    assert_eq!(formats, ["Vinyl", "CD"]);
    assert_eq!(found["attribution"]["text"], "Data provided by Discogs.");
    assert!(found["attribution"]["notice"].as_str().expect("a notice").contains("not affiliated"));
    assert!(found["cover"].as_str().expect("a cover").starts_with("/cache/images/"));

    let reissue = shop.get(&format!("{PASTEL_BLUES}&year=2005")).await;
    assert_eq!((&reissue["year"], &reissue["id"]), (&json!(2005), &found["alternatives"][0]["id"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_album_of_the_catalogue_is_found_by_its_names() {
    let shop = Shop::open().await;
    shop.discogs.limit(Some(5_000));
    shop.get(PASTEL_BLUES).await;
    let firsts = shop.firsts();
    assert!(firsts.len() > 100, "{}", firsts.len());
    for first in firsts {
        let found = shop.get(&search_for(first.artist, first.title)).await;
        match (first.artist, first.title) {
            // There are two; a year tells them apart.
            ("Fleetwood Mac", "Fleetwood Mac") => {
                assert_eq!((&found["id"], &found["reason"]), (&json!(null), &json!("ambiguous")));
                let year = format!("{}&year={}", search_for(first.artist, first.title), first.year);
                assert_eq!(shop.get(&year).await["id"], first.id);
            }
            _ => assert_eq!(found["id"], first.id, "{} - {}: {found}", first.artist, first.title),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_match_is_better_than_a_wrong_one() {
    let shop = Shop::open().await;
    for (artist, album, reason) in
        [("Miles Davis", "Blue", "far"), ("Can", "Tago", "far"), ("Nobody At All", "Nothing Whatsoever", "none")]
    {
        let found = shop.get(&search_for(artist, album)).await;
        assert_eq!((&found["confident"], &found["reason"]), (&json!(false), &json!(reason)), "{artist}: {found}");
        for field in ["id", "title", "year", "cover", "price", "artist", "uri"] {
            assert_eq!(found[field], json!(null), "{field}");
        }
        assert!(found["score"].as_f64().expect("a score") < 0.8, "{found}");
        assert_eq!(found["alternatives"].as_array().expect("a list").is_empty(), reason == "none", "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_barcode_finds_its_pressing_however_it_is_written() {
    let shop = Shop::open().await;
    let wanted = shop.discogs.pressings().iter().find(|one| one.barcode.is_some()).expect("one with a barcode");
    let code = wanted.barcode.clone().expect("a barcode");
    for text in
        [code.clone(), wanted.printed_barcode().expect("a barcode"), format!("0{code}"), code.replace("0", "0-")]
    {
        let page = shop.get(&format!("/api/discogs/search?barcode={}", text.replace(' ', "+"))).await;
        assert_eq!((&page["total"], &page["items"][0]["id"]), (&json!(1), &json!(wanted.id)), "{text}: {page}");
        assert_eq!((&page["items"][0]["exact"], &page["items"][0]["barcode"]), (&json!(true), &json!(code)));
    }
    assert_eq!(shop.discogs.count(SEARCH), 1, "it is one question");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_barcode_is_told_without_asking_discogs() {
    let shop = Shop::open().await;
    for text in ["072064000006", "1234567890123", "12345", "DGC-24425", "0000000000001"] {
        let faults = shop.collector.get(&format!("/api/discogs/search?barcode={text}")).await.faults();
        assert_eq!(faults, ["barcode"], "{text}");
    }
    assert_eq!(shop.discogs.received().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_number_finds_its_pressing() {
    let shop = Shop::open().await;
    let wanted = &shop.discogs.pressings()[7];
    let written = wanted.catno.to_lowercase().replace(' ', "-");
    let page = shop.get(&format!("/api/discogs/search?catno={written}")).await;
    assert_eq!((&page["items"][0]["id"], &page["items"][0]["exact"]), (&json!(wanted.id), &json!(true)), "{page}");
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_every_candidate_once() {
    let shop = Shop::open().await;
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    let total = loop {
        let page = shop.get(&format!("/api/discogs/search?q=kraftwerk&limit=4{cursor}")).await;
        ids.extend(page["items"].as_array().expect("items").iter().map(|item| item["id"].to_string()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break page["total"].clone(),
        }
    };
    let expected = shop.discogs.pressings().iter().filter(|one| one.artist == "Kraftwerk").count();
    assert_eq!((ids.len(), total), (expected, json!(expected)));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_none_is_refused_by_field() {
    let shop = Shop::open().await;
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
        assert_eq!(shop.collector.get(&format!("/api/discogs/search{query}")).await.faults(), fields, "{query}");
    }
    let long = format!("/api/discogs/search?q={}", "x".repeat(201));
    assert_eq!(shop.collector.get(&long).await.faults(), ["q"]);
    assert_eq!(shop.discogs.received().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn discogs_is_told_who_asks_and_nobody_else_the_keys() {
    for (variables, expected) in [
        (&[("discogs_token", "t0ken")][..], "Discogs token=t0ken"),
        (&[("discogs_key", "k3y"), ("discogs_secret", "s3cret")], "Discogs key=k3y, secret=s3cret"),
        (&[], ""),
    ] {
        let shop = Shop::with(variables).await;
        let answer = shop.collector.get(PASTEL_BLUES).await.expect(200);
        let request = &shop.discogs.received()[0];
        assert_eq!(request.header("authorization"), expected);
        assert_eq!(request.header("accept"), "application/vnd.discogs.v2.discogs+json");
        assert!(request.header("user-agent").starts_with("VinylVault/"), "{}", request.header("user-agent"));
        assert!(!request.headers.contains_key("transfer-encoding"), "{:?}", request.headers);
        for secret in ["t0ken", "k3y", "s3cret", &shop.discogs.url()] {
            assert!(!answer.text().contains(secret) && !format!("{:?}", answer.headers).contains(secret), "{secret}");
        }
        // Without credentials there are no images, and all the rest.
        assert_eq!(answer.json()["cover"].is_null(), expected.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_variables_are_the_operators_to_know() {
    for variables in
        [&[("discogs_token", "wrong")][..], &[("discogs_key", "without a secret")], &[("discogs_currency", "DM")]]
    {
        let shop = Shop::with(variables).await;
        let problem = shop.collector.get(PASTEL_BLUES).await.problem(500, "misconfigured");
        assert!(!problem.to_string().contains("discogs_"), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lookups_without_an_account_are_the_operators_to_allow() {
    let closed = Shop::open().await;
    closed.app.anonymous().get(PASTEL_BLUES).await.problem(401, "unauthenticated");
    assert_eq!(closed.discogs.received().len(), 0);
    let open = Shop::with(&[("public_lookup", "true")]).await;
    open.app.anonymous().get(PASTEL_BLUES).await.expect(200);
    // A token that is sent must be good all the same.
    open.app.anonymous().bearing("nonsense").get(PASTEL_BLUES).await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_no_releases_are_left_out() {
    let shop = Shop::open().await;
    let rows = r#"{"pagination":{"page":1,"pages":1,"items":4},"results":[7,{"id":"x"},{"id":1,"type":"artist","title":"Nina Simone"},
        {"id":5,"type":"release","title":"Nina Simone - Pastel Blues","year":"","format":["Vinyl"],"label":["A","A"],"barcode":["x"],"cover_image":""}]}"#;
    shop.discogs.next(Fault::json(200, rows));
    let page = shop.get("/api/discogs/search?q=x").await;
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    let row = &page["items"][0];
    assert_eq!((&row["id"], &row["label"]), (&json!(5), &json!("A")));
    assert_eq!((&row["year"], &row["barcode"], &row["cover"]), (&json!(null), &json!(null), &json!(null)));
}

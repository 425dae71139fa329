//! `GET /api/collection`: order, filters, search, pages and ETags.

use serde_json::{Value, json};
use tests::{App, Caller, records};

async fn shelf(app: &App) -> Caller {
    let collector = app.collector().await;
    for (artist, album, genre, year, format) in [
        ("The Beatles", "Revolver", "Rock", 1966, "LP, Album"),
        ("ABBA", "Arrival", "Pop", 1976, "LP"),
        ("beck", "Odelay", "Rock", 1996, "LP, Album, Reissue"),
        ("Miles Davis", "Kind of Blue", "Jazz", 1959, "LP, Mono"),
        ("Miles Davis", "Bitches Brew", "Jazz", 1970, "2xLP"),
    ] {
        collector.add(json!({"artist": artist, "album": album, "genre": genre, "year": year, "format": format})).await;
    }
    collector
}

fn titles(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["album"].as_str().unwrap_or_default()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_sorted_like_a_shelf_by_default() {
    let app = App::start().await;
    let collector = shelf(&app).await;
    assert_eq!(titles(&collector.list("").await), ["Arrival", "Revolver", "Odelay", "Bitches Brew", "Kind of Blue"]);
    let by_year = titles(&collector.list("?sort=-year").await).join(",");
    assert_eq!(by_year, "Odelay,Arrival,Bitches Brew,Revolver,Kind of Blue");
    assert_eq!(titles(&collector.list("?sort=added").await)[0], "Revolver");
    assert_eq!(titles(&collector.list("?sort=-added").await)[0], "Bitches Brew");
    for sort in ["artist", "album", "year", "added", "updated", "rating", "price"] {
        assert_eq!(collector.list(&format!("?sort={sort}")).await.len(), 5, "{sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_can_be_combined() {
    let app = App::start().await;
    let collector = shelf(&app).await;
    for (query, expected) in [
        ("?artist=beatles", "Revolver"),
        ("?artist=the%20BEATLES", "Revolver"),
        ("?genre=jazz", "Bitches Brew,Kind of Blue"),
        ("?decade=1970", "Arrival,Bitches Brew"),
        ("?decade=1970s&genre=Jazz", "Bitches Brew"),
        ("?format=reissue", "Odelay"),
        ("?format=issue", ""),
        ("?crate=none", ""),
    ] {
        assert_eq!(titles(&collector.list(query).await).join(","), expected, "{query}");
    }
    let page = collector.get("/api/collection?genre=jazz&limit=1").await.expect(200).json();
    assert_eq!(page["total"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_words_by_prefix_in_every_text_field() {
    let app = App::start().await;
    let collector = shelf(&app).await;
    collector.add(records::full()).await;
    for (words, expected) in [
        ("mil", "Bitches Brew,Kind of Blue"),
        ("mil+blu", "Kind of Blue"),
        ("sigur+ros", "Ágætis byrjun \"2LP\" <&> 日本盤 🎧"),
        ("rainy", "Ágætis byrjun \"2LP\" <&> 日本盤 🎧"),
        ("smekkleysa", "Ágætis byrjun \"2LP\" <&> 日本盤 🎧"),
        ("u1", ""),
        ("owner%3Au1+OR+miles", ""),
        ("%22", "Arrival,Revolver,Odelay,Bitches Brew,Kind of Blue,Ágætis byrjun \"2LP\" <&> 日本盤 🎧"),
    ] {
        assert_eq!(titles(&collector.list(&format!("?q={words}")).await).join(","), expected, "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_index_is_updated_by_every_write() {
    let app = App::start().await;
    let collector = app.collector().await;
    let created = collector.add(records::album("Fela Kuti", "Zombie")).await;
    let path = format!("/api/collection/{}", created["id"]);

    collector.patch(&path, json!({"notes": "dancing"})).await.expect(200);
    assert_eq!(collector.list("?q=dancing").await.len(), 1);
    collector.patch(&path, json!({"notes": null})).await.expect(200);
    assert_eq!(collector.list("?q=dancing").await.len(), 0);
    collector.delete(&path).await.expect(204);
    assert_eq!(collector.list("?q=zombie").await.len(), 0);
    collector.post(&format!("{path}/restore"), json!({})).await.expect(200);
    assert_eq!(collector.list("?q=zombie").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_list_every_album_exactly_once_in_every_order() {
    let app = App::start().await;
    let collector = app.collector().await;
    collector.post("/api/collection/sync", json!({"albums": records::many(57)})).await.expect(200);
    for sort in ["artist", "-artist", "year", "-year", "-added", "rating", "-price"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = collector.get(&format!("/api/collection?sort={sort}&limit=10{cursor}")).await.expect(200).json();
            assert_eq!(page["total"], 57);
            seen.extend(page["items"].as_array().expect("items").iter().map(|item| item["id"].to_string()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 57, "{sort}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 57, "{sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_remains_valid_when_albums_are_added_and_deleted() {
    let app = App::start().await;
    let collector = app.collector().await;
    for artist in ["A", "B", "C", "D", "E"] {
        collector.add(records::album(artist, "x")).await;
    }
    let page = collector.get("/api/collection?limit=2").await.expect(200).json();
    let cursor = page["next_cursor"].as_str().expect("a next page");
    collector.delete(&format!("/api/collection/{}", page["items"][0]["id"])).await.expect(204);
    collector.add(records::album("AA", "x")).await;
    let rest = collector.list(&format!("?limit=9&cursor={cursor}")).await;
    assert_eq!(rest.iter().map(|item| item["artist"].as_str().unwrap_or("")).collect::<String>(), "CDE");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_list_is_not_sent_again() {
    let app = App::start().await;
    let collector = shelf(&app).await;
    let first = collector.get("/api/collection").await.expect(200);
    let etag = first.header("etag").to_owned();
    let again = |etag: &str| {
        let request = collector.request(reqwest::Method::GET, "/api/collection").header("if-none-match", etag);
        collector.send(request)
    };

    let unchanged = again(&etag).await.expect(304);
    assert!(unchanged.body.is_empty());
    assert_eq!(unchanged.header("etag"), etag);

    collector
        .patch(&format!("/api/collection/{}", first.json()["items"][0]["id"]), json!({"rating": 5}))
        .await
        .expect(200);
    let changed = again(&etag).await.expect(200);
    assert_ne!(changed.header("etag"), etag);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_an_empty_collection_is_empty() {
    let app = App::start().await;
    let collector = app.collector().await;
    let page = collector.get("/api/collection").await.expect(200).json();
    assert_eq!(page, json!({"items": [], "next_cursor": null, "total": 0}));
}

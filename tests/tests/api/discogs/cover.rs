//! `GET /cache/images/{key}.jpg`.

use serde_json::Value;
use stand_ins::Fault;
use tests::Answer;

use super::{PASTEL_BLUES, Shop};

async fn address(shop: &Shop) -> String {
    shop.get(PASTEL_BLUES).await["cover"].as_str().expect("a cover").to_owned()
}

async fn cover(shop: &Shop, address: &str) -> Answer {
    // As an <img> asks: without a token.
    shop.app.anonymous().get(address).await.expect(200)
}

fn is_placeholder(answer: &Answer) -> bool {
    answer.header("content-type") == "image/svg+xml" && answer.text().contains("<svg")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_is_fetched_once_and_is_what_its_bytes_say() {
    let shop = Shop::open().await;
    let address = address(&shop).await;
    assert!(address.starts_with("/cache/images/") && address.ends_with(".jpg"), "{address}");
    for _ in 0..3 {
        let answer = cover(&shop, &address).await;
        assert_eq!(answer.header("content-type"), "image/png", "it is none that its name says");
        assert!(answer.body.starts_with(b"\x89PNG\r\n\x1a\n") && answer.body.ends_with(b"IEND\xaeB`\x82"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let caching = answer.header("cache-control");
        assert!(caching.contains("immutable") && caching.contains("private"), "{caching}");
    }
    assert_eq!(shop.discogs.count("/images/"), 1);
    // The credentials are for the API, not for whoever keeps the images.
    let image = shop.discogs.received().into_iter().find(|request| request.path.starts_with("/images/")).expect("one");
    assert_eq!(image.header("authorization"), "");
    // The whole of a large one comes through.
    let mut large = b"\xff\xd8\xff\xe0".to_vec();
    large.resize((5 << 20) - 1, 7);
    let thumb = shop.get(PASTEL_BLUES).await["thumb"].as_str().expect("a thumb").to_owned();
    shop.discogs.next(Fault::Answer(200, vec![("content-type", "text/html".to_owned())], large.clone()));
    let answer = cover(&shop, &thumb).await;
    assert_eq!(answer.header("content-type"), "image/jpeg");
    assert!(answer.body == large, "{} bytes", answer.body.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_cover_is_a_placeholder() {
    let html = || vec![("content-type", "image/jpeg".to_owned())];
    let mut large = b"\xff\xd8\xff".to_vec();
    large.resize((5 << 20) + 1, 7);
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#.to_vec();
    for fault in [
        Fault::Html,
        Fault::Answer(200, html(), large),
        Fault::Answer(200, html(), svg),
        Fault::Answer(200, html(), Vec::new()),
    ] {
        let shop = Shop::open().await;
        let address = address(&shop).await;
        shop.discogs.next(fault);
        let answer = cover(&shop, &address).await;
        assert!(is_placeholder(&answer), "{}", answer.header("content-type"));
        assert!(!answer.text().contains("alert"), "it is ours");
        assert!(!answer.header("cache-control").contains("immutable"));
        // A while later it may be there.
        shop.age(601);
        assert!(!is_placeholder(&cover(&shop, &address).await));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_leads_nowhere_but_to_covers() {
    let shop = Shop::open().await;
    let elsewhere = stand_ins::Discogs::start().await;
    let port = elsewhere.address().port();
    let thumb = shop.get(PASTEL_BLUES).await["thumb"].as_str().expect("a thumb").to_owned();
    for to in [
        format!("http://127.0.0.1:{port}/images/x/1-150.jpeg"),
        format!("http://localhost:{port}/images/x/1-150.jpeg"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        format!("//127.0.0.1:{port}/x"),
        "file:///etc/passwd".to_owned(),
    ] {
        shop.discogs.next(Fault::Redirect(to.clone()));
        assert!(is_placeholder(&cover(&shop, &thumb).await), "{to}");
        shop.age(601);
    }
    assert_eq!(elsewhere.received().len(), 0);
    // To another place of the same host it is followed; around in a circle for a while only.
    shop.discogs.next(Fault::Redirect("/images/spacer.gif".to_owned()));
    assert_eq!(cover(&shop, &thumb).await.header("content-type"), "image/gif");
    let address = address(&shop).await;
    shop.discogs.always(Some(Fault::Redirect(format!("{}/round", shop.discogs.url()))));
    assert!(is_placeholder(&cover(&shop, &address).await));
    assert!(shop.discogs.count("/round") <= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_an_answer_held_is_a_cover() {
    let shop = Shop::open().await;
    let url = shop.discogs.url().replace('/', "%2f");
    for file in ["0123456789abcdef0123456789abcdef.jpg", "x.jpg", "..%2f..%2fx.jpg", "x", &format!("{url}%2fx.jpg")] {
        shop.app.anonymous().get(&format!("/cache/images/{file}")).await.problem(404, "not_found");
    }
    assert_eq!(shop.discogs.received().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_outlives_the_signature_of_its_address() {
    let shop = Shop::open().await;
    let address = address(&shop).await;
    shop.discogs.sign_anew();
    let answer = cover(&shop, &address).await;
    assert_eq!(answer.header("content-type"), "image/png");
    // The old address, the release, the new address.
    let paths: Vec<_> = shop.discogs.received().into_iter().map(|request| request.path).collect();
    assert_eq!(paths.len(), 4, "{paths:?}");
    // The store is a cache: without it, the new address is known.
    shop.store().execute("DELETE FROM spin_key_value", []).expect("emptied");
    assert_eq!(cover(&shop, &address).await.header("content-type"), "image/png");
    assert_eq!(shop.discogs.received().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_without_an_image_has_no_cover() {
    let shop = Shop::open().await;
    let without = shop.discogs.pressings().iter().find(|one| !one.has_image()).expect("one").id;
    let release: Value = shop.get(&format!("/api/discogs/releases/{without}")).await;
    assert!(release["cover"].is_null() && release["images"] == serde_json::json!([]), "{release}");
}

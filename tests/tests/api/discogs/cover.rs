//! `GET /cache/images/{name}.jpg`.

use serde_json::Value;
use stand_ins::Fault;
use tests::Answer;

use super::{DiscogsSetup, PASTEL_BLUES};

async fn address(setup: &DiscogsSetup) -> String {
    setup.get(PASTEL_BLUES).await["cover"].as_str().expect("a cover").to_owned()
}

async fn cover(setup: &DiscogsSetup, address: &str) -> Answer {
    // Without a token, because an <img> element sends none.
    setup.app.anonymous().get(address).await.expect(200)
}

fn is_placeholder(answer: &Answer) -> bool {
    answer.header("content-type") == "image/svg+xml" && answer.text().contains("<svg")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_is_fetched_once_and_its_type_is_taken_from_its_bytes() {
    let setup = DiscogsSetup::start().await;
    let address = address(&setup).await;
    assert!(address.starts_with("/cache/images/") && address.ends_with(".jpg"), "{address}");
    for _ in 0..3 {
        let answer = cover(&setup, &address).await;
        assert_eq!(answer.header("content-type"), "image/png", "the name ends in .jpg");
        assert!(answer.body.starts_with(b"\x89PNG\r\n\x1a\n") && answer.body.ends_with(b"IEND\xaeB`\x82"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let caching = answer.header("cache-control");
        assert!(caching.contains("immutable") && caching.contains("private"), "{caching}");
    }
    assert_eq!(setup.discogs.count("/images/"), 1);
    // The credentials are sent to the API only, not to the host of the images.
    let image = setup
        .discogs
        .received()
        .into_iter()
        .find(|request| request.path.starts_with("/images/"))
        .expect("a request for an image");
    assert_eq!(image.header("authorization"), "");
    // An image just below the limit of 5 MiB is passed on in full.
    let mut large = b"\xff\xd8\xff\xc0\0\x11\x08\x02\x58\x02\x58\x03".to_vec();
    large.resize((5 << 20) - 1, 7);
    let thumb = setup.get(PASTEL_BLUES).await["thumb"].as_str().expect("a thumb").to_owned();
    setup.discogs.next(Fault::Answer(200, vec![("content-type", "text/html".to_owned())], large.clone()));
    let answer = cover(&setup, &thumb).await;
    assert_eq!(answer.header("content-type"), "image/jpeg");
    assert!(answer.body == large, "{} bytes", answer.body.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_an_image_becomes_a_placeholder() {
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
        let setup = DiscogsSetup::start().await;
        let address = address(&setup).await;
        setup.discogs.next(fault);
        let answer = cover(&setup, &address).await;
        assert!(is_placeholder(&answer), "{}", answer.header("content-type"));
        assert!(!answer.text().contains("alert"), "the placeholder is the application's own");
        assert!(!answer.header("cache-control").contains("immutable"));
        // Ten minutes later the image is fetched again.
        setup.age(601);
        assert!(!is_placeholder(&cover(&setup, &address).await));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_followed_only_on_the_image_host() {
    let setup = DiscogsSetup::start().await;
    let other_host = stand_ins::Discogs::start().await;
    let port = other_host.address().port();
    let thumb = setup.get(PASTEL_BLUES).await["thumb"].as_str().expect("a thumb").to_owned();
    for to in [
        format!("http://127.0.0.1:{port}/images/x/1-150.jpeg"),
        format!("http://localhost:{port}/images/x/1-150.jpeg"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        format!("//127.0.0.1:{port}/x"),
        "file:///etc/passwd".to_owned(),
    ] {
        setup.discogs.next(Fault::Redirect(to.clone()));
        assert!(is_placeholder(&cover(&setup, &thumb).await), "{to}");
        setup.age(601);
    }
    assert_eq!(other_host.received().len(), 0);
    // A redirect to another path of the same host is followed; a loop of redirects ends after three requests.
    setup.discogs.next(Fault::Redirect("/images/spacer.gif".to_owned()));
    assert_eq!(cover(&setup, &thumb).await.header("content-type"), "image/gif");
    let address = address(&setup).await;
    setup.discogs.always(Some(Fault::Redirect(format!("{}/round", setup.discogs.url()))));
    assert!(is_placeholder(&cover(&setup, &address).await));
    assert!(setup.discogs.count("/round") <= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_covers_of_earlier_answers_are_fetched() {
    let setup = DiscogsSetup::start().await;
    let url = setup.discogs.url().replace('/', "%2f");
    for file in ["0123456789abcdef0123456789abcdef.jpg", "x.jpg", "..%2f..%2fx.jpg", "x", &format!("{url}%2fx.jpg")] {
        setup.app.anonymous().get(&format!("/cache/images/{file}")).await.problem(404, "not_found");
    }
    assert_eq!(setup.discogs.received().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_is_found_again_after_the_signature_of_its_address_expired() {
    let setup = DiscogsSetup::start().await;
    let address = address(&setup).await;
    setup.discogs.replace_signatures();
    let answer = cover(&setup, &address).await;
    assert_eq!(answer.header("content-type"), "image/png");
    // After the search: the old address, the release, and the new address.
    let paths: Vec<_> = setup.discogs.received().into_iter().map(|request| request.path).collect();
    assert_eq!(paths.len(), 4, "{paths:?}");
    // The new address is kept in the database: it is known even if the cache is empty.
    setup.store().execute("DELETE FROM spin_key_value", []).expect("the cache is emptied");
    assert_eq!(cover(&setup, &address).await.header("content-type"), "image/png");
    assert_eq!(setup.discogs.received().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_without_an_image_has_no_cover() {
    let setup = DiscogsSetup::start().await;
    let without = setup.discogs.pressings().iter().find(|pressing| !pressing.has_image()).expect("a pressing").id;
    let release: Value = setup.get(&format!("/api/discogs/releases/{without}")).await;
    assert!(release["cover"].is_null() && release["images"] == serde_json::json!([]), "{release}");
}

//! Covers of the Cover Art Archive.

use stand_ins::Fault;

use super::Setup;

impl Setup {
    /// Our address of the front of a release.
    async fn cover(&self) -> String {
        let found = self.find(&[("discogs_id", &self.linked().id.to_string())]).await;
        found["match"]["fields"]["cover"].as_str().expect("a cover").to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_is_fetched_once_over_two_redirects() {
    let setup = Setup::start().await;
    let cover = setup.cover().await;
    let first = setup.app.anonymous().get(&cover).await.expect(200);
    assert!(first.header("content-type").starts_with("image/"));
    assert!(first.header("cache-control").contains("immutable"));
    assert!(first.header("content-security-policy").contains("sandbox"));
    let again = setup.app.anonymous().get(&cover).await.expect(200);
    assert_eq!(again.body, first.body);
    for server in [&*setup.covers, &setup.covers.archive, &setup.covers.storage] {
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_cannot_name_a_cover() {
    let setup = Setup::start().await;
    let cover = setup.cover().await;
    let (start, code) = cover.rsplit_once('-').expect("a code");
    for path in [
        format!("{start}-{}.jpg", "0".repeat(32)),
        format!("{start}.jpg"),
        format!("/cache/images/mb-11111111-1111-4111-8111-111111111111-{code}"),
    ] {
        setup.app.anonymous().get(&path).await.problem(404, "not_found");
    }
    assert_eq!(setup.covers.received().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_an_image_of_the_archive_is_not_shown() {
    let setup = Setup::start().await;
    let cover = setup.cover().await;
    let anonymous = setup.app.anonymous();
    setup.covers.next(Fault::Redirect("http://127.0.0.1:1/front.jpg".to_owned()));
    anonymous.get(&cover).await.problem(502, "musicbrainz_failed");
    setup.covers.archive.next(Fault::Redirect("https://archive.org.evil.example/front.jpg".to_owned()));
    anonymous.get(&cover).await.problem(502, "musicbrainz_failed");
    setup.covers.storage.next(Fault::html_image());
    anonymous.get(&cover).await.problem(404, "not_found");
    setup.covers.storage.next(Fault::CutOff);
    anonymous.get(&cover).await.problem(502, "musicbrainz_failed");
    setup.covers.next(Fault::unavailable(7));
    assert_eq!(anonymous.get(&cover).await.header("retry-after"), "7");
    anonymous.get(&cover).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_covers_have_a_limit() {
    let setup = Setup::with(&[("musicbrainz_cover_bytes", "1")]).await;
    let cover = setup.cover().await;
    setup.app.anonymous().get(&cover).await.expect(200);
    setup.app.anonymous().get(&cover).await.expect(200);
    assert_eq!(setup.covers.storage.received().len(), 2, "a cover beyond the limit was kept");
}

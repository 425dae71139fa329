//! Covers: that no one looked up, that are no pictures to be shown, and more than the disk has room for.

use rusqlite::Connection;
use serde_json::Value;
use stand_ins::{Discogs, Fault};
use tests::{App, Caller};

struct Setup {
    app: App,
    discogs: Discogs,
    collector: Caller,
}

impl Setup {
    async fn with(variables: &[(&str, &str)]) -> Self {
        let discogs = Discogs::start().await;
        let url = discogs.url();
        let mut all =
            vec![("discogs_base_url", url.as_str()), ("discogs_image_url", &url), ("discogs_token", "a-token")];
        all.extend(variables);
        let app = App::with(&all).await;
        let collector = app.collector().await;
        Self { app, discogs, collector }
    }

    /// The addresses of small covers of different releases.
    async fn thumbs(&self) -> Vec<String> {
        let page = self.collector.get("/api/discogs/search?q=the&limit=30").await.expect(200).json();
        let items = page["items"].as_array().expect("items").clone();
        let thumbs: Vec<String> = items.iter().filter_map(|item| item["thumb"].as_str()).map(str::to_owned).collect();
        assert!(thumbs.len() >= 12, "{}", thumbs.len());
        thumbs
    }

    fn key_value(&self) -> Connection {
        Connection::open(self.app.database().with_file_name("sqlite_key_value.db")).expect("the store")
    }

    fn count(&self, statement: &str) -> i64 {
        self.app.connect().query_row(statement, [], |row| row.get(0)).expect("a number")
    }

    /// The bytes of covers in the key-value store.
    fn stored_bytes(&self) -> i64 {
        let sum = "SELECT coalesce(sum(length(value)), 0) FROM spin_key_value WHERE key LIKE 'discogs/1/cover/%'";
        self.key_value().query_row(sum, [], |row| row.get(0)).expect("a number")
    }
}

fn is_placeholder(answer: &tests::Answer) -> bool {
    answer.header("content-type") == "image/svg+xml"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_cannot_name_a_cover_that_was_not_looked_up() {
    let setup = Setup::with(&[]).await;
    let known = setup.thumbs().await.remove(0);
    let asked = setup.discogs.received().len();
    let name = known.trim_start_matches("/cache/images/").trim_end_matches(".jpg");
    let (id, code) = name.rsplit_once('-').expect("a code");
    let (release, _) = id.split_once('-').expect("a release");
    let other_release = release.parse::<u64>().expect("an id") + 1;
    for name in [
        format!("{release}-0-{code}"),
        format!("{release}-1t-{code}"),
        format!("{other_release}-0t-{code}"),
        format!("{id}-{}", "0".repeat(32)),
        id.to_owned(),
        format!("{id}-"),
        "0123456789abcdef0123456789abcdef".to_owned(),
    ] {
        setup.app.anonymous().get(&format!("/cache/images/{name}.jpg")).await.problem(404, "not_found");
    }
    assert_eq!(setup.discogs.received().len(), asked, "a stranger made the installation ask Discogs");
    // Another installation makes other names.
    let other = Setup::with(&[]).await;
    other.app.anonymous().get(&known).await.problem(404, "not_found");
    assert_ne!(other.thumbs().await[0], known);
    setup.app.anonymous().get(&known).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_an_earlier_release_stored_with_an_album_still_works() {
    let setup = Setup::with(&[]).await;
    setup.thumbs().await;
    let key = "0123456789abcdef0123456789abcdef";
    setup
        .app
        .connect()
        .execute(
            "INSERT INTO discogs_covers (key, url, release_id, place, thumb)
            SELECT ?1, url, release_id, image_index, is_thumb FROM discogs_cover_sources LIMIT 1",
            [key],
        )
        .expect("a cover of an earlier release");
    let answer = setup.app.anonymous().get(&format!("/cache/images/{key}.jpg")).await.expect(200);
    assert_eq!(answer.header("content-type"), "image/png");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_with_too_many_pixels_is_not_passed_on() {
    let setup = Setup::with(&[]).await;
    let thumbs = setup.thumbs().await;
    for (thumb, (width, height)) in thumbs.iter().zip([(30_000_u32, 30_000_u32), (1, 5_000), (u32::MAX, 1), (0, 0)]) {
        let head = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
        let image = [&head[..], &width.to_be_bytes(), &height.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
        setup.discogs.next(Fault::Answer(200, vec![("content-type", "image/png".to_owned())], image));
        let answer = setup.app.anonymous().get(thumb).await.expect(200);
        assert!(is_placeholder(&answer), "{width} x {height}: {}", answer.header("content-type"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn covers_take_at_most_the_configured_bytes_and_the_least_recently_used_goes_first() {
    // A small cover of the stand-in has some 6 kB.
    const LIMIT: i64 = 56_000;
    let setup = Setup::with(&[("discogs_cover_bytes", "56000")]).await;
    let (thumbs, anonymous) = (setup.thumbs().await, setup.app.anonymous());
    for thumb in &thumbs[..5] {
        assert!(!is_placeholder(&anonymous.get(thumb).await.expect(200)));
    }
    assert!((LIMIT / 3..LIMIT).contains(&setup.stored_bytes()), "{}", setup.stored_bytes());
    // Two days later, only the first one is used again.
    let age = "UPDATE discogs_cache_index SET used_at = used_at - 2 * 86400000";
    setup.app.connect().execute(age, []).expect("two days pass");
    anonymous.get(&thumbs[0]).await.expect(200);
    for thumb in &thumbs[5..12] {
        anonymous.get(thumb).await.expect(200);
        assert!(setup.stored_bytes() <= LIMIT, "{}", setup.stored_bytes());
    }
    let asked = setup.discogs.received().len();
    anonymous.get(&thumbs[0]).await.expect(200);
    anonymous.get(&thumbs[11]).await.expect(200);
    assert_eq!(setup.discogs.received().len(), asked, "covers in use are kept");
    anonymous.get(&thumbs[1]).await.expect(200);
    assert_eq!(setup.discogs.received().len(), asked + 1, "the least recently used cover was deleted");
    assert_eq!(
        setup.count("SELECT sum(bytes) FROM discogs_cache_index WHERE is_cover = 1"),
        setup.count("SELECT bytes FROM discogs_cache_size WHERE is_cover = 1")
    );
}

/// As if the instance had ended between the two writes.
#[tokio::test(flavor = "multi_thread")]
async fn a_cover_is_counted_before_it_is_stored() {
    let setup = Setup::with(&[]).await;
    let thumb = setup.thumbs().await.remove(0);
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON spin_key_value BEGIN SELECT raise(ABORT, 'refused'); END";
    setup.key_value().execute_batch(refuse).expect("a trigger");
    let status = setup.app.anonymous().get(&thumb).await.status;
    assert!(status >= 500, "{status}");
    assert_eq!(setup.stored_bytes(), 0);
    assert!(setup.count("SELECT bytes FROM discogs_cache_size WHERE is_cover = 1") > 0);
    setup.key_value().execute_batch("DROP TRIGGER refuse").expect("no trigger");
    setup.app.anonymous().get(&thumb).await.expect(200);
    assert_eq!(setup.count("SELECT count(*) FROM discogs_cache_index WHERE is_cover = 1"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_that_is_shown_often_is_written_once_a_day() {
    let setup = Setup::with(&[]).await;
    let thumb = setup.thumbs().await.remove(0);
    let used_at = || setup.count("SELECT max(used_at) FROM discogs_cache_index WHERE is_cover = 1");
    setup.app.anonymous().get(&thumb).await.expect(200);
    let stored = used_at();
    for _ in 0..5 {
        setup.app.anonymous().get(&thumb).await.expect(200);
    }
    assert_eq!(used_at(), stored);
    let age = "UPDATE discogs_cache_index SET used_at = used_at - 86400000";
    setup.app.connect().execute(age, []).expect("a day passes");
    setup.app.anonymous().get(&thumb).await.expect(200);
    assert!(used_at() >= stored, "the use of a later day is recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_covers_at_discogs_are_forgotten_but_the_covers_stay_reachable() {
    let setup = Setup::with(&[]).await;
    let thumbs = setup.thumbs().await;
    let jump =
        "UPDATE discogs_cover_sources SET id = id + 100000 WHERE id = (SELECT max(id) FROM discogs_cover_sources)";
    setup.app.connect().execute(jump, []).expect("100,000 covers later");
    let named: Value = setup.collector.get("/api/discogs/search?q=david%20bowie&limit=5").await.expect(200).json();
    assert!(named["items"].is_array());
    let rows = setup.count("SELECT count(*) FROM discogs_cover_sources");
    assert!(rows <= 12, "{rows} rows are left");
    let answer = setup.app.anonymous().get(&thumbs[0]).await.expect(200);
    assert!(!is_placeholder(&answer), "a cover is found by its release");
}

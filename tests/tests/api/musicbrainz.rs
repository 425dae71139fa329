//! `/api/musicbrainz` and its covers, with stand-ins for MusicBrainz and the Cover Art Archive.

mod cover;
mod limit;

use serde_json::{Value, json};
use stand_ins::{CoverArtArchive, Discogs, Fault, MusicBrainz, discogs::Pressing};
use tests::{App, Caller};

/// The application, a signed-in caller, and the stand-ins that the application uses.
struct Setup {
    app: App,
    musicbrainz: MusicBrainz,
    covers: CoverArtArchive,
    pressings: Vec<Pressing>,
    collector: Caller,
}

const RELEASE: &str = "/api/musicbrainz/release";
/// The second of the rate limit passes so many times as fast.
const SPEED: u32 = 100;

impl Setup {
    async fn start() -> Self {
        Self::with(&[]).await
    }

    async fn with(variables: &[(&str, &str)]) -> Self {
        let pressings = Discogs::start().await.pressings().to_vec();
        let (musicbrainz, covers) = (MusicBrainz::start(&pressings).await, CoverArtArchive::start(&pressings).await);
        musicbrainz.clock_speed(SPEED);
        let urls = [musicbrainz.url(), covers.url(), covers.archive.url(), covers.storage.url()];
        let mut all = vec![
            ("musicbrainz_url", urls[0].as_str()),
            ("cover_art_url", &urls[1]),
            ("cover_art_archive_url", &urls[2]),
            ("cover_art_files_url", &urls[3]),
            ("musicbrainz_contact", "operator@example.org"),
            ("musicbrainz_interval", "100"),
        ];
        all.retain(|(name, _)| variables.iter().all(|(other, _)| other != name));
        all.extend(variables);
        let app = App::with(&all).await;
        let collector = app.collector().await;
        Self { app, musicbrainz, covers, pressings, collector }
    }

    /// The first pressing that MusicBrainz has and for which this holds.
    fn pressing(&self, is_wanted: impl Fn(&Pressing) -> bool) -> &Pressing {
        let mut known = self.pressings.iter().filter(|pressing| self.musicbrainz.mbid(pressing.id).is_some());
        known.find(|pressing| is_wanted(pressing)).expect("a pressing")
    }

    /// A pressing that is linked to its release at Discogs, and has a front.
    fn linked(&self) -> &Pressing {
        self.pressing(|pressing| MusicBrainz::is_linked(pressing.id) && CoverArtArchive::has_front(pressing))
    }

    /// The document of a question that is answered.
    async fn find(&self, question: &[(&str, &str)]) -> Value {
        self.collector.get(&path(question)).await.expect(200).json()
    }
}

fn path(question: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(question).finish();
    format!("{RELEASE}?{query}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_is_linked_to_discogs_is_found_exactly_and_asked_for_once() {
    let setup = Setup::start().await;
    let pressing = setup.linked();
    let id = pressing.id.to_string();
    let found = setup.find(&[("discogs_id", &id)]).await;
    let mbid = setup.musicbrainz.mbid(pressing.id).expect("a twin");
    assert_eq!(found["match"]["mbid"], mbid);
    assert_eq!(found["match"]["by"], "discogs_id");
    assert_eq!(found["match"]["fields"]["album"], pressing.title);
    assert_eq!(found["match"]["fields"]["catno"], pressing.catno);
    assert_eq!(found["match"]["fields"]["labels"][0], pressing.label);
    assert_eq!(
        found["source"],
        json!({"name": "MusicBrainz", "url": format!("https://musicbrainz.org/release/{mbid}")})
    );
    assert!(!found["match"]["tracklist"].as_array().expect("tracks").is_empty());
    assert_eq!(setup.musicbrainz.received().len(), 2);
    assert!(setup.musicbrainz.received()[0].header("user-agent").contains("operator@example.org"));
    // Neither this account nor another one makes the installation ask again.
    let other = setup.app.anonymous().register("other@example.org").await;
    assert_eq!(other.get(&path(&[("discogs_id", &id)])).await.expect(200).json(), found);
    assert_eq!(setup.musicbrainz.received().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_found_by_barcode_by_catalogue_number_and_by_names() {
    let setup = Setup::start().await;
    let pressing = setup.pressing(|pressing| pressing.barcode.is_some() && !MusicBrainz::is_linked(pressing.id));
    let mbid = setup.musicbrainz.mbid(pressing.id).expect("a twin");
    let (id, barcode) = (pressing.id.to_string(), pressing.barcode.clone().expect("a barcode"));
    // It is not linked, so the number at Discogs leads nowhere, and the barcode is next.
    let found = setup.find(&[("discogs_id", &id), ("barcode", &barcode), ("artist", pressing.artist)]).await;
    assert_eq!((&found["match"]["mbid"], &found["match"]["by"]), (&json!(mbid), &json!("barcode")));
    assert_eq!(found["match"]["fields"]["barcode"], barcode);
    let found = setup.find(&[("catno", &pressing.catno.to_lowercase()), ("album", pressing.title)]).await;
    assert_eq!((&found["match"]["mbid"], &found["match"]["by"]), (&json!(mbid), &json!("catno")));
    let found = setup.find(&[("artist", pressing.artist), ("album", pressing.title)]).await;
    assert_eq!(found["match"]["by"], "names");
    let fields = found["match"]["fields"].as_object().expect("fields");
    assert!(!fields.contains_key("barcode") && !fields.contains_key("catno") && !fields.contains_key("year"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_not_there_is_no_match_and_no_error() {
    let setup = Setup::start().await;
    let question = [("artist", "Nobody At All"), ("album", "Never \"Made\" OR (artist:*)")];
    assert_eq!(setup.find(&question).await["match"], Value::Null);
    let asked = setup.musicbrainz.received().len();
    assert_eq!(setup.find(&question).await["match"], Value::Null);
    assert_eq!(setup.musicbrainz.received().len(), asked, "asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_release_is_the_one_it_was_merged_into_and_a_removed_one_is_no_match() {
    let setup = Setup::start().await;
    let linked: Vec<&Pressing> =
        setup.pressings.iter().filter(|pressing| MusicBrainz::is_linked(pressing.id)).collect();
    let mbid = |pressing: &Pressing| setup.musicbrainz.mbid(pressing.id).expect("a twin").to_owned();
    setup.musicbrainz.merge(&mbid(linked[0]), &mbid(linked[1]));
    // The list of links still names the first: it is there under the other number.
    setup.musicbrainz.remove(&mbid(linked[2]));
    let removed = setup.find(&[("discogs_id", &linked[2].id.to_string())]).await;
    assert_eq!(removed["match"], Value::Null);
    let other = setup.find(&[("discogs_id", &linked[1].id.to_string())]).await;
    assert_eq!(other["match"]["mbid"], mbid(linked[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_named_and_asks_nothing() {
    let setup = Setup::start().await;
    for (question, field) in [
        (&[("barcode", "5012345678901")][..], "barcode"),
        (&[("artist", "Nina Simone")], "artist"),
        (&[("catno", "PHS 1")], "artist"),
        (&[("year", "1700"), ("discogs_id", "1")], "year"),
        (&[("discogs_id", "0")], "discogs_id"),
        (&[("artist", "x".repeat(501).as_str()), ("album", "y")], "artist"),
    ] {
        let problem = setup.collector.get(&path(question)).await.problem(422, "invalid_input");
        assert!(problem["errors"].to_string().contains(field), "{problem}");
    }
    setup.app.anonymous().get(&path(&[("discogs_id", "1")])).await.problem(401, "unauthenticated");
    assert_eq!(setup.musicbrainz.received().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_make_no_sense_are_an_error_that_passes() {
    let setup = Setup::start().await;
    let id = setup.linked().id.to_string();
    for fault in [Fault::Malformed, Fault::CutOff, Fault::Html, Fault::WrongLength, Fault::status(500)] {
        setup.musicbrainz.next(fault.clone());
        let answer = setup.collector.get(&path(&[("discogs_id", &id)])).await;
        answer.problem(502, "musicbrainz_failed");
        setup.forget_pause();
    }
    setup.musicbrainz.next(Fault::unavailable(2));
    let answer = setup.collector.get(&path(&[("discogs_id", &id)])).await;
    assert_eq!(answer.header("retry-after"), "2");
    answer.problem(503, "musicbrainz_busy");
    setup.forget_pause();
    assert_eq!(setup.find(&[("discogs_id", &id)]).await["match"]["by"], "discogs_id");
}

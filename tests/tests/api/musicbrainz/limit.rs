//! One request a second, for all instances and accounts together.

use tokio::task::JoinSet;

use super::{Setup, path};

impl Setup {
    /// Changes the state here as if the pause that MusicBrainz asked for were over.
    pub fn forget_pause(&self) {
        let soon = "UPDATE musicbrainz_turns SET next_at = CAST(unixepoch('subsec') * 1000 AS INTEGER) + 50";
        self.app.connect().execute(soon, []).expect("no pause");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_at_the_same_time_wait_for_each_other() {
    let setup = Setup::start().await;
    let mut tasks = JoinSet::new();
    for pressing in setup.pressings.iter().take(12) {
        let (caller, id) = (setup.collector.clone(), pressing.id.to_string());
        tasks.spawn(async move { caller.get(&path(&[("discogs_id", &id)])).await.expect(200).status });
    }
    assert_eq!(tasks.join_all().await.len(), 12);
    assert!(setup.musicbrainz.received().len() >= 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_would_wait_for_long_is_refused_with_the_time() {
    let setup = Setup::with(&[("musicbrainz_interval", "60000")]).await;
    let (linked, unknown) = (setup.linked(), "999999999999");
    setup.find(&[("discogs_id", unknown)]).await;
    let asked = setup.musicbrainz.received().len();
    let answer = setup.collector.get(&path(&[("discogs_id", &linked.id.to_string())])).await;
    let wait: u32 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    answer.problem(503, "musicbrainz_busy");
    assert_eq!(setup.musicbrainz.received().len(), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_musicbrainz_asks_for_is_kept() {
    let setup = Setup::start().await;
    let id = setup.linked().id.to_string();
    setup.musicbrainz.next(stand_ins::Fault::unavailable(3_000));
    setup.collector.get(&path(&[("discogs_id", &id)])).await.problem(503, "musicbrainz_busy");
    let asked = setup.musicbrainz.received().len();
    let answer = setup.collector.get(&path(&[("discogs_id", &id)])).await;
    let wait: u32 = answer.header("retry-after").parse().expect("seconds");
    assert!((2_900..=3_000).contains(&wait), "{wait}");
    answer.problem(503, "musicbrainz_busy");
    assert_eq!(setup.musicbrainz.received().len(), asked);
}

//! Discogs fails, wholly or for some releases.

use serde_json::json;
use stand_ins::Fault;

use super::{act, add_all, asked, bare, counts, finish, progress, releases, run_jobs, start, until};
use crate::discogs::DiscogsSetup;

/// Makes the next slice due now, as if its time had come. A failed lookup is answered with the same failure for two
/// seconds; these have passed, too.
fn skip_delay(setup: &DiscogsSetup) {
    let skip = "UPDATE jobs SET run_at = 1 WHERE kind = 'enrichment' AND leased_at IS NULL AND run_at IS NOT NULL;
        DELETE FROM discogs_leases WHERE failure IS NOT NULL";
    setup.app.connect().execute_batch(skip).expect("a job");
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_that_were_merged_or_removed_fail_and_the_others_are_filled() {
    let setup = start().await;
    let caller = &setup.collector;
    let pressings = releases(&setup, 5);
    setup.discogs.merge(pressings[0].id, pressings[4].id);
    setup.discogs.remove(pressings[1].id);
    let mut albums: Vec<_> = pressings[..4].iter().map(|pressing| bare(pressing)).collect();
    albums.push(json!({"artist": "A", "album": "B", "discogs_id": i64::MAX}));
    add_all(caller, &albums).await;
    let done = finish(&setup, caller).await;
    assert_eq!(counts(&done), [5, 2, 0, 0, 3]);
    let failures = done["failures"].as_array().expect("failures");
    assert!(failures.iter().all(|failure| failure["code"] == "release_not_found"), "{failures:?}");
    assert!(failures[0]["reason"].as_str().is_some_and(|reason| reason.contains("merged")), "{failures:?}");
    // Asked again at once, the cache answers.
    act(caller, "retry").await;
    assert_eq!(counts(&finish(&setup, caller).await), [5, 2, 0, 0, 3]);
    assert_eq!((asked(&setup), setup.discogs.repeated("/releases/")), (5, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_release_that_fails_is_tried_again_after_the_others() {
    let setup = start().await;
    let caller = &setup.collector;
    let pressings = releases(&setup, 4);
    let broken = format!("/releases/{}", pressings[3].id);
    setup.discogs.at(&broken, Some(Fault::Malformed));
    add_all(caller, &pressings.iter().map(|pressing| bare(pressing)).collect::<Vec<_>>()).await;
    let filled = until(&setup, caller, |progress| {
        skip_delay(&setup);
        progress["filled"] == 3
    })
    .await;
    assert_eq!(counts(&filled)[4], 0, "{filled}");
    setup.discogs.at(&broken, None);
    let done = until(&setup, caller, |progress| {
        skip_delay(&setup);
        progress["filled"] == 4
    })
    .await;
    assert_eq!(counts(&done), [4, 4, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_waited_for_and_nothing_fails() {
    for fault in [Fault::unavailable(1), Fault::status(500), Fault::CutOff] {
        let setup = start().await;
        let caller = &setup.collector;
        setup.discogs.always(Some(fault));
        let albums: Vec<_> = releases(&setup, 4).into_iter().map(bare).collect();
        add_all(caller, &albums).await;
        let waiting = until(&setup, caller, |progress| progress["state"] == "waiting").await;
        assert_eq!(counts(&waiting), [4, 0, 4, 0, 0]);
        let before = asked(&setup);
        run_jobs(&setup).await;
        assert_eq!(asked(&setup), before, "no request is sent during the delay");
        setup.discogs.always(None);
        let done = until(&setup, caller, |progress| {
            skip_delay(&setup);
            progress["filled"] == 4
        })
        .await;
        assert_eq!(counts(&done), [4, 4, 0, 0, 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_429_stops_it_for_as_long_as_discogs_says() {
    for fault in [Fault::too_many(30), Fault::status(429)] {
        let setup = start().await;
        let caller = &setup.collector;
        setup.discogs.next(fault);
        let albums: Vec<_> = releases(&setup, 3).into_iter().map(bare).collect();
        add_all(caller, &albums).await;
        let waiting = until(&setup, caller, |progress| progress["state"] == "waiting").await;
        assert_eq!((counts(&waiting), asked(&setup)), ([3, 0, 3, 0, 0], 1));
        skip_delay(&setup);
        run_jobs(&setup).await;
        assert_eq!(asked(&setup), 1, "a slice that looks earlier sends nothing");
        setup.next_minute();
        skip_delay(&setup);
        finish(&setup, caller).await;
        assert_eq!(counts(&progress(caller).await), [3, 3, 0, 0, 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_account_is_reported_and_goes_on_when_it_has_room() {
    let setup = start().await;
    let caller = &setup.collector;
    act(caller, "pause").await;
    add_all(caller, &[bare(releases(&setup, 1)[0])]).await;
    let full = "UPDATE collections SET bytes = bytes + 1000000000000";
    setup.app.connect().execute(full, []).expect("a collection");
    act(caller, "start").await;
    let failed = until(&setup, caller, |progress| !progress["error"].is_null()).await;
    assert_eq!((&failed["state"], counts(&failed)), (&json!("waiting"), [1, 0, 1, 0, 0]));
    assert!(failed["error"].as_str().is_some_and(|error| error.contains("limit")), "{failed}");
    setup.app.connect().execute(&full.replace('+', "-"), []).expect("a collection");
    act(caller, "retry").await;
    assert_eq!(counts(&finish(&setup, caller).await), [1, 1, 0, 0, 0]);
}

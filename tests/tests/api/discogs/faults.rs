//! Failures of Discogs: temporary ones are tried again, all others are answered at once.

use std::time::{Duration, Instant};

use stand_ins::Fault;

use super::{DiscogsSetup, PASTEL_BLUES, SEARCH};

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_failure_is_tried_again() {
    for fault in [Fault::status(500), Fault::status(503), Fault::CutOff, Fault::WrongLength] {
        let setup = DiscogsSetup::start().await;
        setup.discogs.next(fault.clone());
        assert_eq!(setup.get(PASTEL_BLUES).await["year"], 1965, "{fault:?}");
        assert_eq!(setup.discogs.count(SEARCH), 2, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_tried_at_most_three_times() {
    let setup = DiscogsSetup::start().await;
    setup.discogs.always(Some(Fault::status(502)));
    let problem = setup.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
    assert!(!problem.to_string().contains("127.0.0.1"), "{problem}");
    assert_eq!(setup.discogs.count(SEARCH), 3);
    // For two seconds the same search is answered with the same failure.
    setup.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
    assert_eq!(setup.discogs.count(SEARCH), 3);
    setup.discogs.always(None);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(setup.get(PASTEL_BLUES).await["year"], 1965);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permanent_failure_is_not_tried_again() {
    for fault in [
        Fault::Html,
        Fault::Malformed,
        Fault::status(403),
        Fault::status(422),
        Fault::status(404),
        Fault::Redirect("http://127.0.0.1:1/".to_owned()),
        Fault::json(200, r#"{"results":"none"}"#),
        Fault::json(200, "[]"),
    ] {
        let setup = DiscogsSetup::start().await;
        setup.discogs.next(fault.clone());
        setup.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
        assert_eq!(setup.discogs.count(SEARCH), 1, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_is_awaited_and_a_hanging_one_times_out() {
    let setup = DiscogsSetup::start().await;
    setup.discogs.next(Fault::SlowBody(Duration::from_secs(1)));
    assert_eq!(setup.get(PASTEL_BLUES).await["year"], 1965);
    let hang = Duration::from_secs(60);
    let timeouts = [("head", Fault::SlowHead(hang)), ("body", Fault::SlowBody(hang))].map(async |(what, fault)| {
        let setup = DiscogsSetup::start().await;
        setup.discogs.next(fault);
        let began = Instant::now();
        setup.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
        let took = began.elapsed();
        assert!((Duration::from_secs(5)..Duration::from_secs(8)).contains(&took), "{what}: {took:?}");
        assert_eq!(setup.discogs.count(SEARCH), 1, "{what}");
    });
    let [head, body] = timeouts;
    tokio::join!(head, body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discogs_that_refuses_connections_is_a_failure() {
    let setup = DiscogsSetup::start().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let unreachable = DiscogsSetup::with(&[("discogs_base_url", &format!("http://{free}"))]).await;
    unreachable.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
    assert_eq!(setup.discogs.received().len(), 0);
}

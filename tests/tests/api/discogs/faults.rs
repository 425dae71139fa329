//! A Discogs in trouble: what may pass is tried again, everything else is told at once.

use std::time::{Duration, Instant};

use stand_ins::Fault;

use super::{PASTEL_BLUES, SEARCH, Shop};

#[tokio::test(flavor = "multi_thread")]
async fn what_may_pass_is_tried_again() {
    for fault in [Fault::status(500), Fault::status(503), Fault::CutOff, Fault::WrongLength] {
        let shop = Shop::open().await;
        shop.discogs.next(fault.clone());
        assert_eq!(shop.get(PASTEL_BLUES).await["year"], 1965, "{fault:?}");
        assert_eq!(shop.discogs.count(SEARCH), 2, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_tried_three_times_and_no_more() {
    let shop = Shop::open().await;
    shop.discogs.always(Some(Fault::status(502)));
    let problem = shop.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
    assert!(!problem.to_string().contains("127.0.0.1"), "{problem}");
    assert_eq!(shop.discogs.count(SEARCH), 3);
    // For two seconds nobody asks the same again.
    shop.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
    assert_eq!(shop.discogs.count(SEARCH), 3);
    shop.discogs.always(None);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(shop.get(PASTEL_BLUES).await["year"], 1965);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_not_pass_is_told_at_once() {
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
        let shop = Shop::open().await;
        shop.discogs.next(fault.clone());
        shop.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
        assert_eq!(shop.discogs.count(SEARCH), 1, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_is_waited_for_and_a_hanging_one_is_not() {
    let shop = Shop::open().await;
    shop.discogs.next(Fault::SlowBody(Duration::from_secs(1)));
    assert_eq!(shop.get(PASTEL_BLUES).await["year"], 1965);
    let hang = Duration::from_secs(60);
    let waits = [("head", Fault::SlowHead(hang)), ("body", Fault::SlowBody(hang))].map(async |(what, fault)| {
        let shop = Shop::open().await;
        shop.discogs.next(fault);
        let began = Instant::now();
        shop.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
        let took = began.elapsed();
        assert!((Duration::from_secs(5)..Duration::from_secs(8)).contains(&took), "{what}: {took:?}");
        assert_eq!(shop.discogs.count(SEARCH), 1, "{what}");
    });
    let [head, body] = waits;
    tokio::join!(head, body);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_is_told_too() {
    let shop = Shop::open().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let gone = Shop::with(&[("discogs_base_url", &format!("http://{free}"))]).await;
    gone.collector.get(PASTEL_BLUES).await.problem(502, "discogs_failed");
    assert_eq!(shop.discogs.received().len(), 0);
}

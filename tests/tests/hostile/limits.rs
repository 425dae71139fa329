//! One client sends more requests than it may; others are served meanwhile.

use std::time::{Duration, Instant};

use tests::{Answer, App, Caller};

/// Sends requests, 16 at a time, and returns how many were not refused.
async fn admitted(caller: &Caller, path: &str, requests: usize) -> usize {
    let mut admitted = 0;
    for _ in 0..requests / 16 {
        let answers: Vec<_> = (0..16)
            .map(|_| {
                let (caller, path) = (caller.clone(), path.to_owned());
                tokio::spawn(async move { caller.get(&path).await.status })
            })
            .collect();
        for answer in answers {
            admitted += usize::from(answer.await.expect("an answer") != 429);
        }
    }
    admitted
}

/// Fails unless a flood admitted about as many requests as the limit allows in the time that it took. Several instances
/// count, so together they may admit some more; one for which the database is too slow admits a quarter.
async fn assert_bounded(caller: &Caller, path: &str, requests: usize, limit: usize) {
    let begun = Instant::now();
    let count = admitted(caller, path, requests).await;
    let seconds = usize::try_from(begun.elapsed().as_secs()).expect("a number") + 1;
    let most = limit + limit / 2 + 16 + limit * seconds / 60;
    assert!((limit / 4..=most).contains(&count), "{count} of {requests} requests were admitted in {seconds} s");
}

/// The first refusal. An instance that has not counted with the others yet may still admit a few requests.
async fn refusal(caller: &Caller, path: &str) -> Answer {
    for _ in 0..64 {
        let answer = caller.get(path).await;
        if answer.status == 429 {
            return answer;
        }
    }
    panic!("no request for {path} was refused");
}

fn expect_refusal(answer: Answer, limit: &str) {
    let wait: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=121).contains(&wait), "{wait}");
    assert_eq!(answer.header("ratelimit-limit"), limit);
    assert_eq!(answer.header("ratelimit-remaining"), "0");
    assert_eq!(answer.header("ratelimit-reset"), answer.header("retry-after"));
    answer.problem(429, "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_an_account_is_limited_and_no_one_else_is() {
    let app = App::with_defaults(&[]).await;
    let (flood, bystander) = (app.anonymous().from_address("127.0.0.2"), app.anonymous());
    let collector = app.collector().await;
    assert_bounded(&flood, "/api/auth/registration", 400, 100).await;
    expect_refusal(refusal(&flood, "/api/auth/registration").await, "100");
    // A token that is not valid does not help, on any route.
    let forged = flood.bearing("abc");
    for path in ["/api/collection", "/api/nothing", "/api/auth/registration"] {
        refusal(&forged, path).await.problem(429, "rate_limited");
    }
    // An account at the same address, and another address, are served; so are probes.
    collector.from_address("127.0.0.2").get("/api/collection").await.expect(200);
    bystander.get("/api/auth/registration").await.expect(200);
    for _ in 0..150 {
        flood.get("/api/health").await.expect(200);
        flood.get("/system/health").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_limited_from_all_its_addresses_and_no_other_account_is() {
    let app = App::with_defaults(&[("rate_limit_user", "60")]).await;
    let (flood, bystander) = (app.collector().await, app.collector().await);
    assert_bounded(&flood, "/api/collection", 240, 60).await;
    expect_refusal(refusal(&flood.from_address("127.0.0.3"), "/api/collection").await, "60");
    bystander.get("/api/collection").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shelf_of_five_hundred_covers_shows() {
    let app = App::with_defaults(&[]).await;
    let browser = app.anonymous();
    let key = "0".repeat(64);
    let path = format!("/cache/images/{key}.jpg");
    let mut shown = admitted(&browser, &path, 512).await;
    // While the database is slow, some must be asked for again.
    for _ in 0..5_000 {
        if shown < 512 {
            shown += usize::from(browser.get(&path).await.status != 429);
        }
    }
    assert_eq!(shown, 512);
    // Covers have a limit of their own.
    browser.get("/api/auth/registration").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_gets_few_rows_and_few_writes() {
    let app = App::with_defaults(&[("rate_limit_user", "1000000000")]).await;
    let collector = app.collector().await;
    let count = |sql: &str| -> i64 { app.connect().query_row(sql, [], |row| row.get(0)).expect("a number") };
    let trigger = |event: &str| {
        format!("CREATE TRIGGER on_{event} AFTER {event} ON request_counts BEGIN INSERT INTO writes VALUES (1); END;")
    };
    let triggers = format!("CREATE TABLE writes (n); {} {}", trigger("INSERT"), trigger("UPDATE"));
    app.connect().execute_batch(&triggers).expect("triggers");
    assert_eq!(admitted(&collector, "/api/collection", 3200).await, 3200);
    let begun = Instant::now();
    while count("SELECT count(*) FROM writes") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing was written");
        collector.get("/api/collection").await.expect(200);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (rows, writes) = (count("SELECT count(*) FROM request_counts"), count("SELECT count(*) FROM writes"));
    assert!(rows <= 3, "{rows} rows");
    assert!(writes <= 320, "{writes} writes for 3,200 requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_table_of_counts_every_request_is_served() {
    let app = App::with_defaults(&[]).await;
    let collector = app.collector().await;
    app.connect().execute_batch("DROP TABLE request_counts").expect("no table");
    for _ in 0..50 {
        collector.get("/api/collection").await.expect(200);
        app.anonymous().get("/api/auth/registration").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_is_not_a_number_is_a_misconfiguration_and_probes_are_answered() {
    let app = App::with_defaults(&[("rate_limit_ip", "many")]).await;
    app.anonymous().get("/api/auth/registration").await.problem(500, "misconfigured");
    app.anonymous().get("/api/health").await.expect(200);
}

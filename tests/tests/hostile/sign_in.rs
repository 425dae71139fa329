//! Passwords, refresh tokens and the operator's secret are guessed.

use std::time::Instant;

use reqwest::Method;
use serde_json::json;
use tests::{Answer, App, Caller, PASSWORD};

const LOGIN: &str = "/api/auth/login";

async fn guess(caller: &Caller, email: &str, password: &str) -> Answer {
    caller.post(LOGIN, json!({"email": email, "password": password})).await
}

/// Fails unless the answer is the refusal of a guess. Returns the seconds to wait.
#[track_caller]
fn assert_limited(answer: Answer) -> u64 {
    let seconds: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=901).contains(&seconds), "{seconds}");
    answer.problem(429, "rate_limited");
    seconds
}

async fn app() -> App {
    App::with_defaults(&[("rate_limit_ip", "0"), ("rate_limit_user", "0")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_eleventh_wrong_guess_is_refused_and_another_address_still_signs_in() {
    let app = app().await;
    let owner = app.anonymous().register("ada@example.org").await;
    for email in ["ada@example.org", "unknown@example.org"] {
        let attacker = app.anonymous().from_address(if email.starts_with('a') { "127.0.1.1" } else { "127.0.2.1" });
        for n in 0..10 {
            guess(&attacker, email, &format!("wrong {n}")).await.problem(401, "bad_credentials");
        }
        assert!(assert_limited(guess(&attacker, email, "wrong again").await) > 800);
        // At another account too, and with the right password.
        assert_limited(guess(&attacker, "another@example.org", "wrong").await);
        assert_limited(guess(&attacker, "ada@example.org", PASSWORD).await);
    }
    guess(&app.anonymous().from_address("127.0.3.1"), "ada@example.org", PASSWORD).await.expect(200);
    owner.get("/api/auth/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn simultaneous_guesses_are_all_counted() {
    let app = app().await;
    app.anonymous().register("ada@example.org").await;
    let attacker = app.anonymous().from_address("127.0.1.1");
    let guesses: Vec<_> = (0..48)
        .map(|n| {
            let attacker = attacker.clone();
            tokio::spawn(async move { guess(&attacker, "ada@example.org", &format!("wrong {n}")).await.status })
        })
        .collect();
    let mut wrong = 0;
    for answer in guesses {
        match answer.await.expect("an answer") {
            401 => wrong += 1,
            429 | 503 => {}
            status => panic!("{status}"),
        }
    }
    assert!(wrong <= 10, "{wrong} guesses were checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_forgets_the_wrong_ones_of_its_account_only() {
    let app = app().await;
    app.anonymous().register("ada@example.org").await;
    app.anonymous().register("eve@example.org").await;
    let house = app.anonymous().from_address("127.0.1.1");
    for n in 0..9 {
        guess(&house, "ada@example.org", &format!("wrong {n}")).await.problem(401, "bad_credentials");
    }
    // An attacker signs in to an account of their own in between: this gives no more guesses at the other.
    guess(&house, "eve@example.org", PASSWORD).await.expect(200);
    guess(&house, "ada@example.org", "wrong 9").await.problem(401, "bad_credentials");
    assert_limited(guess(&house, "ada@example.org", "wrong 10").await);

    let other = app.anonymous().from_address("127.0.2.1");
    for n in 0..9 {
        guess(&other, "ada@example.org", &format!("wrong {n}")).await.problem(401, "bad_credentials");
    }
    guess(&other, "ada@example.org", PASSWORD).await.expect(200);
    guess(&other, "ada@example.org", "wrong").await.problem(401, "bad_credentials");
    guess(&other, "ada@example.org", PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_botnet_does_not_lock_the_owner_out_at_a_known_address() {
    let app = app().await;
    let owner = app.anonymous().from_address("127.0.9.9");
    owner.register("ada@example.org").await;
    guess(&owner, "ada@example.org", "wrong").await.problem(401, "bad_credentials");
    // As many wrong guesses as all addresses together have, from addresses that no test could have. The registration is
    // counted too, for longer than the guess.
    let rows = "WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 9)
        INSERT INTO attempts (address, subject, network, count, pending, until)
        SELECT 'bot' || n, subject, 'net' || n, 10, 0, '2999-01-01T00:00:00.000Z'
        FROM n, (SELECT subject FROM attempts ORDER BY until LIMIT 1)";
    app.connect().execute(rows, []).expect("rows");
    let elsewhere = app.anonymous().from_address("127.0.8.8");
    guess(&elsewhere, "ada@example.org", PASSWORD).await.problem(429, "rate_limited");
    guess(&owner, "ada@example.org", PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_access_token_is_no_way_around_the_limit() {
    let app = app().await;
    let owner = app.anonymous().register("ada@example.org").await;
    let thief = owner.from_address("127.0.1.1");
    let change = |n: usize| json!({"current_password": format!("wrong {n}"), "new_password": "long enough 7"});
    for n in 0..10 {
        thief.post("/api/auth/password", change(n)).await.problem(401, "bad_credentials");
    }
    assert_limited(thief.post("/api/auth/password", change(10)).await);
    assert_limited(thief.patch("/api/auth/me", json!({"email": "eve@example.org", "current_password": "x"})).await);
    let delete = thief.request(Method::DELETE, "/api/auth/me").json(&json!({"password": PASSWORD}));
    assert_limited(thief.send(delete).await);
    assert_limited(guess(&thief, "ada@example.org", PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_secret_and_refresh_tokens_are_limited_apart() {
    let app = App::with_defaults(&[("rate_limit_ip", "0"), ("init_secret", "open sesame")]).await;
    let owner = app.anonymous().register("ada@example.org").await;
    let attacker = app.anonymous().from_address("127.0.1.1");
    let initialize = async |caller: &Caller, secret: &str| {
        let request = caller.request(Method::POST, "/system/initialize-database").header("x-init-secret", secret);
        caller.send(request).await
    };
    let refresh = async |token: &str| attacker.post("/api/auth/refresh", json!({"refresh_token": token})).await;
    for _ in 0..10 {
        initialize(&attacker, "guess").await.problem(403, "forbidden");
        refresh("vvr_guess").await.problem(401, "unauthenticated");
    }
    assert_limited(initialize(&attacker, "open sesame").await);
    assert_limited(refresh("vvr_guess").await);
    // A genuine token is not refused for the guesses of others.
    refresh(&owner.refresh_token).await.expect(200);
    for _ in 0..12 {
        initialize(&app.anonymous(), "open sesame").await.expect(200);
    }
    guess(&attacker, "ada@example.org", PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_registers_ten_accounts_an_hour() {
    let app = app().await;
    let register = async |caller: &Caller, n: usize| {
        let account = json!({"email": format!("user{n}@example.org"), "password": PASSWORD});
        caller.post("/api/auth/register", account).await
    };
    let attacker = app.anonymous().from_address("127.0.1.1");
    for n in 0..10 {
        register(&attacker, n).await.expect(201);
    }
    let refused = register(&attacker, 10).await;
    assert!(refused.header("retry-after").parse::<u64>().expect("seconds") > 3_000);
    refused.problem(429, "rate_limited");
    register(&app.anonymous().from_address("127.0.2.1"), 11).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_sign_ins_at_once_neither_pile_up_nor_delay_others() {
    let app = App::with_defaults(&[("rate_limit_ip", "0"), ("rate_limit_user", "0"), ("sign_in_attempts", "0")]).await;
    let owner = app.anonymous().register("ada@example.org").await;
    let start = Instant::now();
    guess(&owner, "ada@example.org", PASSWORD).await.expect(200);
    let one = start.elapsed();
    let crowd = app.anonymous().from_address("127.0.1.1");
    let logins: Vec<_> = (0..64)
        .map(|_| {
            let crowd = crowd.clone();
            tokio::spawn(async move { guess(&crowd, "ada@example.org", PASSWORD).await.status })
        })
        .collect();
    let mut slowest = std::time::Duration::ZERO;
    for _ in 0..50 {
        let start = Instant::now();
        owner.get("/api/collection").await.expect(200);
        slowest = slowest.max(start.elapsed());
    }
    let mut served = 0;
    for login in logins {
        match login.await.expect("an answer") {
            200 => served += 1,
            503 => {}
            status => panic!("{status}"),
        }
    }
    eprintln!("{served} of 64 sign-ins at once in {:?}; one takes {one:?}; slowest other {slowest:?}", start.elapsed());
    assert!(served >= 8, "{served}");
    assert!(slowest < one * 10, "{slowest:?} beside {one:?}");
}

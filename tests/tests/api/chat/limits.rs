//! Limits of the length of a message and of the questions in a day.

use serde_json::json;
use stand_ins::ApiFormat;
use tests::App;

use super::ChatSetup;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_has_1_to_8000_characters() {
    let app = App::start().await;
    let caller = app.collector().await;
    for (message, good) in
        [("é".repeat(8_000), true), ("é".repeat(8_001), false), (String::new(), false), (" \n".to_owned(), false)]
    {
        let answer = caller.post("/api/chat", json!({"message": message})).await;
        match good {
            true => drop(answer.expect(200)),
            false => assert_eq!(answer.faults(), ["message"]),
        }
    }
    assert_eq!(caller.post("/api/chat", json!({})).await.faults(), ["message"]);
    assert_eq!(caller.post("/api/chat", json!({"message": "x", "model": "y"})).await.faults(), ["model"]);
    assert_eq!(
        caller.post("/api/chat", json!({"message": "x", "conversation_id": "7"})).await.faults(),
        ["conversation_id"]
    );
    caller.post("/api/chat", json!({"message": "x", "conversation_id": 7})).await.problem(404, "not_found");
    // One of these requests was valid and counts as a question.
    assert_eq!(caller.get("/api/chat/providers").await.expect(200).json()["remaining"], 199);
    assert_eq!(caller.get("/api/chat/conversations").await.expect(200).json()["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daily_quota_is_exact_even_for_simultaneous_questions() {
    let setup = ChatSetup::with(ApiFormat::OpenAi, &[("chat_daily_quota", "5")]).await;
    let asked = (0..20).map(|_| {
        let caller = setup.caller.clone();
        tokio::spawn(async move { caller.post("/api/chat", json!({"message": "x"})).await })
    });
    let (mut answered, mut refused) = (0, 0);
    for answer in asked.collect::<Vec<_>>() {
        let answer = answer.await.expect("an answer");
        match answer.status {
            200 => answered += 1,
            _ => {
                let seconds: u64 = answer.header("retry-after").parse().expect("seconds");
                assert!((1..=86_400).contains(&seconds), "{seconds}");
                answer.problem(429, "quota_exceeded");
                refused += 1;
            }
        }
    }
    assert_eq!((answered, refused), (5, 15));
    assert_eq!(setup.model.count("/"), 5, "a question beyond the quota reached the provider");
    assert_eq!(setup.caller.get("/api/chat/conversations").await.expect(200).json()["total"], 5);
    // Every user has a separate quota.
    setup.app.collector().await.post("/api/chat", json!({"message": "x"})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quota_is_renewed_every_day() {
    let app = App::with(&[("chat_daily_quota", "1")]).await;
    let caller = app.collector().await;
    caller.post("/api/chat", json!({"message": "x"})).await.expect(200);
    caller.post("/api/chat", json!({"message": "x"})).await.problem(429, "quota_exceeded");
    let database = app.connect();
    database.execute("UPDATE chat_usage SET day = '2020-01-01'", []).expect("the usage is of an earlier day");
    caller.post("/api/chat", json!({"message": "x"})).await.expect(200);
    let days: i64 = database.query_row("SELECT count(*) FROM chat_usage", [], |row| row.get(0)).expect("a count");
    assert_eq!(days, 1, "the usage of past days is deleted");
    let none = App::with(&[("chat_daily_quota", "0")]).await;
    none.collector().await.post("/api/chat", json!({"message": "x"})).await.problem(429, "quota_exceeded");
}

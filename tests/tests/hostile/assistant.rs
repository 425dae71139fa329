//! The assistant: questions, conversations and keys without end, and a key that would be sent elsewhere.

use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};
use stand_ins::{ApiFormat, LanguageModel, StreamFault};
use tests::{Answer, App, Caller, ChatStream};

struct Setup {
    model: LanguageModel,
    app: App,
    caller: Caller,
}

impl Setup {
    /// An operator who has chosen a provider and pays for its answers.
    async fn with(variables: &[(&str, &str)]) -> Self {
        let model = LanguageModel::start(ApiFormat::OpenAi).await;
        let url = model.url();
        let mut all =
            vec![("chat_provider", "openai"), ("chat_base_url", url.as_str()), ("chat_api_key", "sk-operator")];
        all.extend(variables);
        let app = App::with(&all).await;
        let caller = app.collector().await;
        Self { model, app, caller }
    }
}

async fn ask(caller: &Caller, question: Value) -> Answer {
    caller.post("/api/chat", question).await
}

fn count(database: &Connection, statement: &str) -> i64 {
    database.query_row(statement, [], |row| row.get(0)).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_not_stored_costs_nothing() {
    let app = App::start().await;
    let caller = app.collector().await;
    app.connect()
        .execute_batch("CREATE TRIGGER refused BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'disk_full'); END")
        .expect("a database that takes no message");
    for _ in 0..3 {
        ask(&caller, json!({"message": "Hello?"})).await.problem(500, "internal");
    }
    let database = app.connect();
    database.execute_batch("DROP TRIGGER refused").expect("room again");
    assert_eq!(caller.get("/api/chat/providers").await.expect(200).json()["remaining"], 200, "a question was counted");
    assert_eq!(count(&database, "SELECT count(*) FROM conversations"), 0, "an empty conversation was stored");
    assert_eq!(count(&database, "SELECT count(*) FROM chat_answers"), 0, "an answer counts as in progress");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_beyond_the_quota_is_refused_before_the_collection_is_read() {
    let app = App::with(&[("chat_daily_quota", "0")]).await;
    let caller = app.collector().await;
    // The collection would refuse this list with 422: it has an album without names.
    let question = json!({"message": "Hello?", "collection": [{}]});
    ask(&caller, question.clone()).await.problem(429, "quota_exceeded");
    let with = |name: &str, value: Value| {
        let mut question = question.clone();
        question[name] = value;
        question
    };
    let app = App::start().await;
    let caller = app.collector().await;
    assert_eq!(ask(&caller, with("message", json!("x".repeat(8_001)))).await.faults(), ["message"]);
    assert_eq!(ask(&caller, with("provider", json!("skynet"))).await.faults(), ["provider"]);
    ask(&caller, with("conversation_id", json!(7))).await.problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_a_mebibyte_is_refused_at_once() {
    let app = App::start().await;
    let caller = app.collector().await;
    let words: String = (0..).map(|n| format!("word{n} ")).take(90_000).collect::<String>();
    let began = Instant::now();
    for _ in 0..10 {
        let message = words.get(..1_000_000).unwrap_or(&words);
        assert_eq!(ask(&caller, json!({"message": message})).await.faults(), ["message"]);
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn control_characters_are_not_stored() {
    let app = App::start().await;
    let caller = app.collector().await;
    let question = "Do I own\tthis?\nOr that?".to_owned() + &"\u{1}".repeat(7_000);
    let answer = ask(&caller, json!({"message": question})).await.expect(200).json();
    let whole = caller.get(&format!("/api/chat/conversations/{}", answer["conversation_id"])).await.expect(200).json();
    assert_eq!(whole["history"][0]["content"], "Do I own\tthis?\nOr that?");
    assert_eq!(ask(&caller, json!({"message": "\u{1}\u{2}"})).await.faults(), ["message"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_key_answers_a_limited_number_of_questions_a_day() {
    let setup = Setup::with(&[("chat_installation_quota", "2")]).await;
    let other = setup.app.collector().await;
    ask(&setup.caller, json!({"message": "Hello?"})).await.expect(200);
    ask(&other, json!({"message": "Hello?"})).await.expect(200);
    for caller in [&setup.caller, &other] {
        let answer = ask(caller, json!({"message": "Hello?"})).await;
        let seconds: u64 = answer.header("retry-after").parse().expect("seconds");
        assert!((1..=86_400).contains(&seconds), "{seconds}");
        answer.problem(503, "installation_quota_exceeded");
    }
    assert_eq!(setup.model.count("/"), 2);
    // The built-in assistant costs the operator nothing, and neither does a key of one's own.
    ask(&other, json!({"message": "Hello?", "provider": "builtin"})).await.expect(200);
    other.put("/api/chat/key", json!({"provider": "openai", "key": "sk-of-my-own"})).await.expect(200);
    ask(&other, json!({"message": "Hello?"})).await.expect(200);
    assert_eq!(setup.model.count("/"), 3);
    assert_eq!(
        other.get("/api/chat/providers").await.expect(200).json()["remaining"],
        197,
        "the refusal is not counted"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_a_limited_number_of_answers_in_progress() {
    let setup = Setup::with(&[]).await;
    let mut open = Vec::new();
    for _ in 0..8 {
        setup.model.next_stream(StreamFault::Stall(1));
        open.push(ChatStream::ask(&setup.caller, &json!({"message": "Hello?"})).await);
    }
    let refused = ask(&setup.caller, json!({"message": "Hello?"})).await;
    assert!(refused.headers.contains_key("retry-after"));
    refused.problem(429, "too_many_answers");
    // Others are answered meanwhile, and so is the user after one answer ended.
    let other = setup.app.collector().await;
    ask(&other, json!({"message": "Hello?"})).await.expect(200);
    let database = setup.app.connect();
    assert_eq!(count(&database, "SELECT count(*) FROM chat_answers"), 8);
    database.execute("DELETE FROM chat_answers WHERE id = (SELECT min(id) FROM chat_answers)", []).expect("one ends");
    ask(&setup.caller, json!({"message": "Hello?"})).await.expect(200);
    // An instance that was stopped does not take a place for ever.
    database.execute("UPDATE chat_answers SET until = unixepoch('now') - 1", []).expect("ten minutes pass");
    ask(&setup.caller, json!({"message": "Hello?"})).await.expect(200);
    assert_eq!(count(&database, "SELECT count(*) FROM chat_answers"), 0);
    drop(open);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_keeps_the_latest_500_conversations() {
    let app = App::with(&[("chat_daily_quota", "1000")]).await;
    let caller = app.collector().await;
    let first = ask(&caller, json!({"message": "The first"})).await.expect(200).json()["conversation_id"].clone();
    let database = app.connect();
    database
        .execute(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 500)
            INSERT INTO conversations (user_id, title, created_at, updated_at)
            SELECT user_id, title, created_at, updated_at || n FROM conversations, numbers",
            [],
        )
        .expect("500 more");
    let latest = ask(&caller, json!({"message": "The latest"})).await.expect(200).json()["conversation_id"].clone();
    assert_eq!(count(&database, "SELECT count(*) FROM conversations"), 500);
    caller.get(&format!("/api/chat/conversations/{first}")).await.problem(404, "not_found");
    caller.get(&format!("/api/chat/conversations/{latest}")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_have_at_most_32_mib() {
    let app = App::with(&[("chat_daily_quota", "1000")]).await;
    let (caller, other) = (app.collector().await, app.collector().await);
    ask(&other, json!({"message": "Of another user"})).await.expect(200);
    let database = app.connect();
    for _ in 0..10 {
        let conversation = ask(&caller, json!({"message": "Hello?"})).await.expect(200).json();
        add_messages(&database, &conversation["conversation_id"], 8, 512 << 10);
    }
    ask(&caller, json!({"message": "Hello?"})).await.expect(200);
    let bytes = count(&database, "SELECT sum(length(CAST(content AS BLOB))) FROM messages");
    assert!((24 << 20..=33 << 20).contains(&bytes), "{bytes} bytes are stored");
    assert_eq!(bytes, count(&database, "SELECT sum(bytes) FROM conversations"));
    assert_eq!(other.get("/api/chat/conversations").await.expect(200).json()["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_has_at_most_500_messages_and_4_mib() {
    let app = App::with(&[("chat_daily_quota", "1000")]).await;
    let caller = app.collector().await;
    let database = app.connect();
    for (messages, bytes) in [(800, 10), (40, 200 << 10)] {
        let id = ask(&caller, json!({"message": "Hello?"})).await.expect(200).json()["conversation_id"].clone();
        add_messages(&database, &id, messages, bytes);
        ask(&caller, json!({"message": "The latest", "conversation_id": id})).await.expect(200);
        let stored = count(&database, &format!("SELECT count(*) FROM messages WHERE conversation_id = {id}"));
        let bytes = count(
            &database,
            &format!("SELECT sum(length(CAST(content AS BLOB))) FROM messages WHERE conversation_id = {id}"),
        );
        assert!(stored <= 500 && bytes <= 4 << 20, "{stored} messages of {bytes} bytes");
        let whole = caller.get(&format!("/api/chat/conversations/{id}")).await.expect(200).json();
        let history = whole["history"].as_array().expect("history");
        assert_eq!((&whole["messages"], history.len()), (&json!(stored), usize::try_from(stored).expect("a number")));
        assert_eq!(history[history.len() - 2]["content"], "The latest");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_conversation_ends_at_4_mib_and_the_cursor_carries_on() {
    let app = App::start().await;
    let caller = app.collector().await;
    let id = ask(&caller, json!({"message": "The first"})).await.expect(200).json()["conversation_id"].clone();
    let database = app.connect();
    // As JSON, each of these characters has six bytes: 4 MiB become 24.
    database
        .execute(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 15)
            INSERT INTO messages (conversation_id, role, content, created_at)
            SELECT ?1, 'user', n || printf('%.*c', 250000, char(1)), '2026-11-20T12:00:00.000Z' FROM numbers",
            [id.as_i64()],
        )
        .expect("messages");
    let path = format!("/api/chat/conversations/{id}");
    let (mut cursor, mut read, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let answer = caller.get(&format!("{path}{cursor}")).await.expect(200);
        assert!(answer.body.len() <= (4 << 20) + 1_000, "{} bytes", answer.body.len());
        let page = answer.json();
        let ids = page["history"].as_array().expect("history").iter().map(|message| message["id"].as_i64());
        read.splice(0..0, ids.map(|id| id.expect("an id")).collect::<Vec<_>>());
        pages += 1;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("?cursor={next}"),
            None => break,
        }
    }
    assert_eq!((read.len(), read.is_sorted(), pages), (17, true, 8));
    assert_eq!(caller.get(&format!("{path}?cursor=x")).await.faults(), ["cursor"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_question_reads_of_its_conversation_is_bounded() {
    let setup = Setup::with(&[]).await;
    let id = ask(&setup.caller, json!({"message": "Hello?"})).await.expect(200).json()["conversation_id"].clone();
    add_messages(&setup.app.connect(), &id, 60, 60_000);
    ask(&setup.caller, json!({"message": "And now?", "conversation_id": id})).await.expect(200);
    let asked = setup.model.asked();
    let sent: usize = asked["messages"].as_array().expect("messages").iter().skip(1).map(|m| m.to_string().len()).sum();
    assert!(sent < 20_000, "{sent} bytes of the conversation were sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_sent_only_to_the_server_that_it_was_stored_for() {
    let (first, second) =
        (LanguageModel::start(ApiFormat::OpenAi).await, LanguageModel::start(ApiFormat::OpenAi).await);
    let state = tempfile::tempdir().expect("a folder");
    let manifest = tests::repository().join("spin.toml");
    let mut caller: Option<Caller> = None;
    for (model, works) in [(&first, true), (&second, false), (&first, true)] {
        let url = model.url();
        let variables = [("chat_provider", "openai"), ("chat_base_url", url.as_str())];
        let running = App::serve(&manifest, state.path(), &variables).await;
        let anonymous = Caller::anonymous(&running.url());
        let signed_in = match &caller {
            None => {
                let caller = anonymous.register("keeper@example.org").await;
                caller.put("/api/chat/key", json!({"provider": "openai", "key": "sk-my-own-key"})).await.expect(200);
                caller
            }
            Some(before) => anonymous.bearing(&before.access_token),
        };
        let answer = ask(&signed_in, json!({"message": "Hello?"})).await;
        match works {
            true => drop(answer.expect(200)),
            false => drop(answer.problem(409, "key_unreadable")),
        }
        caller = Some(signed_in);
        running.stop().await;
    }
    assert_eq!(second.received().len(), 0, "the key was sent to another server");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_is_stored_for_a_server_without_https() {
    let app = App::with(&[("chat_provider", "openai"), ("chat_base_url", "http://models.example:8000")]).await;
    let caller = app.collector().await;
    let key = |provider: &str| json!({"provider": provider, "key": "sk-my-own-key"});
    assert_eq!(caller.put("/api/chat/key", key("openai")).await.faults(), ["provider"]);
    caller.put("/api/chat/key", key("anthropic")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cache_stores_answers_and_conversations() {
    let app = App::start().await;
    let caller = app.collector().await;
    let answer = ask(&caller, json!({"message": "Hello?"})).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let path = format!("/api/chat/conversations/{}", answer.json()["conversation_id"]);
    caller.put("/api/chat/key", json!({"provider": "openai", "key": "sk-my-own-key"})).await.expect(200);
    for path in [path.as_str(), "/api/chat/conversations", "/api/chat/providers", "/api/chat/key"] {
        assert_eq!(caller.get(path).await.expect(200).header("cache-control"), "no-store", "{path}");
    }
    let renamed = caller.patch(&path, json!({"title": "Sunday"})).await.expect(200);
    assert_eq!(renamed.header("cache-control"), "no-store");
}

/// Adds messages of so many bytes to a conversation.
fn add_messages(database: &Connection, conversation: &Value, messages: i64, bytes: i64) {
    database
        .execute(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2)
            INSERT INTO messages (conversation_id, role, content, created_at)
            SELECT ?1, 'user', printf('%.*c', ?3, 'x'), '2026-11-20T12:00:00.000Z' FROM numbers",
            (conversation.as_i64(), messages, bytes),
        )
        .expect("messages");
}

//! `/api/chat/key`: a user's own key, which is stored encrypted and is in no answer.

use serde_json::{Value, json};
use stand_ins::{ApiFormat, LanguageModel};
use tests::{App, ChatStream};

use super::{ANSWER, ChatSetup};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_used_for_its_user_and_is_in_no_answer() {
    let setup = ChatSetup::start(ApiFormat::OpenAi).await;
    let caller = &setup.caller;
    caller.get("/api/chat/key").await.problem(404, "not_found");
    let key = "sk-my-very-own-key-9876";
    let stored =
        caller.put("/api/chat/key", json!({"provider": "openai", "key": key, "model": "mine"})).await.expect(200);
    let read = caller.get("/api/chat/key").await.expect(200);
    assert_eq!(stored.json(), read.json());
    assert_eq!(
        (&read.json()["provider"], &read.json()["last4"], &read.json()["model"]),
        (&json!("openai"), &json!("9876"), &json!("mine"))
    );
    let list = caller.get("/api/chat/providers").await.expect(200);
    for answer in [&stored, &read, &list] {
        assert!(!answer.text().contains("very-own"), "{}", answer.text());
    }

    let (text, _, done) = setup.ask("Hello?").await;
    assert_eq!((text.as_str(), &done["model"]), (ANSWER, &json!("mine")));
    assert_eq!(setup.model.received()[0].header("authorization"), format!("Bearer {key}"));
    // Requests of other users have the operator's key.
    let other = setup.app.collector().await;
    ChatStream::ask(&other, &json!({"message": "Hello?"})).await.read_to_end().await;
    assert_eq!(setup.model.received()[1].header("authorization"), "Bearer sk-operator");

    let database = setup.app.connect();
    let sealed: String =
        database.query_row("SELECT sealed FROM provider_keys", [], |row| row.get(0)).expect("the stored key");
    assert!(!sealed.contains("very-own") && sealed.len() >= 2 * (12 + key.len() + 16), "{sealed}");
    drop(database);

    caller.delete("/api/chat/key").await.expect(204);
    caller.delete("/api/chat/key").await.problem(404, "not_found");
    setup.ask("Hello?").await;
    assert_eq!(setup.model.received()[2].header("authorization"), "Bearer sk-operator");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_copied_to_another_user_cannot_be_decrypted() {
    let setup = ChatSetup::start(ApiFormat::OpenAi).await;
    let other = setup.app.collector().await;
    for (caller, key) in [(&setup.caller, "sk-first-key-1111"), (&other, "sk-second-key-2222")] {
        caller.put("/api/chat/key", json!({"provider": "openai", "key": key})).await.expect(200);
    }
    let database = setup.app.connect();
    database
        .execute("UPDATE provider_keys SET sealed = (SELECT sealed FROM provider_keys ORDER BY user_id LIMIT 1)", [])
        .expect("a swap");
    let answer = other.post("/api/chat", json!({"message": "Hello?"})).await;
    answer.problem(409, "key_unreadable");
    assert_eq!(setup.model.count("/"), 0);
    // The built-in assistant needs no key.
    other.post("/api/chat", json!({"message": "Hello?", "provider": "builtin"})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_usable_after_a_restart_but_not_with_another_secret() {
    let model = LanguageModel::start(ApiFormat::Anthropic).await;
    let url = model.url();
    let state = tempfile::tempdir().expect("a folder");
    let manifest = tests::repository().join("spin.toml");
    let variables = |secret: &'static str| {
        [("chat_provider", "anthropic".to_owned()), ("chat_base_url", url.clone()), ("chat_secret", secret.to_owned())]
    };
    let mut caller: Option<tests::Caller> = None;
    for (secret, works) in [
        ("first secret of the installation", true),
        ("first secret of the installation", true),
        ("other secret of the installation", false),
    ] {
        let variables = variables(secret);
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let running = App::serve(&manifest, state.path(), &variables).await;
        let anonymous = tests::Caller::anonymous(&running.url());
        let signed_in = match &caller {
            None => {
                let caller = anonymous.register("keeper@example.org").await;
                caller
                    .put("/api/chat/key", json!({"provider": "anthropic", "key": "sk-ant-kept-5555"}))
                    .await
                    .expect(200);
                caller
            }
            Some(before) => anonymous.bearing(&before.access_token),
        };
        let answer = signed_in.post("/api/chat", json!({"message": "Hello?"})).await;
        match works {
            true => assert_eq!(answer.expect(200).json()["answer"], ANSWER),
            false => drop(answer.problem(409, "key_unreadable")),
        }
        caller = Some(signed_in);
        running.stop().await;
    }
    assert!(model.received().iter().all(|request| request.header("x-api-key") == "sk-ant-kept-5555"));
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_fields_are_named() {
    let app = App::with(&[("chat_secret", "short")]).await;
    let caller = app.collector().await;
    let good = json!({"provider": "together", "key": "12345678"});
    caller.put("/api/chat/key", good.clone()).await.problem(500, "misconfigured");
    let app = App::start().await;
    let caller = app.collector().await;
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, field) in [
        (with("provider", json!("ollama")), "provider"),
        (with("provider", json!("https://evil.example")), "provider"),
        (with("key", json!("short")), "key"),
        (with("key", json!("with a\r\nheader: x")), "key"),
        (with("key", json!("x".repeat(501))), "key"),
        (with("model", json!("")), "model"),
        (with("model", json!("a b")), "model"),
        (with("base_url", json!("https://evil.example")), "base_url"),
    ] {
        assert_eq!(caller.put("/api/chat/key", body).await.faults(), [field]);
    }
    let stored = caller.put("/api/chat/key", good).await.expect(200).json();
    assert_eq!(stored["last4"], "78", "of a short key only two characters are shown");
}

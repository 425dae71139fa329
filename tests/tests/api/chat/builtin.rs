//! The built-in assistant, which is the default and answers from the database.

use serde_json::{Value, json};
use tests::{App, Caller, ChatStream};

async fn collector(app: &App) -> Caller {
    let caller = app.collector().await;
    for album in [
        json!({"artist": "Miles Davis", "album": "Kind of Blue", "genre": "Jazz", "year": 1959, "label": "Columbia",
            "rating": 5, "purchase_price": 30.5, "purchase_currency": "EUR"}),
        json!({"artist": "John Coltrane", "album": "A Love Supreme", "genre": "Jazz", "year": 1965,
            "label": "Impulse!", "format": "LP"}),
        json!({"artist": "Eric Dolphy", "album": "Out to Lunch!", "genre": "Jazz", "year": 1964, "label": "Blue Note",
            "rating": 4, "tags": ["played"], "quantity": 2}),
        json!({"artist": "Can", "album": "Tago Mago", "genre": "Rock", "style": "Krautrock", "year": 1971,
            "country": "Germany", "purchase_price": 120, "purchase_currency": "EUR", "notes": "for rainy evenings"}),
        json!({"artist": "Burial", "album": "Untrue", "genre": "Electronic", "year": 2007}),
    ] {
        caller.add(album).await;
    }
    caller
}

async fn answer(caller: &Caller, message: &str) -> String {
    let answer = caller.post("/api/chat", json!({"message": message})).await.expect(200).json();
    assert_eq!((&answer["complete"], &answer["provider"]), (&json!(true), &json!("builtin")), "{answer}");
    answer["answer"].as_str().expect("an answer").to_owned()
}

/// Questions about the albums of [`collector`], and their answers.
const QUESTIONS: [(&str, &str); 21] = [
    ("How many records do I have?", "You have 5 albums, 6 copies in all."),
    ("How many jazz albums from the sixties?", "You have 2 Jazz albums from the 1960s, 3 copies in all."),
    (
        "Which of my jazz records from the sixties have I not rated?",
        "You have 1 unrated Jazz album from the 1960s:\n- John Coltrane – A Love Supreme (1965), Impulse!, LP",
    ),
    (
        "What is my oldest record?",
        "By year of release, the oldest of your albums is Miles Davis – Kind of Blue (1959). \
         Next comes Eric Dolphy – Out to Lunch! (1964).",
    ),
    (
        "What's my newest jazz album?",
        "By year of release, the newest of your Jazz albums is John Coltrane – A Love Supreme (1965). \
         Next comes Eric Dolphy – Out to Lunch! (1964).",
    ),
    (
        "What is my most valuable record?",
        "By what you paid, the most valuable of your albums is Can – Tago Mago (1971): EUR 120.00.\n\
         - then Miles Davis – Kind of Blue (1959): EUR 30.50",
    ),
    (
        "How much have I spent on jazz?",
        "You spent EUR 30.50 on your Jazz albums. For 2 of them no purchase price is recorded.",
    ),
    ("How many albums by decade?", "Your albums by decade:\n- 1950s: 1\n- 1960s: 2\n- 1970s: 1\n- 2000s: 1"),
    ("How many albums per genre?", "Your albums by genre:\n- Jazz: 3\n- Electronic: 1\n- Rock: 1"),
    ("Which labels do I have?", "Your albums by label:\n- Blue Note: 1\n- Columbia: 1\n- Impulse!: 1"),
    ("List what I have by Can", "You have 1 album by Can:\n- Can – Tago Mago (1971)"),
    (
        "Which records are on Blue Note?",
        "You have 1 album on Blue Note:\n- Eric Dolphy – Out to Lunch! (1964), Blue Note, 2 copies",
    ),
    (
        "Which records have 4 stars or more?",
        "You have 2 albums rated 4 to 5:\n- Eric Dolphy – Out to Lunch! (1964), Blue Note, 2 copies\n\
         - Miles Davis – Kind of Blue (1959), Columbia",
    ),
    (
        "Which have I never played from the fifties?",
        "You have 1 unplayed album from the 1950s:\n- Miles Davis – Kind of Blue (1959), Columbia",
    ),
    ("Do I own Kind of Blue by Miles Davis?", "Yes, you own:\n- Miles Davis – Kind of Blue (1959), Columbia"),
    ("Do I already have Love Supreme?", "Yes, you own:\n- John Coltrane – A Love Supreme (1965), Impulse!, LP"),
    (
        "Do I own Bitches Brew by Miles Davis?",
        "No, not that I can find. The closest matches that you own:\n- Miles Davis – Kind of Blue (1959), Columbia",
    ),
    ("Do I own Arrival by Abba?", "No, not that I can find."),
    ("What are my favourites?", "Your best rated albums:\n- Miles Davis – Kind of Blue (1959), Columbia"),
    ("How many reggae albums do I have?", "You have no albums with “reggae”."),
    (
        "Pick one of my krautrock records",
        "How about Can – Tago Mago (1971)? It is one of your Rock records, and you have not rated it yet.",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_questions_about_the_collection() {
    let app = App::start().await;
    let caller = collector(&app).await;
    for (question, expected) in QUESTIONS {
        assert_eq!(answer(&caller, question).await, expected, "{question}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_names_the_questions_that_it_cannot_answer() {
    let app = App::start().await;
    let caller = collector(&app).await;
    assert!(answer(&caller, "Who played drums on it?").await.starts_with("I am the built-in assistant"));
    let picked = answer(&caller, "What should I play on a sunny Sunday?").await;
    assert!(
        picked.starts_with("How about ") && picked.contains("I cannot judge what goes with “sunny sunday”"),
        "{picked}"
    );
    // The words "rainy evenings" are in the notes of an album.
    let picked = answer(&caller, "Recommend something for rainy evenings").await;
    assert!(picked.starts_with("How about Can – Tago Mago") && !picked.contains("cannot"), "{picked}");
    let empty = app.collector().await;
    assert!(answer(&empty, "How many?").await.starts_with("There are no albums in this collection yet"));
}

#[tokio::test(flavor = "multi_thread")]
async fn wanted_and_trashed_albums_do_not_count_as_owned() {
    let app = App::start().await;
    let caller = app.collector().await;
    caller.add(json!({"artist": "Wanted", "album": "x", "wanted": true})).await;
    let trashed = caller.add(json!({"artist": "Trashed", "album": "x"})).await;
    caller.delete(&format!("/api/collection/{}", trashed["id"])).await.expect(204);
    caller.add(json!({"artist": "Owned", "album": "x"})).await;
    assert_eq!(answer(&caller, "How many records do I have?").await, "You have 1 album.");
    assert_eq!(answer(&caller, "Do I own x by Wanted?").await, "No, not that I can find.");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_about_a_collection_in_the_request() {
    let app = App::start().await;
    let caller = app.collector().await;
    let list = json!([{"artist": "Ella", "album": "Mack the Knife", "genre": "Jazz", "year": 1960},
        {"artist": "B", "album": "C", "year": 1961}]);
    let ask = |message: &str| json!({"message": message, "collection": list});
    let text_of = |answer: Value| answer["answer"].as_str().expect("an answer").to_owned();
    let answer = caller.post("/api/chat", ask("How many jazz records?")).await.expect(200).json();
    assert_eq!(text_of(answer), "You have 1 Jazz album.");
    let answer = caller.post("/api/chat", ask("Do I own Mack the Knife?")).await.expect(200).json();
    assert_eq!(text_of(answer), "Yes, you own:\n- Ella – Mack the Knife (1960)");
    assert_eq!(caller.list("").await.len(), 0);

    let faults =
        caller.post("/api/chat", json!({"message": "x", "collection": [{"artist": "A", "yaer": 1}]})).await.faults();
    assert_eq!(faults, ["collection[0].yaer", "collection[0].album"]);
    let faults = caller.post("/api/chat", json!({"message": "x", "collection": {"a": 1}})).await.faults();
    assert_eq!(faults, ["collection"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_streams_its_answer_like_the_providers() {
    let app = App::start().await;
    let caller = collector(&app).await;
    let (text, name, done) =
        ChatStream::ask(&caller, &json!({"message": "How many albums by decade?"})).await.read_to_end().await;
    assert_eq!(text, "Your albums by decade:\n- 1950s: 1\n- 1960s: 2\n- 1970s: 1\n- 2000s: 1");
    assert_eq!((name.as_str(), &done["provider"], &done["model"]), ("done", &json!("builtin"), &Value::Null));
    assert!(done["message_id"].is_i64() && done["conversation_id"].is_i64(), "{done}");
}

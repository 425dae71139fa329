//! `GET /api/openapi.json` and `GET /api/docs`: what they say is what the application does.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, App, Caller, PASSWORD, records};

async fn document(app: &App) -> Value {
    app.anonymous().get("/api/openapi.json").await.expect(200).json()
}

/// Paths and methods of the document.
fn operations(document: &Value) -> Vec<(&String, BTreeSet<String>)> {
    let methods = |item: &Value| item.as_object().expect("a path").keys().map(|method| method.to_uppercase()).collect();
    document["paths"].as_object().expect("paths").iter().map(|(path, item)| (path, methods(item))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_openapi_3_1() {
    let app = App::start().await;
    let answer = app.anonymous().get("/api/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let document = answer.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")), "{}", document["openapi"]);
    let health = app.anonymous().get("/api/health").await.expect(200).json();
    assert_eq!(document["info"]["version"], health["version"]);

    let ids: Vec<_> = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|item| item.as_object().expect("a path").values())
        .map(|operation| operation["operationId"].as_str().expect("an id"))
        .collect();
    assert!(ids.len() > 20, "{ids:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    references(&document, &document);
}

/// Every reference leads somewhere.
fn references(document: &Value, part: &Value) {
    if let Some(reference) = part.get("$ref").and_then(Value::as_str) {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
    match part {
        Value::Object(members) => members.values().for_each(|member| references(document, member)),
        Value::Array(items) => items.iter().for_each(|item| references(document, item)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_paths_of_the_document_take_the_methods_that_it_names_and_no_other() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let document = document(&app).await;
    for (path, mut documented) in operations(&document) {
        let real = path.replace("{id}", "1");
        for method in &documented {
            let request = anonymous.request(method.parse().expect("a method"), &real);
            let status = anonymous.send(request).await.status;
            // There is no cover of that name, whoever asks.
            let is_there = status != 404 || path.starts_with("/cache/");
            assert!(is_there && status != 405 && status < 500, "{method} {path}: {status}");
        }
        let refused = anonymous.send(anonymous.request("BREW".parse().expect("a method"), &real)).await.expect(405);
        let taken: BTreeSet<_> = refused.header("allow").split(',').map(|method| method.trim().to_owned()).collect();
        if documented.contains("GET") {
            documented.insert("HEAD".to_owned());
        }
        assert_eq!(taken, documented, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_needs_a_token_is_as_the_document_says() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let document = document(&app).await;
    let mut guarded = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path") {
            let request =
                anonymous.request(method.to_uppercase().parse().expect("a method"), &path.replace("{id}", "1"));
            let open = operation["security"].as_array().is_none_or(|ways| ways.contains(&json!({})));
            let status = anonymous.send(request.json(&json!({}))).await.status;
            assert_eq!(status == 401, !open, "{method} {path}: {status}");
            guarded += usize::from(!open);
        }
    }
    assert!(guarded > 10, "{guarded}");
}

/// The document, and a caller whose answers are held against it.
struct Witness<'a> {
    document: &'a Value,
    caller: &'a Caller,
}

impl Witness<'_> {
    /// Sends a request and checks that the answer is one that the document foresees.
    async fn sees(&self, method: &str, path: &str, body: Value, status: u16) -> Answer {
        let request = self.caller.request(method.to_uppercase().parse().expect("a method"), path);
        let answer = self.caller.send(if body.is_null() { request } else { request.json(&body) }).await.expect(status);
        let pattern = self.pattern(path.split('?').next().unwrap_or(path));
        let place = format!("{method} {pattern} {status}");
        let response = &self.document["paths"][&pattern][method]["responses"][status.to_string()];
        assert!(response.is_object(), "{place} is not in the document");
        match response["content"].as_object().and_then(|content| content.iter().next()) {
            None => assert!(answer.body.is_empty(), "{place}: {}", answer.text()),
            Some((media_type, content)) => {
                assert_eq!(answer.header("content-type"), media_type, "{place}");
                let faults = self.faults(&content["schema"], &answer.json(), "body");
                assert!(faults.is_empty(), "{place}: {faults:#?}\n{}", answer.text());
            }
        }
        for header in response["headers"].as_object().into_iter().flatten() {
            assert!(answer.headers.contains_key(header.0), "{place}: no {}", header.0);
        }
        answer
    }

    /// The path of the document that a real path is one of.
    fn pattern(&self, path: &str) -> String {
        let fits = |pattern: &&String| {
            let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
            pattern.len() == path.len()
                && pattern.iter().zip(&path).all(|(part, real)| part == real || part.starts_with('{'))
        };
        let paths = self.document["paths"].as_object().expect("paths");
        let found = paths.keys().find(|pattern| *pattern == path).or_else(|| paths.keys().find(fits));
        found.unwrap_or_else(|| panic!("{path} is not in the document")).clone()
    }

    /// What is wrong with a value, by as much of JSON Schema as the document uses; a member that no schema knows is
    /// wrong, too.
    fn faults(&self, schema: &Value, value: &Value, place: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let known = self.check(schema, value, place, &mut faults);
        if let (Some(known), Some(members)) = (known, value.as_object()) {
            let unknown = members.keys().filter(|member| !known.contains(*member));
            faults.extend(unknown.map(|member| format!("{place}.{member} is not in the document")));
        }
        faults
    }

    /// Notes faults, and answers with the members that the schema knows; `None` if any are welcome.
    fn check(&self, schema: &Value, value: &Value, place: &str, faults: &mut Vec<String>) -> Option<BTreeSet<String>> {
        let mut known = Some(BTreeSet::new());
        let join = |known: &mut Option<BTreeSet<String>>, more| match (known.as_mut(), more) {
            (Some(known), Some(more)) => known.extend(more),
            _ => *known = None,
        };
        for (keyword, rule) in schema.as_object().unwrap_or_else(|| panic!("{place}: no schema: {schema}")) {
            let list = || rule.as_array().expect("a list");
            match keyword.as_str() {
                "description" | "example" | "readOnly" | "writeOnly" | "default" | "propertyNames" => {}
                "$ref" => {
                    let target = rule.as_str().and_then(|text| self.document.pointer(text.trim_start_matches('#')));
                    join(&mut known, self.check(target.expect("a schema"), value, place, faults));
                }
                "allOf" => list().iter().for_each(|part| join(&mut known, self.check(part, value, place, faults))),
                "oneOf" | "anyOf" => {
                    let fits = list().iter().find(|part| {
                        self.check(part, value, place, &mut Vec::new()).is_some()
                            && self.faults(part, value, place).is_empty()
                    });
                    match fits {
                        Some(part) => join(&mut known, self.check(part, value, place, faults)),
                        None => faults.push(format!("{place}: {value} is none of {rule}")),
                    }
                }
                "type" => {
                    let types = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                    if !types.iter().any(|name| is_a(value, name.as_str().unwrap_or_default())) {
                        faults.push(format!("{place}: {value} is no {rule}"));
                    }
                }
                "enum" if !list().contains(value) => faults.push(format!("{place}: {value} is none of {rule}")),
                "enum" => {}
                "required" => {
                    let missing = list().iter().filter(|name| value.get(name.as_str().unwrap_or_default()).is_none());
                    faults.extend(missing.map(|name| format!("{place}: {name} is missing")));
                }
                "properties" => {
                    for (name, schema) in rule.as_object().expect("properties") {
                        if let Some(member) = value.get(name) {
                            faults.extend(self.faults(schema, member, &format!("{place}.{name}")));
                        }
                        if let Some(known) = &mut known {
                            known.insert(name.clone());
                        }
                    }
                }
                "additionalProperties" => {
                    if rule.is_object() {
                        for (name, member) in value.as_object().into_iter().flatten() {
                            faults.extend(self.faults(rule, member, &format!("{place}.{name}")));
                        }
                    }
                    known = None;
                }
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        faults.extend(self.faults(rule, item, &format!("{place}[{index}]")));
                    }
                }
                "maxItems" if value.as_array().is_some_and(|items| items.len() as u64 > rule.as_u64().unwrap_or(0)) => {
                    faults.push(format!("{place} has more than {rule} items"));
                }
                "minLength" | "maxLength" => {
                    let (length, limit) =
                        (value.as_str().map(|text| text.chars().count() as u64), rule.as_u64().unwrap_or(0));
                    if length.is_some_and(|length| if keyword == "minLength" { length < limit } else { length > limit })
                    {
                        faults.push(format!("{place}: {keyword} {rule}"));
                    }
                }
                "minimum" if value.as_f64().is_some_and(|number| number < rule.as_f64().unwrap_or(0.0)) => {
                    faults.push(format!("{place}: {value} is less than {rule}"));
                }
                "maximum" if value.as_f64().is_some_and(|number| number > rule.as_f64().unwrap_or(0.0)) => {
                    faults.push(format!("{place}: {value} is more than {rule}"));
                }
                "maxItems" | "minimum" | "maximum" => {}
                "format" if rule == "date-time" && value.as_str().is_some_and(|text| !is_time(text)) => {
                    faults.push(format!("{place}: {value} is no time"));
                }
                "format" | "pattern" => {}
                _ => faults.push(format!("{place}: these tests do not know {keyword}")),
            }
        }
        let says_nothing = schema.as_object().is_some_and(serde_json::Map::is_empty)
            || schema.get("type").is_some_and(|name| name == "object") && schema.get("properties").is_none();
        if says_nothing { None } else { known }
    }
}

fn is_a(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// RFC 3339 in UTC, at its plainest.
fn is_time(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    matches!(shape.as_str(), "0000-00-00T00:00:00Z" | "0000-00-00T00:00:00.000Z")
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_what_the_document_foresees() {
    let app =
        App::with(&[("init_secret", "open sesame"), ("admin_email", "root@example.org"), ("admin_password", PASSWORD)])
            .await;
    let (collector, anonymous, document) = (app.collector().await, app.anonymous(), document(&app).await);
    let witness = Witness { document: &document, caller: &collector };
    let stranger = Witness { document: &document, caller: &anonymous };
    let nothing = Value::Null;

    stranger.sees("get", "/api/health", nothing.clone(), 200).await;
    stranger.sees("get", "/system/health", nothing.clone(), 200).await;
    let account = json!({"email": "ada@example.org", "password": PASSWORD, "name": "Ada"});
    stranger.sees("post", "/api/auth/register", account.clone(), 201).await;
    stranger.sees("post", "/api/auth/register", account.clone(), 409).await;
    stranger.sees("post", "/api/auth/register", json!({"email": "", "password": ""}), 422).await;
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let ada = stranger.sees("post", "/api/auth/login", login, 200).await.json();
    stranger.sees("post", "/api/auth/login", json!({"email": "ada@example.org", "password": "x"}), 401).await;
    stranger.sees("post", "/api/auth/refresh", json!({"refresh_token": ada["refresh_token"]}), 200).await;
    stranger.sees("post", "/api/auth/refresh", json!({"refresh_token": "x"}), 401).await;
    stranger.sees("get", "/api/auth/me", nothing.clone(), 401).await;
    stranger.sees("get", "/system/status", nothing.clone(), 401).await;
    stranger.sees("post", "/system/initialize-database", nothing.clone(), 401).await;

    witness.sees("get", "/api/auth/me", nothing.clone(), 200).await;
    witness.sees("patch", "/api/auth/me", json!({"name": "Eve"}), 200).await;
    witness.sees("patch", "/api/auth/me", json!({"email": "x"}), 422).await;
    witness.sees("patch", "/api/auth/me", json!({"email": "ada@example.org", "current_password": PASSWORD}), 409).await;
    let sessions = witness.sees("get", "/api/auth/sessions", nothing.clone(), 200).await.json();
    witness.sees("delete", "/api/auth/sessions/x", nothing.clone(), 404).await;
    witness.sees("get", "/system/status", nothing.clone(), 403).await;
    witness.sees("post", "/api/auth/password", json!({"current_password": "x", "new_password": PASSWORD}), 401).await;

    let album = witness.sees("post", "/api/collection", records::whole(), 201).await.json();
    let path = format!("/api/collection/{}", album["id"]);
    witness.sees("post", "/api/collection", records::album("Plain", "x"), 201).await;
    witness.sees("post", "/api/collection", json!({"year": "x"}), 422).await;
    for query in ["", "?limit=1", "?q=sigur", "?sort=-year&trashed=true"] {
        witness.sees("get", &format!("/api/collection{query}"), nothing.clone(), 200).await;
    }
    witness.sees("get", "/api/collection?sort=doc", nothing.clone(), 422).await;
    witness.sees("get", "/api/collection?q=%FF", nothing.clone(), 400).await;
    witness.sees("get", &path, nothing.clone(), 200).await;
    witness.sees("get", "/api/collection/0", nothing.clone(), 404).await;
    witness.sees("patch", &path, json!({"rating": 1}), 200).await;
    witness.sees("put", &path, records::whole(), 200).await;
    witness.sees("get", "/api/collection/stats", nothing.clone(), 200).await;

    let said = witness.sees("post", "/api/chat", json!({"message": "How many?"}), 200).await.json();
    witness.sees("post", "/api/chat", json!({"message": ""}), 422).await;
    witness.sees("get", "/api/chat/conversations", nothing.clone(), 200).await;
    let path_of_conversation = format!("/api/chat/conversations/{}", said["conversation_id"]);
    witness.sees("get", &path_of_conversation, nothing.clone(), 200).await;
    witness.sees("patch", &path_of_conversation, json!({"title": "Numbers"}), 200).await;
    witness.sees("delete", &path_of_conversation, nothing.clone(), 204).await;
    witness.sees("get", &path_of_conversation, nothing.clone(), 404).await;
    witness.sees("get", "/api/chat/providers", nothing.clone(), 200).await;
    witness.sees("get", "/api/chat/key", nothing.clone(), 404).await;
    witness.sees("put", "/api/chat/key", json!({"provider": "together", "key": "12345678", "model": "m"}), 200).await;
    witness.sees("get", "/api/chat/key", nothing.clone(), 200).await;
    witness.sees("delete", "/api/chat/key", nothing.clone(), 204).await;
    witness
        .sees(
            "post",
            "/api/collection/sync",
            json!({"albums": [{"id": album["id"], "rating": 2}], "deleted_ids": []}),
            200,
        )
        .await;
    let parent = witness.sees("post", "/api/collection/crates", json!({"name": "Jazz"}), 201).await.json();
    let inner = json!({"name": "Bop", "parent": parent["uid"], "position": 1});
    let inner = witness.sees("post", "/api/collection/crates", inner, 201).await.json();
    let crate_path = format!("/api/collection/crates/{}", inner["uid"].as_str().expect("a uid"));
    witness.sees("get", "/api/collection/crates", nothing.clone(), 200).await;
    witness.sees("patch", &crate_path, json!({"name": "Hard Bop"}), 200).await;
    witness.sees("delete", &crate_path, nothing.clone(), 204).await;
    let op = json!({"op_id": "o1", "kind": "put", "record_id": album["uid"], "base": 0, "patch": {"rating": 4},
        "edited_at": "2020-01-01T00:00:00Z"});
    let bad = json!({"op_id": "o2", "kind": "put", "record_id": "x", "patch": {}, "edited_at": "x"});
    let body = json!({"device_id": "phone", "cursor": null, "ops": [op, bad]});
    witness.sees("post", "/api/collection/sync", body, 200).await;
    witness.sees("get", "/api/collection/changes?limit=2", nothing.clone(), 200).await;
    let history = witness.sees("get", &format!("{path}/history"), nothing.clone(), 200).await.json();
    assert_eq!(history["lost"].as_array().map(Vec::len), Some(1), "the older edit lost: {history}");
    witness.sees("get", "/api/collection/owned?artist=Can&album=Tago%20Mago", nothing.clone(), 200).await;
    witness.sees("get", "/api/collection?wanted=true", nothing.clone(), 200).await;
    let file = json!([{"artist": "A", "album": "B"}, {"artist": "C"}, album]);
    witness.sees("post", "/api/collection/import?dry_run=true", file, 200).await;
    witness.sees("post", "/api/collection/import?format=xml", json!([]), 422).await;
    witness.sees("get", "/api/collection/export?format=xml", nothing.clone(), 422).await;

    witness.sees("delete", &path, nothing.clone(), 204).await;
    witness.sees("get", "/api/collection?trashed=true", nothing.clone(), 200).await;
    witness.sees("post", &format!("{path}/restore"), nothing.clone(), 200).await;
    let request = collector.request(Method::PATCH, &path).header("if-match", "\"1\"").json(&json!({"rating": 3}));
    let conflict = collector.send(request).await.problem(412, "version_conflict");
    let problem = json!({"$ref": "#/components/schemas/Problem"});
    assert_eq!(witness.faults(&problem, &conflict, "body"), Vec::<String>::new());

    let operator =
        anonymous.request(Method::POST, "/system/initialize-database").header("x-init-secret", "open sesame");
    let initialized = anonymous.send(operator).await.expect(200).json();
    assert_eq!(
        witness.faults(&json!({"$ref": "#/components/schemas/Initialized"}), &initialized, "body"),
        Vec::<String>::new()
    );

    let operator = anonymous.request(Method::POST, "/system/maintenance").header("x-init-secret", "open sesame");
    let maintained = anonymous.send(operator).await.expect(200).json();
    let schema = json!({"$ref": "#/components/schemas/Maintained"});
    assert_eq!(witness.faults(&schema, &maintained, "body"), Vec::<String>::new());

    let id = sessions["items"][0]["id"].as_str().expect("an id");
    witness.sees("delete", &format!("/api/auth/sessions/{id}"), nothing.clone(), 204).await;
    witness.sees("post", "/api/auth/logout", json!({"refresh_token": collector.refresh_token}), 204).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_the_document_does_not_foresee_would_be_noticed() {
    let app = App::start().await;
    let (collector, document) = (app.collector().await, document(&app).await);
    let witness = Witness { document: &document, caller: &collector };
    let album = collector.add(records::whole()).await;
    let schema = json!({"$ref": "#/components/schemas/Album"});
    assert_eq!(witness.faults(&schema, &album, "body"), Vec::<String>::new());
    for (field, value) in [
        ("year", json!("1999")),
        ("artist", json!(null)),
        ("created_at", json!("yesterday")),
        ("media_condition", json!("Shiny")),
        ("tags", json!([1])),
        ("password_hash", json!("x")),
    ] {
        let mut wrong = album.clone();
        wrong[field] = value;
        let faults = witness.faults(&schema, &wrong, "body");
        assert!(faults.len() == 1 && faults[0].contains(field), "{field}: {faults:?}");
    }
    assert_eq!(
        witness.faults(&schema, &json!({}), "body").len(),
        6,
        "{:?}",
        witness.faults(&schema, &json!({}), "body")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_for_people_runs_no_script_and_asks_nobody() {
    let app = App::start().await;
    let answer = app.anonymous().get("/api/docs").await.expect(200);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    let page = answer.text();
    assert!(!page.contains("<script") && !page.contains("src=\"http"), "the policy would stop it");
    for (path, _) in operations(&document(&app).await) {
        assert!(page.contains(path.as_str()), "{path}");
    }
}

//! Real answers, compared with the document: status, media type, headers and body.

mod auth;
mod chat;
mod collection;
mod system;

use reqwest::Method;
use serde_json::Value;
use tests::{Answer, App, Caller};

use super::{fetch_document, schemas::Schemas};

/// A caller whose answers are compared with the document.
struct CheckedCaller {
    document: Value,
    schemas: Schemas,
    caller: Caller,
}

impl CheckedCaller {
    async fn new(app: &App, caller: Caller) -> Self {
        let document = fetch_document(app).await;
        Self { schemas: Schemas::of(&document), document, caller }
    }

    async fn get(&self, path: &str, status: u16) -> Answer {
        self.send(Method::GET, path, None, status).await
    }

    async fn delete(&self, path: &str, status: u16) -> Answer {
        self.send(Method::DELETE, path, None, status).await
    }

    async fn post(&self, path: &str, body: Value, status: u16) -> Answer {
        self.send(Method::POST, path, Some(body), status).await
    }

    async fn put(&self, path: &str, body: Value, status: u16) -> Answer {
        self.send(Method::PUT, path, Some(body), status).await
    }

    async fn patch(&self, path: &str, body: Value, status: u16) -> Answer {
        self.send(Method::PATCH, path, Some(body), status).await
    }

    /// Sends a request; fails if the answer is not one that the document describes.
    async fn send(&self, method: Method, path: &str, body: Option<Value>, status: u16) -> Answer {
        let request = self.caller.request(method.clone(), path);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let answer = self.caller.send(request).await.expect(status);
        self.check(&method, path, &answer);
        answer
    }

    /// Fails if the answer is not one that the document describes for this method and path.
    fn check(&self, method: &Method, path: &str, answer: &Answer) {
        let pattern = self.documented_path(path.split('?').next().unwrap_or(path));
        let operation = &self.document["paths"][pattern][method.as_str().to_lowercase()];
        let place = format!("{method} {pattern} {}", answer.status);
        let response = &operation["responses"][answer.status.to_string()];
        assert!(response.is_object(), "{place} is not in the document");
        match response["content"].as_object().and_then(|content| content.iter().next()) {
            None => assert!(answer.body.is_empty(), "{place}: {}", answer.text()),
            Some((media_type, content)) => {
                assert_eq!(answer.header("content-type"), media_type, "{place}");
                let faults = self.schemas.faults(&content["schema"], &answer.json());
                assert!(faults.is_empty(), "{place}: {faults:#?}\n{}", answer.text());
            }
        }
        for name in response["headers"].as_object().into_iter().flat_map(|headers| headers.keys()) {
            assert!(answer.headers.contains_key(name), "{place} has no header {name}");
        }
    }

    /// The path of the document, such as `/api/collection/{id}`, that a real path matches.
    fn documented_path(&self, path: &str) -> &str {
        let matches = |pattern: &&String| {
            let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
            pattern.len() == path.len()
                && pattern.iter().zip(&path).all(|(part, real)| part == real || part.starts_with('{'))
        };
        let paths = self.document["paths"].as_object().expect("paths");
        let found = paths.keys().find(|pattern| *pattern == path).or_else(|| paths.keys().find(matches));
        found.unwrap_or_else(|| panic!("{path} is not in the document"))
    }
}

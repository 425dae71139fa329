//! `GET /api/openapi.json` and `GET /api/docs`: the application does what the document says.

mod answers;
mod document;
mod schemas;

use std::collections::BTreeSet;

use serde_json::Value;
use tests::App;

async fn fetch_document(app: &App) -> Value {
    app.anonymous().get("/api/openapi.json").await.expect(200).json()
}

/// Each path of the document, with its methods in capitals.
fn operations(document: &Value) -> Vec<(&String, BTreeSet<String>)> {
    let methods = |item: &Value| item.as_object().expect("a path").keys().map(|method| method.to_uppercase()).collect();
    document["paths"].as_object().expect("paths").iter().map(|(path, item)| (path, methods(item))).collect()
}

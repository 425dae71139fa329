//! The API's documentation: `/api/openapi.json` for tools, `/api/docs` for people.
//!
//! Both are files in the repository, so that a change of the contract is seen in review. The test
//! `the_files_are_those_that_the_code_describes` makes them from the annotations of the handlers and compares;
//! `BLESS=1 cargo test -p gateway` writes them.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use crate::reply;

#[cfg(test)]
mod description;
#[cfg(test)]
mod page;

/// As `build.rs` shortens it.
#[cfg(not(test))]
const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));
#[cfg(test)]
const DOCUMENT: &str = include_str!("../openapi.json");
const PAGE: &str = include_str!("../docs.html");

/// The hash is that of the page's style (a test says so): no other style, script, frame or request is allowed.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'sha256-K6djwuugbgk9cE0QGIdRssiJ/ggp3ELW8CVYQdzGRyQ='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const BRIEFLY: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// This API, for tools: OpenAPI 3.1.
#[utoipa::path(get, path = "/api/openapi.json", tag = "documentation",
    responses((status = 200, description = "The document", content_type = "application/json")))]
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, reply::JSON), (header::CACHE_CONTROL, BRIEFLY)], DOCUMENT).into_response()
}

/// This API, for people. No script runs on the page.
#[utoipa::path(get, path = "/api/docs", tag = "documentation",
    responses((status = 200, description = "The page", content_type = "text/html")))]
pub async fn page() -> Response {
    let headers =
        [(header::CONTENT_TYPE, HTML), (header::CACHE_CONTROL, BRIEFLY), (header::CONTENT_SECURITY_POLICY, POLICY)];
    (headers, PAGE).into_response()
}

/// Compares a file beside `Cargo.toml` with what it should be, or writes it.
#[cfg(test)]
fn agrees(name: &str, expected: &str, found: &str) {
    if std::env::var_os("BLESS").is_some() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        std::fs::write(path, expected).expect("cannot write the file");
    } else {
        assert!(expected == found, "{name} is out of date: run BLESS=1 cargo test -p gateway");
    }
}

//! The API's documentation: `/api/openapi.json` for tools, `/api/docs` for people.
//!
//! Both are files of `docs/`, so that a change of the contract is seen in review; the component `assets` serves them, and
//! nothing of them is in this one. The test `the_files_are_those_that_the_code_describes` makes them from the annotations of
//! the handlers and compares; `BLESS=1 cargo test -p gateway` writes them.

mod description;
mod page;

const DOCUMENT: &str = include_str!("../../../docs/openapi.json");
const PAGE: &str = include_str!("../../../docs/openapi.html");

/// What `assets` serves, described among the rest.
const SERVED_BY_ASSETS: [(&str, &str); 2] = [("/api/docs", "get"), ("/api/openapi.json", "get")];

/// This API, for tools: OpenAPI 3.1.
#[utoipa::path(get, path = "/api/openapi.json", tag = "documentation",
    responses((status = 200, description = "The document", content_type = "application/json")))]
#[allow(dead_code, reason = "described, never called")]
fn document() {}

/// This API, for people. No script runs on the page.
#[utoipa::path(get, path = "/api/docs", tag = "documentation",
    responses((status = 200, description = "The page", content_type = "text/html")))]
#[allow(dead_code, reason = "described, never called")]
fn page() {}

/// Compares a file of `docs/` with what it should be, or writes it.
fn agrees(name: &str, expected: &str, found: &str) {
    if std::env::var_os("BLESS").is_some() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
        std::fs::write(path, expected).expect("cannot write the file");
    } else {
        assert!(expected == found, "docs/{name} is out of date: run BLESS=1 cargo test -p gateway");
    }
}

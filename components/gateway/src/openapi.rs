//! The API's documentation: `/api/openapi.json` for tools, `/api/docs` for people. Compiled for tests only.
//!
//! Both are files of `docs/`, so that a review shows how the contract changes; the component `assets` serves them. The
//! test `the_files_are_up_to_date` makes them from the code and compares; `BLESS=1 cargo test -p gateway` writes them.

mod document;
mod page;
mod problems;
mod records;

use std::{env, fs, path::Path};

use serde_json::Value;

const DOCUMENT: &str = include_str!("../../../docs/openapi.json");
const PAGE: &str = include_str!("../../../docs/openapi.html");

/// Compares a file of `docs/` with what the code makes, or writes it.
fn expect_up_to_date(name: &str, made: &str, found: &str) {
    if env::var_os("BLESS").is_some() {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name), made).expect("a writable file");
    } else {
        assert!(made == found, "docs/{name} is out of date: run BLESS=1 cargo test -p gateway");
    }
}

/// Joins the lines of each doc comment. Paragraphs stay apart; so do the lines of the table of codes.
fn join_lines(json: &str) -> String {
    let join = |line: &str| match line.contains("| Code |") {
        true => line.to_owned(),
        false => line.split(r"\n\n").map(|text| text.replace(r"\n", " ")).collect::<Vec<_>>().join(r"\n\n"),
    };
    json.lines().map(|line| join(line) + "\n").collect()
}

/// The operations of a document: path, method, operation.
fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    })
}

#[test]
fn the_files_are_up_to_date() {
    let document = join_lines(&document::make().to_pretty_json().unwrap());
    expect_up_to_date("openapi.json", &document, DOCUMENT);
    expect_up_to_date("openapi.html", &page::render(&serde_json::from_str(&document).unwrap()).unwrap(), PAGE);
}

#[test]
fn every_reference_resolves() {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    for reference in DOCUMENT.split(r##""$ref": "#"##).skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn no_operation_is_open_by_mistake() {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let open: Vec<_> = operations(&document)
        .filter(|(.., operation)| operation["security"].as_array().unwrap().is_empty())
        .map(|(path, method, _)| format!("{method} {path}"))
        .collect();
    assert_eq!(
        open,
        [
            "post /api/auth/login",
            "post /api/auth/refresh",
            "post /api/auth/register",
            "get /api/auth/registration",
            "get /api/docs",
            "get /api/health",
            "get /api/openapi.json",
            "get /cache/images/{file}",
            "get /system/health",
        ]
    );
}

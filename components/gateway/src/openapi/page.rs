//! Makes the page of the API from the OpenAPI document.

use std::fmt::Write as _;

use serde_json::Value;

use super::operations;
use crate::problem::Code;

const STYLE: &str = "\
    body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}\
    code,pre{font:14px/1.5 ui-monospace,monospace}\
    pre{overflow:auto;padding:.75rem;border:1px solid #8884;border-radius:6px}\
    h2{margin-top:2.5rem;font-size:1.1rem}\
    b{display:inline-block;min-width:4.5rem}\
    td,th{padding:.15rem .75rem .15rem 0;text-align:left;vertical-align:top}\
    :target{outline:2px solid}";

pub fn render(document: &Value) -> Result<String, std::fmt::Error> {
    let mut page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <meta name=color-scheme content=\"light dark\"><title>Vinyl Vault API</title><style>{STYLE}</style>\
         <h1>Vinyl Vault API</h1><p>Version {}. Made from <a href=/api/openapi.json>the OpenAPI document</a>, which \
         OpenAPI tools read. An example:</p><pre>curl -s localhost:3000/api/auth/login --json \
         '{{\"email\":\"…\",\"password\":\"…\"}}'\n\
         curl -s localhost:3000/api/collection -H 'Authorization: Bearer …'</pre>",
        text(&document["info"]["version"])
    );
    for (path, method, operation) in operations(document) {
        render_operation(&mut page, path, method, operation)?;
    }
    page.push_str("<h2>Problems</h2><table><tr><th>Code<th>Status<th>Meaning");
    for (index, (_, status, name, meaning)) in Code::TABLE.iter().enumerate() {
        // Two statuses share a name; an id is there once.
        let is_first = Code::TABLE.iter().position(|row| row.2 == *name) == Some(index);
        let id = if is_first { format!(" id={name}") } else { String::new() };
        write!(page, "<tr{id}><td><code>{name}</code><td>{}<td>{}", status.as_u16(), escape(meaning))?;
    }
    page.push_str("</table><h2>Schemas</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let schema = serde_json::to_string_pretty(schema).unwrap_or_default();
        write!(page, "<details id=schema-{name}><summary>{name}</summary><pre>{}</pre></details>", escape(&schema))?;
    }
    page.push_str("</html>\n");
    Ok(page)
}

fn render_operation(page: &mut String, path: &str, method: &str, operation: &Value) -> std::fmt::Result {
    write!(page, "<h2><b>{}</b> <code>{}</code></h2>", method.to_uppercase(), escape(path))?;
    for part in ["summary", "description"] {
        if let Some(words) = operation[part].as_str() {
            write!(page, "<p>{}</p>", escape(words))?;
        }
    }
    page.push_str("<table>");
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
        write!(page, "<tr><td>{place}<td><code>{name}</code><td>{}", text(&parameter["description"]))?;
    }
    for (media, body) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
        write!(page, "<tr><td>body<td><code>{}</code><td>{}", escape(media), link(body))?;
    }
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let body = response["content"].as_object().and_then(|content| content.values().next()).map(link);
        let words = text(&response["description"]);
        write!(page, "<tr><td>response<td>{}<td>{words} {}", escape(status), body.unwrap_or_default())?;
    }
    page.push_str("</table>");
    Ok(())
}

/// A link to the schema of a body.
fn link(content: &Value) -> String {
    let reference = content["schema"]["$ref"].as_str().or_else(|| content["schema"]["items"]["$ref"].as_str());
    let name = reference.and_then(|reference| reference.rsplit('/').next()).map(escape);
    name.map(|name| format!("<a href=#schema-{name}>{name}</a>")).unwrap_or_default()
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[test]
fn the_page_has_every_path_and_no_script() {
    for (path, ..) in operations(&serde_json::from_str(super::DOCUMENT).unwrap()) {
        assert!(super::PAGE.contains(&escape(path)), "{path}");
    }
    assert!(!super::PAGE.contains("<script") && !super::PAGE.contains("style="));
}

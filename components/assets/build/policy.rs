//! The Content-Security-Policy of a file: nothing inline but a style whose hash is named, nothing from elsewhere but covers.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::File;

/// Covers of a collection may lie anywhere; `blob:` and `data:` are previews and the camera.
const APP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data: blob:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub fn of(file: &File) -> String {
    match file.path.starts_with("/api/") {
        false => APP.to_owned(),
        true => {
            format!("default-src 'none'{}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", style(file))
        }
    }
}

/// The one style that a page of the documentation holds, by its hash.
fn style(file: &File) -> String {
    let text = String::from_utf8_lossy(&file.content);
    let style = text.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>"));
    style.map_or(String::new(), |(style, _)| format!("; style-src 'sha256-{}'", STANDARD.encode(Sha256::digest(style))))
}

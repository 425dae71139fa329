//! The Content-Security-Policy of a file. It allows no inline code, no inline style but one that it names by hash, and
//! nothing from other origins but images.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::File;

/// A cover may have any origin. `blob:` and `data:` are previews and pictures of the camera.
const APP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data: blob:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub fn of_file(file: &File) -> String {
    match file.path.starts_with("/api/") {
        false => APP.to_owned(),
        true => {
            format!("default-src 'none'{}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", style(file))
        }
    }
}

/// Allows the only inline style of a documentation page, by its hash.
fn style(file: &File) -> String {
    let text = String::from_utf8_lossy(&file.content);
    let style = text.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>"));
    style.map_or(String::new(), |(style, _)| format!("; style-src 'sha256-{}'", STANDARD.encode(Sha256::digest(style))))
}

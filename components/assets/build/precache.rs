//! What the service worker keeps: the list is made of the files, with their hashes, and stands at the head of `/sw.js`. So the
//! worker changes exactly if a file does, and takes only what changed.

use std::error::Error;
use std::fmt::Write as _;

use crate::{File, compress};

const WORKER: &str = "/sw.js";

/// What is large and seldom needed: kept when it was used.
const LAZY: &[&str] = &["/vendor/"];

/// Of no use without a network, or never asked for.
fn is_left_out(path: &str) -> bool {
    path == WORKER || path.starts_with("/api/") || path.ends_with(".txt") || path.ends_with("LICENSE")
}

pub fn complete(files: &mut [File]) -> Result<(), Box<dyn Error>> {
    let mut list: Vec<_> = files.iter().filter(|file| !is_left_out(&file.path)).collect();
    list.sort_by(|a, b| a.path.cmp(&b.path));
    let (lazy, eager): (Vec<&File>, Vec<&File>) =
        list.into_iter().partition(|file| LAZY.iter().any(|folder| file.path.starts_with(folder)));
    let head = format!("self.PRECACHE = {};\nself.LAZY = {};\n", object(&eager)?, object(&lazy)?);
    if let Some(worker) = files.iter_mut().find(|file| file.path == WORKER) {
        worker.content.splice(0..0, head.into_bytes());
        worker.hash = compress::hash(&worker.content);
    }
    Ok(())
}

/// Hashes by path; names of files need no escaping.
fn object(files: &[&File]) -> Result<String, std::fmt::Error> {
    let mut text = String::from("{");
    for file in files {
        write!(text, "{:?}:{:?},", file.path, file.hash)?;
    }
    text.push('}');
    Ok(text)
}

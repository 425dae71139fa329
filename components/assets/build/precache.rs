//! The files that the service worker keeps. Their list, with hashes, is inserted at the beginning of `/sw.js`. So the
//! worker changes exactly when a file changes, and fetches only the files that changed.

use std::{collections::BTreeMap, error::Error};

use crate::{File, compress};

const WORKER: &str = "/sw.js";

/// Large and rarely needed: the worker keeps these files after their first use.
const LAZY: &[&str] = &["/vendor/"];

/// Whether a file is useless without a network, or no page requests it.
fn is_excluded(path: &str) -> bool {
    path == WORKER || path.starts_with("/api/") || path.ends_with(".txt") || path.ends_with("LICENSE")
}

pub fn add_list(files: &mut [File]) -> Result<(), Box<dyn Error>> {
    let kept = files.iter().filter(|file| !is_excluded(&file.path));
    let (lazy, eager): (Vec<&File>, Vec<&File>) =
        kept.partition(|file| LAZY.iter().any(|folder| file.path.starts_with(folder)));
    let head = format!("self.PRECACHE = {};\nself.LAZY = {};\n", object(&eager)?, object(&lazy)?);
    if let Some(worker) = files.iter_mut().find(|file| file.path == WORKER) {
        worker.content.splice(0..0, head.into_bytes());
        worker.hash = compress::hash(&worker.content);
    }
    Ok(())
}

/// Returns the files as a JavaScript object: hashes by path.
fn object(files: &[&File]) -> serde_json::Result<String> {
    let hashes: BTreeMap<&str, &str> = files.iter().map(|file| (file.path.as_str(), file.hash.as_str())).collect();
    serde_json::to_string(&hashes)
}

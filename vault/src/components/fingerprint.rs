//! Detects changed sources: a fingerprint of the files that the `watch` globs of a component match.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use globset::{Glob, GlobBuilder};
use sha2::{Digest, Sha256};
use walkdir::{DirEntry, WalkDir};

/// Returns a hash of the paths, sizes and times of the files that the globs match. The globs are relative to `dir`.
pub fn of_files(dir: &Path, globs: &[String], seed: &str) -> String {
    let files: BTreeSet<PathBuf> = globs.iter().flat_map(|glob| matching_files(dir, glob)).collect();
    let mut hasher = Sha256::new();
    hasher.update(seed);
    for file in files {
        hasher.update(file.to_string_lossy().as_bytes());
        hasher.update(stamp(&file));
    }
    hex::encode(hasher.finalize())
}

/// Returns the size and the time of a file; an empty text if there is none.
pub fn stamp(file: &Path) -> String {
    let Ok(found) = std::fs::metadata(file) else {
        return String::new();
    };
    let modified = found.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok());
    format!("|{}|{}|", found.len(), modified.unwrap_or_default().as_nanos())
}

fn matching_files(dir: &Path, glob: &str) -> Vec<PathBuf> {
    let (start, pattern) = split_literal(glob);
    let start = dir.join(start);
    let Some(pattern) = pattern else {
        return if start.is_file() { vec![start] } else { Vec::new() };
    };
    let matcher = pattern.compile_matcher();
    WalkDir::new(&start)
        .into_iter()
        .filter_entry(is_source)
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .filter(|entry| entry.path().strip_prefix(&start).is_ok_and(|path| matcher.is_match(path)))
        .map(DirEntry::into_path)
        .collect()
}

/// Splits a glob into the directory before its first wildcard, where the walk starts, and the pattern below it. There
/// is no pattern if the glob has no wildcard, or is malformed.
fn split_literal(glob: &str) -> (String, Option<Glob>) {
    let parts: Vec<&str> = glob.split('/').collect();
    let literal = parts.iter().take_while(|part| !part.contains(['*', '?', '[', '{'])).count();
    let (start, pattern) = parts.split_at(literal);
    let pattern = (!pattern.is_empty()).then(|| pattern.join("/"));
    let pattern = pattern.and_then(|p| GlobBuilder::new(&p).literal_separator(true).build().ok());
    (start.join("/"), pattern)
}

/// Hidden directories and build output contain no sources.
fn is_source(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 0 || !entry.file_type().is_dir() || (!name.starts_with('.') && name != "target")
}

#[cfg(test)]
mod tests {
    use super::of_files;

    #[test]
    fn a_changed_new_or_removed_file_changes_the_fingerprint() {
        let dir = tempfile::tempdir().unwrap();
        let nested = dir.path().join("src/deep");
        std::fs::create_dir_all(&nested).unwrap();
        std::fs::write(nested.join("a.rs"), "1").unwrap();
        let globs = ["src/**/*.rs".to_owned(), "Cargo.toml".to_owned()];
        let fingerprint = || of_files(dir.path(), &globs, "cargo build");
        let first = fingerprint();
        assert_eq!(first, fingerprint());
        std::fs::write(dir.path().join("src/b.rs"), "1").unwrap();
        let second = fingerprint();
        assert_ne!(first, second);
        std::fs::write(nested.join("a.rs"), "12").unwrap();
        let third = fingerprint();
        assert_ne!(second, third);
        std::fs::write(dir.path().join("Cargo.toml"), "").unwrap();
        let fourth = fingerprint();
        assert_ne!(third, fourth);
        std::fs::remove_file(nested.join("a.rs")).unwrap();
        assert_ne!(fourth, fingerprint());
        assert_ne!(fingerprint(), of_files(dir.path(), &globs, "another command"));
    }

    #[test]
    fn a_file_that_no_glob_matches_does_not_change_the_fingerprint() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("src/deep")).unwrap();
        let globs = ["src/*.rs".to_owned()];
        let first = of_files(dir.path(), &globs, "");
        std::fs::write(dir.path().join("src/other.txt"), "1").unwrap();
        std::fs::write(dir.path().join("src/deep/a.rs"), "1").unwrap();
        assert_eq!(first, of_files(dir.path(), &globs, ""));
    }
}

//! Which files a component is made of: the `watch` globs of its `[component.X.build]`.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

/// A fingerprint of the files that the globs name: their paths, sizes and times.
pub fn fingerprint(dir: &Path, globs: &[String], seed: &str) -> String {
    let mut files = Vec::new();
    for glob in globs {
        let parts: Vec<&str> = glob.split('/').filter(|p| !p.is_empty()).collect();
        collect(dir, &parts, &mut files);
    }
    files.sort();
    files.dedup();
    let mut hasher = Sha256::new();
    hasher.update(seed);
    for file in files {
        hasher.update(file.to_string_lossy().as_bytes());
        hasher.update(stamp(&file));
    }
    hasher.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// Size and time of a file; empty if there is none.
pub fn stamp(file: &Path) -> String {
    let Ok(found) = std::fs::metadata(file) else {
        return String::new();
    };
    let modified = found.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok());
    format!("|{}|{}|", found.len(), modified.unwrap_or_default().as_nanos())
}

fn collect(dir: &Path, parts: &[&str], files: &mut Vec<PathBuf>) {
    let Some((first, rest)) = parts.split_first() else {
        return;
    };
    if !first.contains(['*', '?']) {
        let path = dir.join(first);
        match rest.is_empty() {
            true if path.is_file() => files.push(path),
            true => {}
            false => collect(&path, rest, files),
        }
        return;
    }
    if *first == "**" {
        collect(dir, rest, files);
    }
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let path = entry.path();
        let is_dir = entry.file_type().is_ok_and(|t| t.is_dir());
        if *first == "**" {
            // Hidden directories and build output hold no sources.
            if is_dir && !name.starts_with('.') && name != "target" {
                collect(&path, parts, files);
            } else if !is_dir && rest.is_empty() {
                files.push(path);
            }
        } else if matches(first.as_bytes(), name.as_bytes()) {
            match rest.is_empty() {
                true if !is_dir => files.push(path),
                true => {}
                false => collect(&path, rest, files),
            }
        }
    }
}

/// `*` stands for any run of characters, `?` for one.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            matches(rest, name) || name.split_first().is_some_and(|(_, tail)| matches(pattern, tail))
        }
        (Some((b'?', rest)), Some((_, tail))) => matches(rest, tail),
        (Some((p, rest)), Some((n, tail))) => p == n && matches(rest, tail),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn a_changed_new_or_removed_file_changes_the_fingerprint() {
        let dir = tempfile::tempdir().unwrap();
        let nested = dir.path().join("src/deep");
        std::fs::create_dir_all(&nested).unwrap();
        std::fs::write(nested.join("a.rs"), "1").unwrap();
        let globs = ["src/**/*.rs".to_owned(), "Cargo.toml".to_owned()];
        let now = || fingerprint(dir.path(), &globs, "cargo build");
        let first = now();
        assert_eq!(first, now());
        std::fs::write(dir.path().join("src/ignored.txt"), "1").unwrap();
        assert_eq!(first, now());
        std::fs::write(dir.path().join("src/b.rs"), "1").unwrap();
        let second = now();
        assert_ne!(first, second);
        std::fs::write(nested.join("a.rs"), "12").unwrap();
        assert_ne!(second, now());
        assert_ne!(now(), fingerprint(dir.path(), &globs, "another command"));
    }
}

//! Embeds `frontend/` and the API's documentation: compressed, hashed, each file with its Content-Security-Policy.

mod compress;
mod imports;
mod media_type;
mod policy;
mod precache;

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

use crate::media_type::MediaType;

/// A file to embed.
pub struct File {
    pub path: String,
    pub media_type: MediaType,
    pub content: Vec<u8>,
    /// SHA-256, in hexadecimal.
    pub hash: String,
}

impl File {
    fn new(path: impl Into<String>, content: Vec<u8>) -> Result<Self, Box<dyn Error>> {
        let path = path.into();
        let media_type = media_type::of_path(&path)
            .ok_or_else(|| format!("{path}: its media type is unknown; add it to build/media_type.rs"))?;
        let hash = compress::hash(&content);
        Ok(Self { path, media_type, content, hash })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let frontend = repository.join("frontend");
    println!("cargo::rerun-if-changed={}", frontend.display());
    let mut files = collect(&frontend)?;
    for (path, source) in [("/api/openapi.json", "docs/openapi.json"), ("/api/docs", "docs/openapi.html")] {
        let source = repository.join(source);
        println!("cargo::rerun-if-changed={}", source.display());
        files.push(File::new(path, documentation(path, &fs::read_to_string(source)?))?);
    }
    precache::add_list(&mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));

    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut code = String::from("pub const FILES: &[File] = &[\n");
    for file in &files {
        let encodings = compress::store(&out, file)?;
        let policy = policy::of_file(file);
        writeln!(
            code,
            "    File {{ path: {:?}, content_type: {:?}, etag: {:?}, policy: {policy:?}, preload: {:?}, \
             {encodings} }},",
            file.path,
            file.media_type.content_type,
            file.hash,
            imports::preload(file, &files),
        )?;
    }
    code.push_str("];\n");
    fs::write(out.join("files.rs"), code)?;
    Ok(())
}

/// Returns every file below a folder, except hidden ones.
fn collect(folder: &Path) -> Result<Vec<File>, Box<dyn Error>> {
    let is_hidden = |entry: &DirEntry| entry.file_name().as_encoded_bytes().starts_with(b".");
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1).into_iter().filter_entry(|entry| !is_hidden(entry)) {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder)?;
            let path = path.to_str().ok_or_else(|| format!("{}: the name is not UTF-8", path.display()))?;
            files.push(File::new(format!("/{path}"), fs::read(entry.path())?)?);
        }
    }
    Ok(files)
}

/// Removes the indentation of a JSON document, which is a third of its size and helps only reviewers. No string in it
/// contains a line break.
fn documentation(path: &str, text: &str) -> Vec<u8> {
    match path.ends_with(".json") {
        true => text.lines().map(str::trim_start).collect::<String>().into_bytes(),
        false => text.as_bytes().to_vec(),
    }
}

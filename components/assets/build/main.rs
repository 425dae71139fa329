//! Embeds `frontend/` and the API's documentation: compressed, hashed, each with the policy that it is served with.

mod compress;
mod imports;
mod kind;
mod policy;
mod precache;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use kind::Kind;

/// A file as it is served.
pub struct File {
    pub path: String,
    pub kind: Kind,
    pub content: Vec<u8>,
    /// SHA-256, in hexadecimal.
    pub hash: String,
}

impl File {
    fn new(path: impl Into<String>, content: Vec<u8>) -> Result<Self, Box<dyn Error>> {
        let path = path.into();
        let kind = kind::of(&path).ok_or_else(|| format!("{path}: of what type is it? build/kind.rs does not say"))?;
        let hash = compress::hash(&content);
        Ok(Self { path, kind, content, hash })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let frontend = repository.join("frontend");
    println!("cargo::rerun-if-changed={}", frontend.display());
    let mut files = Vec::new();
    collect(&frontend, "", &mut files)?;
    for (path, source) in [("/api/openapi.json", "docs/openapi.json"), ("/api/docs", "docs/openapi.html")] {
        let source = repository.join(source);
        println!("cargo::rerun-if-changed={}", source.display());
        files.push(File::new(path, documentation(path, &fs::read_to_string(source)?))?);
    }
    precache::complete(&mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));

    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut code = String::from("pub const FILES: &[File] = &[\n");
    for file in &files {
        let encodings = compress::store(&out, file)?;
        let (kind, policy) = (&file.kind, policy::of(file));
        writeln!(
            code,
            "    File {{ path: {:?}, content_type: {:?}, etag: {:?}, policy: {policy:?}, preload: {:?}, {encodings} }},",
            file.path,
            kind.content_type,
            file.hash,
            imports::preload(file, &files),
        )?;
    }
    code.push_str("];\n");
    fs::write(out.join("files.rs"), code)?;
    Ok(())
}

/// Every file below a folder. What begins with a dot is none of the web app's.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<File>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| format!("{}: not UTF-8", name.display()))?;
        let path = format!("{prefix}/{name}");
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, files)?;
        } else {
            files.push(File::new(path, fs::read(entry.path())?)?);
        }
    }
    Ok(())
}

/// The document without its indentation, a third of its size; the file itself is for reviewers. No string of JSON goes over
/// several lines.
fn documentation(path: &str, text: &str) -> Vec<u8> {
    match path.ends_with(".json") {
        true => text.lines().map(str::trim_start).collect::<String>().into_bytes(),
        false => text.as_bytes().to_vec(),
    }
}

//! Embeds `migrations/*.sql`, in order, so that the component needs no files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();

    let mut code = String::from("pub const MIGRATIONS: &[Migration] = &[\n");
    for (index, path) in files.iter().enumerate() {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let number: usize = name.split('_').next().and_then(|digits| digits.parse().ok()).unwrap_or_default();
        assert_eq!(number, index + 1, "{name}: migrations are numbered without gaps, from 0001 on");
        let _ = writeln!(code, "    Migration {{ number: {number}, name: {name:?}, sql: include_str!({path:?}) }},");
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("migrations.rs");
    fs::write(&out, code).unwrap_or_else(|error| panic!("cannot write {}: {error}", out.display()));
}

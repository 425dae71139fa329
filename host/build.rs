//! Embeds `migrations/*.sql`, in order: `vault restore` knows a database by them, and `vault check` replays the ledger on them.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    let mut files: Vec<_> =
        entries.into_iter().filter(|path| is_migration(path)).collect();
    files.sort();

    let mut code = String::from("pub const MIGRATIONS: &[Migration] = &[\n");
    for path in &files {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let number: u32 = name.split('_').next().unwrap_or_default().parse()?;
        writeln!(code, "    Migration {{ number: {number}, name: {name:?}, sql: include_str!({path:?}) }},")?;
    }
    code.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("migrations.rs"), code)?;
    Ok(())
}

/// Not `schema.sql`, which is generated from the migrations.
fn is_migration(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.ends_with(".sql") && name.starts_with(|first: char| first.is_ascii_digit())
}

//! Embeds `migrations/NNNN_name.sql` in order, so that no program needs the files when it runs.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    let mut files: Vec<_> = entries.into_iter().filter(|path| is_migration(path)).collect();
    files.sort();

    let mut code = String::from("pub const MIGRATIONS: &[Migration] = &[\n");
    for (index, path) in files.iter().enumerate() {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let number: usize = name.split('_').next().unwrap_or_default().parse()?;
        if number != index + 1 {
            return Err(format!("{name}: migrations must be numbered without gaps, starting with 0001").into());
        }
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

//! `vault backup`, `vault restore`, `vault check`: the database as a file that can be kept, proved and put back.
//!
//! Each works on a snapshot that SQLite's backup API takes, so that a host may serve meanwhile; only a restore needs the
//! database for itself, and `in_use` sees to that.

mod check;
mod explain;
mod files;
mod in_use;
mod place;
mod replay;
mod restore;
mod schema;
mod snapshot;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

pub use check::check;
pub use in_use::{InUse, serve};
pub use place::Place;
pub use restore::restore;

use files::{Partial, megabytes, sha256, sync_folder};

/// Copies the database into one whole file with a checksum beside it, while a host may serve.
pub fn backup(place: &Place, file: &Path, force: bool) -> Result<()> {
    place.require_database()?;
    refuse_target(place, file, force)?;

    let partial = Partial::beside(file, "partial")?;
    snapshot::take(&place.database, partial.path(), true)?;
    let database = schema::open(partial.path())?;
    let found = schema::verify(&database, &place.database)?;
    drop(database);
    let (digest, size) = sha256(partial.path())?;

    let sums = checksum_file(file);
    let line = Partial::beside(&sums, "partial")?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    line.write(format!("{digest}  {name}\n").as_bytes())?;
    // Whenever this is cut short, no checksum of another backup stands beside the file.
    match std::fs::remove_file(&sums) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(explain::io(error, &sums)),
        _ => {}
    }
    partial.rename(file)?;
    line.rename(&sums)?;
    sync_folder(file)?;

    println!("Backed up {} to {}", place.database.display(), file.display());
    println!("  {}, {} accounts, {} albums, schema {}", megabytes(size), found.accounts, found.albums, found.number);
    println!("  SHA-256 {digest}, also in {}", sums.display());
    Ok(())
}

/// Where a backup's checksum lies.
fn checksum_file(file: &Path) -> PathBuf {
    files::with_suffix(file, ".sha256")
}

fn refuse_target(place: &Place, file: &Path, force: bool) -> Result<()> {
    if file.is_dir() || file.file_name().is_none() {
        bail!("`{}` is a folder: name a file in it, such as `{}`", file.display(), file.join("vinyl.db").display());
    }
    if file.exists() {
        let same = |a: &Path, b: &Path| a.canonicalize().ok().is_some_and(|a| b.canonicalize().ok() == Some(a));
        if same(file, &place.database) {
            bail!("`{}` is the database itself: choose another file", file.display());
        }
        if !force {
            bail!("`{}` exists already: choose another name, or replace it with `--force`", file.display());
        }
    }
    Ok(())
}

//! `vault backup`: copies the database to one file with a checksum beside it.

use std::{io, path::Path};

use anyhow::{Result, bail};

use super::{
    errors,
    files::{DatabaseFiles, PartialFile, checksum_file, megabytes, sha256, sync_folder},
    schema, snapshot,
};

/// Copies the database, even while a host serves it, and verifies the copy.
pub fn backup(files: &DatabaseFiles, target: &Path, force: bool) -> Result<()> {
    files.require_database()?;
    check_target(files, target, force)?;

    let copy = PartialFile::beside(target, "partial")?;
    snapshot::take(&files.database, copy.path())?;
    let database = schema::open(copy.path())?;
    let summary = schema::verify(&database, &files.database)?;
    drop(database);
    let (digest, size) = sha256(copy.path())?;

    let checksum = checksum_file(target);
    let mut line = PartialFile::beside(&checksum, "partial")?;
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    line.write(format!("{digest}  {name}\n").as_bytes()).map_err(|error| errors::explain_io(error, &checksum))?;
    // Removed first: if this is interrupted, the file must not have the checksum of another backup beside it.
    match std::fs::remove_file(&checksum) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(errors::explain_io(error, &checksum)),
        _ => {}
    }
    copy.rename(target)?;
    line.rename(&checksum)?;
    sync_folder(target)?;

    println!("Backed up {} to {}", files.database.display(), target.display());
    println!("  {}, {summary}", megabytes(size));
    println!("  SHA-256 {digest}, also in {}", checksum.display());
    Ok(())
}

fn check_target(files: &DatabaseFiles, target: &Path, force: bool) -> Result<()> {
    let shown = target.display();
    if target.is_dir() || target.file_name().is_none() {
        bail!("`{shown}` is a folder: name a file in it, such as `{}`", target.join("vinyl.db").display());
    }
    if target.exists() {
        let is_same = |a: &Path, b: &Path| a.canonicalize().ok().is_some_and(|a| b.canonicalize().ok() == Some(a));
        if is_same(target, &files.database) {
            bail!("`{shown}` is the database itself: choose another file");
        }
        if !force {
            bail!("`{shown}` exists already: choose another name, or replace it with `--force`");
        }
    }
    Ok(())
}

//! `vault restore`: nothing is touched before the backup is proved, and what it replaces is kept.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, ErrorCode};

use super::files::{Partial, megabytes, sha256, sync_folder, with_suffix};
use super::{Place, checksum_file, explain, in_use, schema};

/// Puts a backup in the place of the database.
pub fn restore(place: &Place, file: &Path) -> Result<()> {
    require_sqlite(file)?;
    let expected = expected_digest(file)?;
    if let Some(folder) = place.database.parent() {
        std::fs::create_dir_all(folder).map_err(|error| explain::io(error, folder))?;
    }
    let _alone = in_use::alone(&place.database)?;

    // The copy is what is verified, so that what was verified is what is put in place.
    let partial = Partial::beside(&place.database, "restoring")?;
    partial.copy_from(file)?;
    let (digest, size) = sha256(partial.path())?;
    match &expected {
        Some(expected) if *expected != digest => bail!(
            "`{}` is not what was backed up: its SHA-256 is {digest}, `{}` says {expected}. Nothing was changed",
            file.display(),
            checksum_file(file).display()
        ),
        Some(_) => {}
        None => eprintln!("There is no `{}`: only the content can be verified", checksum_file(file).display()),
    }
    let copy = schema::open(partial.path())?;
    let found = schema::verify(&copy, file).context("the backup was refused, nothing was changed")?;
    // A copy of a serving database's file may be in WAL mode; this one is to be whole.
    let mode = copy.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get::<_, String>(0));
    mode.map_err(|error| explain::sqlite(error, partial.path()))?;
    drop(copy);
    own_like(partial.path(), &place.database)?;
    File::open(partial.path()).and_then(|f| f.sync_all()).map_err(|error| explain::io(error, partial.path()))?;

    let kept = keep(&place.database)?;
    if let Err(error) = partial.rename(&place.database) {
        // Whatever hinders the one rename must not leave the host without a database.
        if let Some(kept) = &kept {
            let _ = std::fs::rename(kept, &place.database);
        }
        return Err(error);
    }
    sync_folder(&place.database)?;
    for suffix in ["", "-wal", "-shm"] {
        // Answers that were cached for the other database; there may be none.
        let _ = std::fs::remove_file(with_suffix(&place.cache, suffix));
    }

    println!("Restored {} from {}", place.database.display(), file.display());
    println!("  {}, {} accounts, {} albums, schema {}", megabytes(size), found.accounts, found.albums, found.number);
    if let Some(kept) = kept {
        println!("  What it replaced is kept as {}", kept.display());
        println!("  To undo: cargo vault restore {} (with the same options)", kept.display());
    }
    Ok(())
}

fn require_sqlite(file: &Path) -> Result<()> {
    let mut header = [0; 16];
    let read =
        File::open(file).and_then(|mut open| open.read(&mut header)).map_err(|error| explain::io(error, file))?;
    if header.get(..read) != Some(b"SQLite format 3\0".as_slice()) {
        bail!("`{}` is not a SQLite database: nothing was changed", file.display());
    }
    let log = with_suffix(file, "-wal");
    if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        bail!(
            "`{}` lies beside it: the backup is a file of a database in use and lacks its newest writes. Make one with `cargo vault backup`",
            log.display()
        );
    }
    Ok(())
}

/// The checksum beside the backup, if there is one.
fn expected_digest(file: &Path) -> Result<Option<String>> {
    let sums = checksum_file(file);
    match std::fs::read_to_string(&sums) {
        Ok(text) => {
            let digest = text.split_whitespace().next().unwrap_or_default().trim_start_matches('\\');
            if digest.len() != 64 {
                bail!("`{}` holds no SHA-256: nothing was changed", sums.display());
            }
            Ok(Some(digest.to_lowercase()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(explain::io(error, &sums)),
    }
}

/// Moves the database that is there out of the way; answers with where it is now.
fn keep(database: &Path) -> Result<Option<PathBuf>> {
    if !database.exists() {
        // A log without its database would be played into the restored one.
        for suffix in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(with_suffix(database, suffix));
        }
        return Ok(None);
    }
    let whole = fold(database)?;
    let kept = with_suffix(database, &format!(".before-restore-{}", now()?));
    if kept.exists() {
        bail!("`{}` exists already: try again in a second, nothing was changed", kept.display());
    }
    let suffixes: &[&str] = if whole { &[""] } else { &["-wal", "-shm", ""] };
    for suffix in suffixes {
        let (from, to) = (with_suffix(database, suffix), with_suffix(&kept, suffix));
        match std::fs::rename(&from, &to) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            renamed => renamed.map_err(|error| explain::io(error, &from))?,
        }
    }
    Ok(Some(kept))
}

/// Folds the log into the database, so that one file is all of it. Leaving WAL mode needs every other connection closed: this
/// finds hosts that do not take our lock (Spin) as well. `false`: too damaged to fold.
fn fold(database: &Path) -> Result<bool> {
    let fold = || {
        let connection = Connection::open(database)?;
        connection.busy_timeout(std::time::Duration::from_secs(1))?;
        connection.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get::<_, String>(0))
    };
    match fold() {
        Ok(mode) if mode == "delete" => Ok(true),
        Err(error)
            if matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)) =>
        {
            eprintln!("The database that is replaced is damaged ({error}): it is kept as it is");
            Ok(false)
        }
        Ok(_) => bail!("another program uses `{}`: stop it first, nothing was changed", database.display()),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            bail!("another program uses `{}`: stop it first, nothing was changed", database.display())
        }
        Err(error) => Err(explain::sqlite(error, database)),
    }
}

/// Gives the new file the owner and mode of the one that it replaces, or else its folder's owner: root may restore for the
/// account that serves.
fn own_like(new: &Path, database: &Path) -> Result<()> {
    let like = std::fs::metadata(database).ok();
    let folder = database.parent().and_then(|folder| std::fs::metadata(folder).ok());
    let apply = || {
        let permissions =
            std::os::unix::fs::PermissionsExt::from_mode(like.as_ref().map_or(0o600, MetadataExt::mode) & 0o777);
        std::fs::set_permissions(new, permissions)?;
        let own = std::fs::metadata(new)?;
        match like.as_ref().or(folder.as_ref()) {
            Some(like) if (like.uid(), like.gid()) != (own.uid(), own.gid()) => {
                std::os::unix::fs::chown(new, Some(like.uid()), Some(like.gid()))
            }
            _ => Ok(()),
        }
    };
    apply().map_err(|error| explain::io(error, new))
}

/// The time in UTC, fit for a file's name.
fn now() -> Result<String> {
    let clock = Connection::open_in_memory()?;
    Ok(clock.query_row("SELECT strftime('%Y%m%dT%H%M%SZ', 'now')", [], |row| row.get(0))?)
}

//! `vault restore`: changes nothing before the backup is verified, and keeps the database that it replaces.

use std::{
    fs::{File, Permissions},
    io::{self, Read},
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use host::DatabaseLock;
use rusqlite::{Connection, ErrorCode};

use super::{
    errors::{explain_io, explain_sqlite},
    files::{DatabaseFiles, PartialFile, checksum_file, megabytes, sha256, sync_folder, with_suffix},
    schema::{self, Summary},
};

/// Replaces the database with a backup.
pub fn restore(files: &DatabaseFiles, backup: &Path) -> Result<()> {
    check_header(backup)?;
    let database = &files.database;
    if let Some(folder) = database.parent() {
        host::create_private_dir(folder).map_err(|error| explain_io(error, folder))?;
    }
    let _lock = DatabaseLock::exclusive(database)?;

    // The copy is verified, not the backup, so that exactly what was verified becomes the database.
    let mut copy = PartialFile::beside(database, "restoring")?;
    File::open(backup).and_then(|content| copy.write(content)).map_err(|error| explain_io(error, backup))?;
    let (summary, size) = verify(copy.path(), backup)?;
    copy_owner(copy.path(), database)?;
    File::open(copy.path()).and_then(|f| f.sync_all()).map_err(|error| explain_io(error, copy.path()))?;

    let kept = keep(database)?;
    if let Err(error) = copy.rename(database) {
        // Undone, so that a failure of this one rename does not leave the host without a database.
        if let Some(kept) = &kept {
            let _ = std::fs::rename(kept, database);
        }
        return Err(error);
    }
    sync_folder(database)?;
    for suffix in ["", "-wal", "-shm"] {
        // Answers that were cached for the replaced database; the files may not exist.
        let _ = std::fs::remove_file(with_suffix(&files.cache, suffix));
    }

    println!("Restored {} from {}", database.display(), backup.display());
    println!("  {}, {summary}", megabytes(size));
    if let Some(kept) = kept {
        println!("  The replaced database is kept as {}", kept.display());
        println!("  To undo: cargo vault restore {} (with the same options)", kept.display());
    }
    Ok(())
}

/// Verifies the copy of a backup: its checksum, if there is one, and its content. Returns its size too.
fn verify(copy: &Path, backup: &Path) -> Result<(Summary, u64)> {
    let (digest, size) = sha256(copy)?;
    match expected_digest(backup)? {
        Some(expected) if expected != digest => bail!(
            "`{}` has changed since the backup: its SHA-256 is {digest}, but `{}` has {expected}. Nothing was changed",
            backup.display(),
            checksum_file(backup).display()
        ),
        Some(_) => {}
        None => eprintln!("There is no `{}`: only the content can be verified", checksum_file(backup).display()),
    }
    let database = schema::open(copy)?;
    let summary = schema::verify(&database, backup).context("the backup was refused, nothing was changed")?;
    // A copy of the file of a served database may be in WAL mode; the restored one must be complete without a log.
    let mode = database.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get::<_, String>(0));
    mode.map_err(|error| explain_sqlite(error, copy))?;
    Ok((summary, size))
}

/// Fails if the file is not a SQLite database, or lacks writes that are in a log beside it.
fn check_header(file: &Path) -> Result<()> {
    let mut header = [0; 16];
    let read = File::open(file).and_then(|mut open| open.read(&mut header));
    let read = read.map_err(|error| explain_io(error, file))?;
    if header.get(..read) != Some(b"SQLite format 3\0".as_slice()) {
        bail!("`{}` is not a SQLite database: nothing was changed", file.display());
    }
    let log = with_suffix(file, "-wal");
    if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        bail!(
            "`{}` is beside it: the file belongs to a database in use and lacks the newest writes. Make a backup with \
             `cargo vault backup`",
            log.display()
        );
    }
    Ok(())
}

/// Returns the checksum beside the backup, if there is one.
fn expected_digest(file: &Path) -> Result<Option<String>> {
    let sums = checksum_file(file);
    match std::fs::read_to_string(&sums) {
        Ok(text) => {
            let digest = text.split_whitespace().next().unwrap_or_default().trim_start_matches('\\');
            if digest.len() != 64 {
                bail!("`{}` contains no SHA-256: nothing was changed", sums.display());
            }
            Ok(Some(digest.to_lowercase()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(explain_io(error, &sums)),
    }
}

/// Renames the existing database. Returns its new path.
fn keep(database: &Path) -> Result<Option<PathBuf>> {
    if !database.exists() {
        // A log without its database would be applied to the restored one.
        for suffix in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(with_suffix(database, suffix));
        }
        return Ok(None);
    }
    let is_one_file = checkpoint(database)?;
    let kept = with_suffix(database, &format!(".before-restore-{}", jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ")));
    if kept.exists() {
        bail!("`{}` exists already: try again in a second, nothing was changed", kept.display());
    }
    let suffixes: &[&str] = if is_one_file { &[""] } else { &["-wal", "-shm", ""] };
    for suffix in suffixes {
        let (from, to) = (with_suffix(database, suffix), with_suffix(&kept, suffix));
        match std::fs::rename(&from, &to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            renamed => renamed.map_err(|error| explain_io(error, &from))?,
        }
    }
    Ok(Some(kept))
}

/// Moves the log into the database, so that it is one file. Returns whether that worked; a damaged database stays as it
/// is. Leaving WAL mode fails while there are other connections, so this also detects hosts that do not take the lock
/// (Spin).
fn checkpoint(database: &Path) -> Result<bool> {
    let leave_wal_mode = || {
        let connection = Connection::open(database)?;
        connection.busy_timeout(Duration::from_secs(1))?;
        connection.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get::<_, String>(0))
    };
    match leave_wal_mode() {
        Ok(mode) if mode == "delete" => Ok(true),
        Err(error)
            if matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)) =>
        {
            eprintln!("The replaced database is damaged ({error}): it is kept unchanged");
            Ok(false)
        }
        Ok(_) => bail!("another program uses `{}`: stop it first, nothing was changed", database.display()),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            bail!("another program uses `{}`: stop it first, nothing was changed", database.display())
        }
        Err(error) => Err(explain_sqlite(error, database)),
    }
}

/// Gives the new file the owner and mode of the one that it replaces, or else the owner of its folder: root may restore
/// for the account that serves.
fn copy_owner(new: &Path, database: &Path) -> Result<()> {
    let like = std::fs::metadata(database).ok();
    let folder = database.parent().and_then(|folder| std::fs::metadata(folder).ok());
    let apply = || {
        let mode = like.as_ref().map_or(0o600, MetadataExt::mode) & 0o777;
        std::fs::set_permissions(new, Permissions::from_mode(mode))?;
        let own = std::fs::metadata(new)?;
        match like.as_ref().or(folder.as_ref()) {
            Some(like) if (like.uid(), like.gid()) != (own.uid(), own.gid()) => {
                chown(new, Some(like.uid()), Some(like.gid()))
            }
            _ => Ok(()),
        }
    };
    apply().map_err(|error| explain_io(error, new))
}

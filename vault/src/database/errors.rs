//! Explains errors of files and of SQLite, with a remedy.

use std::{io::ErrorKind, path::Path};

use anyhow::{Error, anyhow};
use rusqlite::ErrorCode;

pub fn explain_io(error: std::io::Error, path: &Path) -> Error {
    let path = path.display();
    match error.kind() {
        ErrorKind::NotFound => anyhow!("there is no `{path}`"),
        ErrorKind::PermissionDenied => {
            anyhow!("this user may not use `{path}`: check the permissions of the file and of its folder")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            anyhow!("the disk is full at `{path}`: free about twice the size of the database")
        }
        ErrorKind::ReadOnlyFilesystem => anyhow!("`{path}` is on a file system that is mounted read-only"),
        _ => anyhow!("`{path}`: {error}"),
    }
}

pub fn explain_sqlite(error: rusqlite::Error, path: &Path) -> Error {
    let path = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => anyhow!("`{path}` is not a SQLite database"),
        Some(ErrorCode::DatabaseCorrupt) => {
            anyhow!("`{path}` is damaged ({error}): `cargo vault restore` replaces it with a backup")
        }
        Some(ErrorCode::DiskFull) => {
            anyhow!("the disk is full at `{path}`: free about twice the size of the database")
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => anyhow!(
            "`{path}` could not be opened ({error}): check that this user may read and write the file and its folder"
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            anyhow!("`{path}` is locked by another program: try again when that has ended")
        }
        _ => anyhow!("`{path}`: {error}"),
    }
}

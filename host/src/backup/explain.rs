//! What errors of files and of SQLite mean, and what helps.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Error, anyhow};
use rusqlite::ErrorCode;

pub fn io(error: std::io::Error, path: &Path) -> Error {
    let path = path.display();
    match error.kind() {
        ErrorKind::NotFound => anyhow!("there is no `{path}`"),
        ErrorKind::PermissionDenied => {
            anyhow!("`{path}` may not be used by this user: check the permissions of the file and of its folder")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            anyhow!("the disk is full at `{path}`: make room for about twice the size of the database")
        }
        ErrorKind::ReadOnlyFilesystem => anyhow!("`{path}` is on a file system that is mounted read-only"),
        _ => anyhow!("`{path}`: {error}"),
    }
}

pub fn sqlite(error: rusqlite::Error, path: &Path) -> Error {
    let path = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => anyhow!("`{path}` is not a SQLite database"),
        Some(ErrorCode::DatabaseCorrupt) => {
            anyhow!("`{path}` is damaged ({error}): `cargo vault restore` puts a backup in its place")
        }
        Some(ErrorCode::DiskFull) => {
            anyhow!("the disk is full at `{path}`: make room for about twice the size of the database")
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

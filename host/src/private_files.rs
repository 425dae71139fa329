//! Files that only their owner may read: databases hold password hashes and secrets.

use std::{
    fs::{DirBuilder, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// Creates a folder, and those above it, that only its owner may use. An existing one is left as it is.
pub fn create_private_dir(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Options that create a file which only its owner may use. An existing one is left as it is.
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options
}

/// Logs which of these files and folders other users of the machine may use, and the command that changes that.
pub fn warn_of_loose(paths: impl IntoIterator<Item = PathBuf>) {
    let loose: Vec<_> = paths.into_iter().filter(|path| is_loose(path)).collect();
    if !loose.is_empty() {
        tracing::warn!("other users of this machine may read the data: run `{}`", remedy(&loose));
    }
}

fn is_loose(path: &Path) -> bool {
    // A file that does not exist, or cannot be seen, is not loose.
    std::fs::metadata(path).is_ok_and(|found| found.mode() & 0o077 != 0)
}

fn remedy(paths: &[PathBuf]) -> String {
    let quoted = paths.iter().map(|path| format!("'{}'", path.display().to_string().replace('\'', r"'\''")));
    std::iter::once("chmod go=".to_owned()).chain(quoted).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn new_files_and_folders_belong_to_their_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b");
        create_private_dir(&folder).unwrap();
        let file = folder.join("f");
        private_file().open(&file).unwrap();
        assert_eq!((mode(&dir.path().join("a")), mode(&folder), mode(&file)), (0o700, 0o700, 0o600));
        assert!(!is_loose(&folder) && !is_loose(&file));
    }

    #[test]
    fn a_file_that_others_may_read_is_found_and_the_command_repairs_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("it's mine");
        std::fs::write(&file, "").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        assert!(is_loose(&file));
        let command = remedy(std::slice::from_ref(&file));
        assert!(std::process::Command::new("sh").args(["-c", &command]).status().unwrap().success(), "{command}");
        assert!(!is_loose(&file));
        assert!(!is_loose(&dir.path().join("absent")));
    }
}

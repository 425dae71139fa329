//! Bodies that wait in files until all of them has arrived, so that a slow client occupies neither memory nor a guest.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, Write as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{super::addresses::Address, Failure};
use crate::{limits::ConnectionLimits, sqlite::DiskReserve};

/// What a guest gets at a time.
const PIECE: usize = 64 << 10;
/// How long a body waits for a place.
const PLACE_TIMEOUT: Duration = Duration::from_secs(5);

/// Where bodies wait.
pub struct Spool {
    folder: PathBuf,
    disk: DiskReserve,
    places: Arc<Semaphore>,
}

impl Spool {
    pub fn new(folder: PathBuf, disk_reserve: u64, limits: &ConnectionLimits) -> Self {
        let disk = DiskReserve::new(folder.clone(), disk_reserve);
        Self { folder, disk, places: Arc::new(Semaphore::new(limits.uploads)) }
    }

    /// A new file without a name, which ends with its value.
    pub async fn open(&self, address: Option<&Arc<Address>>) -> Result<SpooledFile, Failure> {
        let place = async {
            let own = match address {
                Some(address) => Some(address.uploads.clone().acquire_owned().await.map_err(|_| Failure::NoRoom)?),
                None => None,
            };
            let place = self.places.clone().acquire_owned().await.map_err(|_| Failure::NoRoom)?;
            Ok((own, place))
        };
        let places = timeout(PLACE_TIMEOUT, place).await.map_err(|_| Failure::NoRoom)??;
        if self.disk.is_short() {
            return Err(Failure::NoRoom);
        }
        let file = tempfile::tempfile_in(&self.folder).map_err(|error| no_room(&error))?;
        Ok(SpooledFile { file, bytes: 0, _places: places })
    }

    /// Appends the pieces, on a thread that may wait for the disk.
    pub async fn append(&self, mut file: SpooledFile, pieces: Vec<Bytes>) -> Result<SpooledFile, Failure> {
        if self.disk.is_short() {
            return Err(Failure::NoRoom);
        }
        let written = tokio::task::spawn_blocking(move || {
            for piece in &pieces {
                file.file.write_all(piece)?;
                file.bytes += piece.len() as u64;
            }
            Ok::<_, io::Error>(file)
        });
        written.await.map_err(|_| Failure::NoRoom)?.map_err(|error| no_room(&error))
    }
}

fn no_room(error: &io::Error) -> Failure {
    tracing::warn!(%error, "a large body could not be written to the state directory");
    Failure::NoRoom
}

/// The first part of a body. Written to its end, then read from its start.
pub struct SpooledFile {
    file: File,
    /// The bytes that are not read yet.
    bytes: u64,
    _places: (Option<OwnedSemaphorePermit>, OwnedSemaphorePermit),
}

impl SpooledFile {
    pub fn rewind(&mut self) -> Result<(), Failure> {
        self.file.rewind().map_err(|error| no_room(&error))
    }

    pub fn left(&self) -> u64 {
        self.bytes
    }

    /// The next piece. The file was written a moment ago, so it is nearly always in the kernel's cache.
    pub fn read(&mut self) -> io::Result<Bytes> {
        let length = usize::try_from(self.bytes).unwrap_or(PIECE).min(PIECE);
        let mut piece = BytesMut::zeroed(length);
        self.file.read_exact(&mut piece)?;
        self.bytes -= length as u64;
        Ok(piece.freeze())
    }
}

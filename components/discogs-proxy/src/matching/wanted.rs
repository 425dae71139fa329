//! The record that a user described.

#[derive(Debug, Clone, Default)]
pub struct WantedAlbum {
    pub artist: String,
    pub album: String,
    pub year: Option<i64>,
    pub label: Option<String>,
}

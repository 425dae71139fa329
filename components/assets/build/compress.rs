//! The encodings of a file. A file is compressed once, when the component is built, so the slowest settings are used.

use std::{
    error::Error,
    fs,
    io::{self, Write as _},
    path::Path,
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

use crate::File;

/// The largest window that the format allows, in bits.
const BROTLI_WINDOW: u32 = 24;
const BROTLI_QUALITY: u32 = 11;
const BUFFER_BYTES: usize = 64 << 10;

pub fn hash(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// Writes the encodings beside the generated code and returns the Rust field that embeds them. Their names are hashes,
/// so that a file that did not change is not compressed again.
pub fn store(out: &Path, file: &File) -> Result<String, Box<dyn Error>> {
    let name = |suffix: &str| out.join(format!("{}{suffix}", file.hash));
    if !file.media_type.is_text {
        fs::write(name(""), &file.content)?;
        return Ok(format!("content: Content::Plain(include_bytes!({:?}))", name("")));
    }
    if !name(".br").exists() {
        fs::write(name(".gz"), gzip(&file.content)?)?;
        fs::write(name(".br"), brotli(&file.content)?)?;
    }
    let (gzip, brotli, length) = (name(".gz"), name(".br"), file.content.len());
    Ok(format!(
        "content: Content::Compressed {{ gzip: include_bytes!({gzip:?}), brotli: include_bytes!({brotli:?}), \
         length: {length} }}"
    ))
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), BUFFER_BYTES, BROTLI_QUALITY, BROTLI_WINDOW);
    encoder.write_all(content)?;
    Ok(encoder.into_inner())
}

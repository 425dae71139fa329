//! The encodings of a file. Compressing happens once, here, so it may take its time.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::{fs, io};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

use crate::File;

/// The largest window of the format.
const BROTLI_WINDOW: u32 = 24;
const BROTLI_QUALITY: u32 = 11;
const BUFFER: usize = 64 << 10;

pub fn hash(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// Writes the encodings beside the generated code, by hash, so that a file that did not change is not compressed again. Returns
/// the fields that embed them.
pub fn store(out: &Path, file: &File) -> Result<String, Box<dyn Error>> {
    let name = |suffix: &str| out.join(format!("{}{suffix}", file.hash));
    if !file.kind.is_text {
        fs::write(name(""), &file.content)?;
        return Ok(format!("content: Content::Plain(include_bytes!({:?}))", name("")));
    }
    if !name(".br").exists() {
        fs::write(name(".gz"), gzip(&file.content)?)?;
        fs::write(name(".br"), brotli(&file.content)?)?;
    }
    let (gzip, brotli, length) = (name(".gz"), name(".br"), file.content.len());
    Ok(format!(
        "content: Content::Compressed {{ gzip: include_bytes!({gzip:?}), brotli: include_bytes!({brotli:?}), length: {length} }}"
    ))
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), BUFFER, BROTLI_QUALITY, BROTLI_WINDOW);
    encoder.write_all(content)?;
    Ok(encoder.into_inner())
}

//! The table of files, by path.

use std::io::Read as _;

use flate2::read::GzDecoder;

use crate::negotiation::Encoding;

/// A file that `build/` embedded.
pub struct File {
    pub path: &'static str,
    pub content_type: &'static str,
    /// The hash of the content before it is encoded.
    pub etag: &'static str,
    /// The header `content-security-policy`.
    pub policy: &'static str,
    /// The header `link` of a page, which names the modules that it needs; may be empty.
    pub preload: &'static str,
    pub content: Content,
}

/// A text is embedded only in compressed form, which makes the component smaller. A client that accepts neither
/// encoding gets it decompressed.
pub enum Content {
    Plain(&'static [u8]),
    Compressed { gzip: &'static [u8], brotli: &'static [u8], length: usize },
}

impl File {
    /// Returns the smallest encoding that is accepted.
    pub fn encoding(&self, accepts: impl Fn(Encoding) -> bool) -> Encoding {
        match self.content {
            Content::Plain(_) => Encoding::Identity,
            Content::Compressed { .. } if accepts(Encoding::Brotli) => Encoding::Brotli,
            Content::Compressed { .. } if accepts(Encoding::Gzip) => Encoding::Gzip,
            Content::Compressed { .. } => Encoding::Identity,
        }
    }

    pub fn length(&self, encoding: Encoding) -> usize {
        match (&self.content, encoding) {
            (Content::Plain(bytes), _)
            | (Content::Compressed { gzip: bytes, .. }, Encoding::Gzip)
            | (Content::Compressed { brotli: bytes, .. }, Encoding::Brotli) => bytes.len(),
            (Content::Compressed { length, .. }, Encoding::Identity) => *length,
        }
    }

    pub fn body(&self, encoding: Encoding) -> Vec<u8> {
        match (&self.content, encoding) {
            (Content::Plain(bytes), _)
            | (Content::Compressed { gzip: bytes, .. }, Encoding::Gzip)
            | (Content::Compressed { brotli: bytes, .. }, Encoding::Brotli) => bytes.to_vec(),
            (Content::Compressed { gzip, length, .. }, Encoding::Identity) => {
                let mut body = Vec::with_capacity(*length);
                // Cannot fail: the tests decompress every file.
                let _ = GzDecoder::new(*gzip).read_to_end(&mut body);
                body
            }
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Returns the file with this path; for `/`, that of `/index.html`.
pub fn find(path: &str) -> Option<&'static File> {
    let path = if path == "/" { "/index.html" } else { path };
    let index = FILES.binary_search_by(|file| file.path.cmp(path)).ok()?;
    FILES.get(index)
}

/// Returns the page for a path without a file.
pub fn not_found() -> Option<&'static File> {
    find("/404.html")
}

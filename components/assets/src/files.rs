//! The table of files, by path.

use std::io::Read as _;

use flate2::read::GzDecoder;

use crate::negotiation::Encoding;

/// A file, as `build/` embeds it.
pub struct File {
    pub path: &'static str,
    pub content_type: &'static str,
    /// Of the content, whatever its encoding.
    pub etag: &'static str,
    /// Its Content-Security-Policy.
    pub policy: &'static str,
    /// The header `link` of a page: the modules that it needs. May be empty.
    pub preload: &'static str,
    pub content: Content,
}

/// Text is kept compressed only, which leaves room for twice as much; who takes neither encoding gets it unpacked.
pub enum Content {
    Plain(&'static [u8]),
    Compressed { gzip: &'static [u8], brotli: &'static [u8], length: usize },
}

impl File {
    /// The best encoding of those that are accepted.
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
                // What build/ packed can be unpacked: the tests do so with every file.
                let _ = GzDecoder::new(*gzip).read_to_end(&mut body);
                body
            }
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The file of a path: `/` is that of `/index.html`.
pub fn find(path: &str) -> Option<&'static File> {
    let path = if path == "/" { "/index.html" } else { path };
    let index = FILES.binary_search_by(|file| file.path.cmp(path)).ok()?;
    FILES.get(index)
}

/// The page that says that there is none.
pub fn not_found() -> Option<&'static File> {
    find("/404.html")
}

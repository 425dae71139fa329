//! A file as text, whatever its encoding.

use crate::error::{Error, Result};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// By the byte order mark, if there is one; else UTF-8 if it is that, UTF-16 if it looks like that, and Windows-1252.
pub fn decode(body: &[u8]) -> Result<Cow<'_, str>> {
    let (encoding, rest) = match Encoding::for_bom(body) {
        Some((encoding, length)) => (encoding, body.get(length..).unwrap_or_default()),
        None => match std::str::from_utf8(body) {
            Ok(text) if !text.contains('\0') => return Ok(text.into()),
            _ => (without_mark(body), body),
        },
    };
    let (text, had_errors) = encoding.decode_without_bom_handling(rest);
    if had_errors {
        return Err(Error::invalid("body", format!("is not {} throughout", encoding.name())));
    }
    if let Some(place) = text.find('\0') {
        let line = text.get(..place).unwrap_or_default().matches('\n').count() + 1;
        return Err(Error::invalid("body", format!("holds a NUL in line {line}: it is no text file")));
    }
    Ok(text)
}

/// Latin letters in UTF-16 have a zero for every other byte.
fn without_mark(body: &[u8]) -> &'static Encoding {
    let start = body.get(..body.len().min(1_000)).unwrap_or_default();
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let many = start.len() / 4;
    match (zeros(0), zeros(1)) {
        (0, odd) if odd > many => UTF_16LE,
        (even, 0) if even > many => UTF_16BE,
        _ => WINDOWS_1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Artist,Title\nSigur Rós,Ágætis\n";
        let utf16 = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
        for body in [
            text.as_bytes().to_vec(),
            marked(b"\xef\xbb\xbf", text.as_bytes()),
            marked(b"\xff\xfe", &little),
            marked(b"\xfe\xff", &big),
            little,
            big,
            latin,
        ] {
            assert_eq!(decode(&body).as_deref(), Ok(text), "{body:?}");
        }
        assert!(decode(b"\xef\xbb\xbf\xff").is_err());
        assert!(decode(b"Artist\0,Title\n").is_err());
    }
}

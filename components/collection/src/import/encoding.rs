//! Decodes a file to text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::error::Error;

/// Decodes by the byte order mark, if there is one; else as UTF-8 if that is valid, as UTF-16 if many bytes are zero,
/// and as Windows-1252.
pub fn decode(body: &[u8]) -> Result<Cow<'_, str>, Error> {
    let (encoding, rest) = match Encoding::for_bom(body) {
        Some((encoding, length)) => (encoding, body.get(length..).unwrap_or_default()),
        None => match std::str::from_utf8(body) {
            Ok(text) if !text.contains('\0') => return Ok(text.into()),
            _ => (guess_encoding(body), body),
        },
    };
    let (text, had_errors) = encoding.decode_without_bom_handling(rest);
    if had_errors {
        return Err(Error::invalid("body", format!("is not valid {}", encoding.name())));
    }
    if let Some(position) = text.find('\0') {
        let line = text.get(..position).unwrap_or_default().matches('\n').count() + 1;
        return Err(Error::invalid("body", format!("is not a text file: line {line} has a NUL character")));
    }
    Ok(text)
}

/// UTF-16 if the file has many zeros at even or odd positions only, as Latin letters have; else Windows-1252.
fn guess_encoding(body: &[u8]) -> &'static Encoding {
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
    fn a_text_is_decoded_from_every_encoding() {
        let text = "Artist,Title\nSigur Rós,Ágætis\n";
        let utf16 = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        let with_mark = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
        for body in [
            text.as_bytes().to_vec(),
            with_mark(b"\xef\xbb\xbf", text.as_bytes()),
            with_mark(b"\xff\xfe", &little),
            with_mark(b"\xfe\xff", &big),
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

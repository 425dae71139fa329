//! Decodes a file to text.

use encoding_rs::{DecoderResult, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::error::Error;

/// The limit for the text, in bytes of UTF-8. A file in another encoding may become three times as large.
const MAX_TEXT: usize = 20 << 20;

/// The bytes that are decoded at once.
const CHUNK: usize = 64 << 10;

/// Decodes by the byte order mark, if there is one; else as UTF-8 if that is valid, as UTF-16 if many bytes are zero,
/// and as Windows-1252.
pub fn decode(body: Vec<u8>) -> Result<String, Error> {
    if let Some((encoding, length)) = Encoding::for_bom(&body) {
        return decode_from(encoding, body.get(length..).unwrap_or_default());
    }
    match String::from_utf8(body) {
        Ok(text) if !text.contains('\0') => Ok(text),
        Ok(text) => decode_from(guess_encoding(text.as_bytes()), text.as_bytes()),
        Err(error) => decode_from(guess_encoding(error.as_bytes()), error.as_bytes()),
    }
}

fn decode_from(encoding: &'static Encoding, body: &[u8]) -> Result<String, Error> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let mut chunks = body.chunks(CHUNK).peekable();
    while let Some(chunk) = chunks.next() {
        text.reserve(decoder.max_utf8_buffer_length_without_replacement(chunk.len()).unwrap_or(3 * CHUNK));
        let (result, _) = decoder.decode_to_string_without_replacement(chunk, &mut text, chunks.peek().is_none());
        if result != DecoderResult::InputEmpty {
            return Err(Error::invalid("body", format!("is not valid {}", encoding.name())));
        }
        if text.len() > MAX_TEXT {
            return Err(Error::invalid("body", format!("must have at most {} MiB as UTF-8", MAX_TEXT >> 20)));
        }
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
            assert_eq!(decode(body.clone()).as_deref(), Ok(text), "{body:?}");
        }
        assert!(decode(b"\xef\xbb\xbf\xff".to_vec()).is_err());
        assert!(decode(b"Artist\0,Title\n".to_vec()).is_err());
        let across_chunks = "é".repeat(CHUNK).encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode([vec![0xff, 0xfe], across_chunks].concat()).map(|text| text.len()), Ok(2 * CHUNK));
        assert!(decode(vec![0x93; MAX_TEXT / 2]).is_err(), "three bytes for each");
    }
}

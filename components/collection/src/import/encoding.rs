//! Decodes a file to text.

use crate::error::Error;

/// The limit for the text, in bytes of UTF-8. A file in another encoding may become three times as large.
const MAX_TEXT: usize = 20 << 20;

/// The characters of Windows-1252 from 0x80 to 0x9F (the others are those of Unicode), as the Encoding Standard has
/// them. `encoding_rs` has the tables of all encodings, which are a fifth of this component.
const WINDOWS_1252: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}',
    '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}',
    '\u{17e}', '\u{178}',
];

#[derive(Debug, Clone, Copy)]
enum Encoding {
    Utf16Le,
    Utf16Be,
    Windows1252,
}

/// Decodes by the byte order mark, if there is one; else as UTF-8 if that is valid, as UTF-16 if many bytes are zero,
/// and as Windows-1252.
pub fn decode(body: Vec<u8>) -> Result<String, Error> {
    let text = match body.as_slice() {
        [0xff, 0xfe, rest @ ..] => decode_from(Encoding::Utf16Le, rest),
        [0xfe, 0xff, rest @ ..] => decode_from(Encoding::Utf16Be, rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).map_err(|_| invalid("UTF-8")),
        _ => match String::from_utf8(body) {
            Ok(text) if !text.contains('\0') => Ok(text),
            Ok(text) => decode_from(guess_encoding(text.as_bytes()), text.as_bytes()),
            Err(error) => decode_from(guess_encoding(error.as_bytes()), error.as_bytes()),
        },
    }?;
    if let Some(position) = text.find('\0') {
        let line = text.get(..position).unwrap_or_default().matches('\n').count() + 1;
        return Err(Error::invalid("body", format!("is not a text file: line {line} has a NUL character")));
    }
    Ok(text)
}

fn decode_from(encoding: Encoding, body: &[u8]) -> Result<String, Error> {
    let units = |from: fn([u8; 2]) -> u16| {
        // An odd byte is as invalid as half of a surrogate pair.
        let units = body.chunks(2).map(move |bytes| bytes.try_into().map_or(0xd800, from));
        collect(char::decode_utf16(units).map(|decoded| decoded.map_err(|_| invalid("UTF-16"))), body.len())
    };
    match encoding {
        Encoding::Utf16Le => units(u16::from_le_bytes),
        Encoding::Utf16Be => units(u16::from_be_bytes),
        Encoding::Windows1252 => collect(body.iter().map(|byte| Ok(decode_windows_1252(*byte))), body.len()),
    }
}

fn decode_windows_1252(byte: u8) -> char {
    let index = usize::from(byte).wrapping_sub(0x80);
    WINDOWS_1252.get(index).copied().unwrap_or(char::from(byte))
}

fn collect(chars: impl Iterator<Item = Result<char, Error>>, capacity: usize) -> Result<String, Error> {
    let mut text = String::with_capacity(capacity);
    for char in chars {
        text.push(char?);
        if text.len() > MAX_TEXT {
            return Err(Error::invalid("body", format!("must have at most {} MiB as UTF-8", MAX_TEXT >> 20)));
        }
    }
    Ok(text)
}

fn invalid(encoding: &str) -> Error {
    Error::invalid("body", format!("is not valid {encoding}"))
}

/// UTF-16 if the file has many zeros at even or odd positions only, as Latin letters have; else Windows-1252.
fn guess_encoding(body: &[u8]) -> Encoding {
    let start = body.get(..body.len().min(1_000)).unwrap_or_default();
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let many = start.len() / 4;
    match (zeros(0), zeros(1)) {
        (0, odd) if odd > many => Encoding::Utf16Le,
        (even, 0) if even > many => Encoding::Utf16Be,
        _ => Encoding::Windows1252,
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
        assert!(decode(vec![0x93; MAX_TEXT / 2]).is_err(), "three bytes for each");
    }

    #[test]
    fn half_of_a_pair_is_not_utf_16() {
        let pair = "🎧".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        assert_eq!(decode([&[0xff, 0xfe], pair.as_slice()].concat()).as_deref(), Ok("🎧"));
        for half in [&pair[..2], &pair[..3], &pair[2..]] {
            assert!(decode([&[0xff, 0xfe], half].concat()).is_err(), "{half:?}");
        }
    }

    #[test]
    fn the_punctuation_of_windows_1252_is_decoded() {
        assert_eq!(decode(b"\x80 \x93Don\x92t\x94 \x9f\xe9\xff".to_vec()).as_deref(), Ok("€ “Don’t” Ÿéÿ"));
    }
}

//! A decoder of the chunked transfer coding. It does not support trailers, which neither server sends.

use anyhow::{Context as _, bail};

#[derive(Default)]
pub struct Chunked {
    state: State,
    /// The part of the chunk-size line that has arrived so far.
    size: Vec<u8>,
    length: usize,
}

#[derive(Default, PartialEq, Eq)]
enum State {
    #[default]
    Size,
    Data(usize),
    /// The CRLF after a chunk, of which this many bytes are missing; after the last chunk, the body ends with it.
    End {
        missing: usize,
        last: bool,
    },
    Done,
}

impl Chunked {
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// The length of the body so far.
    pub fn length(&self) -> usize {
        self.length
    }

    pub fn feed(&mut self, mut input: &[u8], body: &mut impl FnMut(&[u8])) -> anyhow::Result<()> {
        while let [first, rest @ ..] = input {
            match self.state {
                State::Size => {
                    input = rest;
                    if *first == b'\n' {
                        self.begin_chunk()?;
                    } else if self.size.len() < 64 {
                        self.size.push(*first);
                    } else {
                        bail!("the size of a chunk has more than 64 characters");
                    }
                }
                State::Data(missing) => {
                    let (data, rest) = input.split_at(missing.min(input.len()));
                    body(data);
                    self.length += data.len();
                    input = rest;
                    self.state = match missing - data.len() {
                        0 => State::End { missing: 2, last: false },
                        missing => State::Data(missing),
                    };
                }
                State::End { missing, last } => {
                    input = rest;
                    self.state = match (missing - 1, last) {
                        (0, true) => State::Done,
                        (0, false) => State::Size,
                        (missing, last) => State::End { missing, last },
                    };
                }
                State::Done => bail!("there are bytes after the last chunk"),
            }
        }
        Ok(())
    }

    fn begin_chunk(&mut self) -> anyhow::Result<()> {
        let line = std::str::from_utf8(&self.size)?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(digits, 16).with_context(|| format!("{digits:?} is not a chunk's size"))?;
        self.size.clear();
        self.state = if size == 0 { State::End { missing: 2, last: true } } else { State::Data(size) };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_decoded_however_it_is_split() -> anyhow::Result<()> {
        let wire = b"5\r\nhello\r\n1;x=y\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n";
        for piece in 1..=wire.len() {
            let (mut chunked, mut body) = (Chunked::default(), Vec::new());
            for part in wire.chunks(piece) {
                chunked.feed(part, &mut |data: &[u8]| body.extend_from_slice(data))?;
            }
            assert!(chunked.is_done());
            assert_eq!(chunked.length(), 16);
            assert_eq!(body, b"hello 0123456789");
        }
        Ok(())
    }
}

//! Frames of server-sent events (WHATWG HTML, 9.2.6), however the bytes are cut.

/// One event: its name (empty if none is given) and its data.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    pub event: String,
    pub data: String,
}

/// A line longer than this is no frame of a language model.
const MAX_LINE: usize = 1 << 20;

#[derive(Debug, PartialEq, Eq)]
pub enum Malformed {
    TooLong,
    NotUtf8,
}

#[derive(Default)]
pub struct Frames {
    line: Vec<u8>,
    /// The last byte was a CR: a LF now belongs to it.
    after_cr: bool,
    event: String,
    data: Option<String>,
}

impl Frames {
    /// Takes bytes, and answers with the frames that are whole by now.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Frame>, Malformed> {
        let mut frames = Vec::new();
        for &byte in bytes {
            let after_cr = std::mem::take(&mut self.after_cr);
            match byte {
                b'\n' if after_cr => {}
                b'\n' | b'\r' => {
                    self.after_cr = byte == b'\r';
                    let line = std::mem::take(&mut self.line);
                    // Only a whole line is decoded: a character may be cut in two.
                    let line = String::from_utf8(line).map_err(|_| Malformed::NotUtf8)?;
                    frames.extend(self.take(&line));
                }
                _ if self.line.len() >= MAX_LINE => return Err(Malformed::TooLong),
                _ => self.line.push(byte),
            }
        }
        Ok(frames)
    }

    fn take(&mut self, line: &str) -> Option<Frame> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return self.data.take().map(|data| Frame { event, data });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => self.event = value.to_owned(),
            "data" => match &mut self.data {
                None => self.data = Some(value.to_owned()),
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
            },
            // Comments have an empty name; `id` and `retry` are for browsers.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> Vec<(String, String)> {
        let mut frames = Frames::default();
        let read = pieces.iter().flat_map(|piece| frames.feed(piece).unwrap()).collect::<Vec<_>>();
        read.into_iter().map(|frame| (frame.event, frame.data)).collect()
    }

    #[test]
    fn frames_are_the_same_however_the_bytes_are_cut() {
        let text =
            ": hi\r\nevent: a\r\ndata: {\"x\":\"é日🎧\"}\r\n\r\ndata:b\rdata: c\r\r\n\nid: 1\n\ndata\n\n".as_bytes();
        let whole = read(&[text]);
        let expected = [("a", "{\"x\":\"é日🎧\"}"), ("", "b\nc"), ("", "")];
        assert_eq!(whole, expected.map(|(event, data)| (event.to_owned(), data.to_owned())));
        for cut in 1..text.len() {
            assert_eq!(read(&[&text[..cut], &text[cut..]]), whole, "{cut}");
        }
        assert_eq!(read(&text.chunks(1).collect::<Vec<_>>()), whole);
    }

    #[test]
    fn what_is_not_ended_is_no_frame() {
        assert!(read(&[b"data: {\"x\":1}\n"]).is_empty());
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(Frames::default().feed(b"data: \xff\n"), Err(Malformed::NotUtf8));
        assert_eq!(Frames::default().feed(&vec![b'x'; MAX_LINE + 1]), Err(Malformed::TooLong));
    }
}

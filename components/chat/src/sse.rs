//! A parser of server-sent events (WHATWG HTML, 9.2.6). The bytes may be split anywhere.

/// Bounds the memory: a language model does not send lines of this length.
const MAX_LINE: usize = 1 << 20;

#[derive(Debug, PartialEq, Eq)]
pub enum SseError {
    LineTooLong,
    NotUtf8,
}

#[derive(Default)]
pub struct SseParser {
    line: Vec<u8>,
    /// The last byte was a CR. A LF after it belongs to the same line end.
    after_cr: bool,
    data: Option<String>,
}

impl SseParser {
    /// Returns the data of each event that ends in `bytes`. The name of an event is not needed: both API formats repeat
    /// it in the data.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<String>, SseError> {
        let mut events = Vec::new();
        for &byte in bytes {
            let after_cr = std::mem::take(&mut self.after_cr);
            match byte {
                b'\n' if after_cr => {}
                b'\n' | b'\r' => {
                    self.after_cr = byte == b'\r';
                    let line = std::mem::take(&mut self.line);
                    // Only complete lines are decoded, because a character may be split between two calls.
                    let line = String::from_utf8(line).map_err(|_| SseError::NotUtf8)?;
                    events.extend(self.end_line(&line));
                }
                _ if self.line.len() >= MAX_LINE => return Err(SseError::LineTooLong),
                _ => self.line.push(byte),
            }
        }
        Ok(events)
    }

    fn end_line(&mut self, line: &str) -> Option<String> {
        if line.is_empty() {
            return self.data.take();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        // Comments have an empty field name. `event`, `id` and `retry` are not used.
        if field == "data" {
            match &mut self.data {
                None => self.data = Some(value.to_owned()),
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pieces: &[&[u8]]) -> Vec<String> {
        let mut parser = SseParser::default();
        pieces.iter().flat_map(|piece| parser.feed(piece).unwrap()).collect()
    }

    #[test]
    fn events_are_the_same_wherever_the_bytes_are_split() {
        let text =
            ": hi\r\nevent: a\r\ndata: {\"x\":\"é日🎧\"}\r\n\r\ndata:b\rdata: c\r\r\n\nid: 1\n\ndata\n\n".as_bytes();
        let events = parse(&[text]);
        assert_eq!(events, ["{\"x\":\"é日🎧\"}", "b\nc", ""]);
        for split in 1..text.len() {
            assert_eq!(parse(&[&text[..split], &text[split..]]), events, "{split}");
        }
        assert_eq!(parse(&text.chunks(1).collect::<Vec<_>>()), events);
    }

    #[test]
    fn an_event_without_its_blank_line_is_ignored() {
        assert!(parse(&[b"data: {\"x\":1}\n"]).is_empty());
    }

    #[test]
    fn invalid_utf8_and_long_lines_are_refused() {
        assert_eq!(SseParser::default().feed(b"data: \xff\n"), Err(SseError::NotUtf8));
        assert_eq!(SseParser::default().feed(&vec![b'x'; MAX_LINE + 1]), Err(SseError::LineTooLong));
    }
}

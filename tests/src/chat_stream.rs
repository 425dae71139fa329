//! An answer of the assistant, word by word.

use reqwest::{Method, Response};
use serde_json::Value;

use crate::Caller;

/// Server-sent events as they come. Dropped before its end, it hangs up.
pub struct ChatStream {
    response: Response,
    buffer: String,
    /// Comments so far.
    pub comments: usize,
}

impl ChatStream {
    /// # Panics
    /// If the answer is none.
    pub async fn ask(caller: &Caller, question: &Value) -> Self {
        let request = caller.request(Method::POST, "/api/chat").header("accept", "text/event-stream");
        let response = request.json(question).send().await.expect("an answer");
        assert_eq!(response.status(), 200, "{response:?}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, buffer: String::new(), comments: 0 }
    }

    /// The next event, its name and its data; `None` at the end.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((frame, rest)) = self.buffer.split_once("\n\n") {
                let frame = frame.to_owned();
                self.buffer = rest.to_owned();
                if frame.starts_with(':') {
                    self.comments += 1;
                    continue;
                }
                let (name, data) = frame.split_once('\n').unwrap_or_else(|| panic!("not a frame: {frame}"));
                let name = name.strip_prefix("event: ").unwrap_or_else(|| panic!("no name: {frame}"));
                let data = data.strip_prefix("data: ").unwrap_or_else(|| panic!("no data: {frame}"));
                return Some((name.to_owned(), serde_json::from_str(data).expect("JSON")));
            }
            let chunk = self.response.chunk().await.expect("a proper end")?;
            self.buffer.push_str(std::str::from_utf8(&chunk).expect("whole characters"));
        }
    }

    /// Hears it to its end: the text, and the last event.
    pub async fn whole(&mut self) -> (String, String, Value) {
        let mut text = String::new();
        while let Some((name, data)) = self.next().await {
            match name.as_str() {
                "delta" => text.push_str(data["text"].as_str().expect("a text")),
                _ => {
                    assert!(self.next().await.is_none(), "there was more after {name}");
                    return (text, name, data);
                }
            }
        }
        panic!("neither done nor error after {text:?}");
    }
}

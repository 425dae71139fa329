//! An answer of the assistant, as server-sent events.

use reqwest::{Method, Response};
use serde_json::Value;

use crate::Caller;

/// The events of an answer, read as they arrive. Dropping the value before the last event closes the connection.
pub struct ChatStream {
    response: Response,
    buffer: String,
    /// The number of comments received so far.
    pub comments: usize,
}

impl ChatStream {
    /// Asks a question.
    ///
    /// # Panics
    /// If the answer is not a stream of events.
    pub async fn ask(caller: &Caller, question: &Value) -> Self {
        let request = caller.request(Method::POST, "/api/chat").header("accept", "text/event-stream");
        let response = request.json(question).send().await.expect("an answer");
        assert_eq!(response.status(), 200, "{response:?}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, buffer: String::new(), comments: 0 }
    }

    /// The name and the data of the next event; `None` at the end of the stream.
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
            let chunk = self.response.chunk().await.expect("a regular end of the stream")?;
            self.buffer.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }

    /// Reads all events. Returns the text of the answer, and the name and the data of the last event.
    pub async fn read_to_end(&mut self) -> (String, String, Value) {
        let mut text = String::new();
        while let Some((name, data)) = self.next().await {
            match name.as_str() {
                "delta" => text.push_str(data["text"].as_str().expect("a text")),
                _ => {
                    assert!(self.next().await.is_none(), "there is an event after {name}");
                    return (text, name, data);
                }
            }
        }
        panic!("the stream ended without `done` or `error` after {text:?}");
    }
}

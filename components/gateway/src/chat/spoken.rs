//! An answer as it comes, as the body of a response: server-sent events, or JSON that is written while it is heard.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use http_body::Frame;
use send_wrapper::SendWrapper;
use serde::Serialize;
use wit_bindgen::StreamReader;

use super::Usage;
use crate::{
    edge,
    problem::{Code, Problem},
    reply,
    services::chat::assistant::{Completion, Event, Failure, FailureReason},
    trace::Trace,
};

/// What is read at once, if it came at once.
const EVENTS: usize = 64;
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// Some proxies collect an answer before they pass it on, unless they are told not to.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

#[derive(Serialize)]
struct Delta<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Done<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<i64>,
    message_id: i64,
    provider: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Usage>,
    remaining: u32,
}

impl<'a> Done<'a> {
    fn of(completion: &'a Completion, conversation_id: Option<i64>) -> Self {
        let Completion { message_id, provider, model, usage, remaining } = completion;
        let usage = usage.map(|usage| Usage { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens });
        Self {
            conversation_id,
            message_id: *message_id,
            provider,
            model: model.as_deref(),
            usage,
            remaining: *remaining,
        }
    }
}

#[derive(Serialize)]
struct BrokenOff<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<i64>,
}

/// How events are written. One type, not two: a body of each would be twice the code.
enum Style {
    ServerSent {
        conversation: i64,
    },
    /// `{"conversation_id":…,"answer":"` is written before.
    OneObject,
}

impl Style {
    /// `None` for what leaves no trace.
    fn write(&self, event: &Event) -> Option<String> {
        match self {
            Self::ServerSent { conversation } => Some(server_sent(event, *conversation)),
            Self::OneObject => one_object(event),
        }
    }
}

fn server_sent(event: &Event, conversation: i64) -> String {
    let conversation_id = Some(conversation);
    let (name, data) = match event {
        // A comment.
        Event::Waiting => return ":\n\n".to_owned(),
        Event::Delta(text) => ("delta", text_of(&Delta { text })),
        Event::Done(completion) => ("done", text_of(&Done::of(completion, conversation_id))),
        Event::Failed(Failure { reason, message, message_id, .. }) => {
            let code = code(*reason).name();
            ("error", text_of(&BrokenOff { code, message, conversation_id, message_id: *message_id }))
        }
    };
    format!("event: {name}\ndata: {data}\n\n")
}

fn one_object(event: &Event) -> Option<String> {
    match event {
        Event::Waiting => None,
        Event::Delta(text) => {
            let text = text_of(text);
            Some(text.get(1..text.len().saturating_sub(1)).unwrap_or_default().to_owned())
        }
        Event::Done(completion) => {
            let rest = text_of(&Done::of(completion, None));
            Some(format!(r#"","complete":true,{}"#, rest.trim_start_matches('{')))
        }
        Event::Failed(Failure { reason, message, message_id, .. }) => {
            let broken = BrokenOff { code: code(*reason).name(), message, conversation_id: None, message_id: None };
            let stored = message_id.map(|id| format!(r#""message_id":{id},"#)).unwrap_or_default();
            Some(format!(r#"","complete":false,{stored}"error":{}}}"#, text_of(&broken)))
        }
    }
}

/// The answer as server-sent events.
pub fn events(events: StreamReader<Event>, conversation: i64, trace: Trace) -> Response {
    let style = Style::ServerSent { conversation };
    let headers = [
        (header::CONTENT_TYPE, EVENT_STREAM),
        (header::CACHE_CONTROL, NO_STORE),
        (UNBUFFERED, HeaderValue::from_static("no")),
    ];
    (headers, Body::new(Spoken::new(events, style, String::new(), trace))).into_response()
}

/// The answer as JSON. What fails before the first word is a problem still.
pub async fn json(mut events: StreamReader<Event>, conversation: i64, trace: Trace) -> Result<Response, Problem> {
    let mut text = format!(r#"{{"conversation_id":{conversation},"answer":""#);
    let first = loop {
        let (_, first) = SendWrapper::new(events.read(Vec::with_capacity(EVENTS))).await;
        if first.iter().any(|event| !matches!(event, Event::Waiting)) || first.is_empty() {
            break first;
        }
    };
    if let Some(Event::Failed(Failure { reason, message, cause, .. })) =
        first.iter().find(|event| !matches!(event, Event::Waiting))
    {
        return Err(Problem::new(code(*reason), message.clone()).with_cause(cause.clone()));
    }
    let style = Style::OneObject;
    for event in &first {
        note(event, &trace);
        text.extend(style.write(event));
    }
    let headers = [(header::CONTENT_TYPE, reply::JSON), (header::CACHE_CONTROL, NO_STORE)];
    Ok((headers, Body::new(Spoken::new(events, style, text, trace))).into_response())
}

type Turn = (Vec<Event>, StreamReader<Event>);

/// Each frame is what came at once: nothing is held back.
struct Spoken {
    style: Style,
    /// What was written before the body began.
    begun: Option<String>,
    next: Option<Pin<Box<dyn Future<Output = Turn> + Send>>>,
    trace: Trace,
}

impl Spoken {
    fn new(events: StreamReader<Event>, style: Style, begun: String, trace: Trace) -> Self {
        Self { style, begun: Some(begun).filter(|begun| !begun.is_empty()), next: Some(turn(events)), trace }
    }
}

/// There is one thread in here: the wrapper only says so.
fn turn(mut events: StreamReader<Event>) -> Pin<Box<dyn Future<Output = Turn> + Send>> {
    Box::pin(SendWrapper::new(async move {
        let (_, read) = events.read(Vec::with_capacity(EVENTS)).await;
        (read, events)
    }))
}

impl http_body::Body for Spoken {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(begun) = self.begun.take() {
            return Poll::Ready(Some(Ok(Frame::data(begun.into()))));
        }
        loop {
            let Some(future) = &mut self.next else { return Poll::Ready(None) };
            let (read, events) = ready!(future.as_mut().poll(context));
            self.next = None;
            if read.is_empty() {
                return Poll::Ready(None);
            }
            self.next = Some(turn(events));
            let mut text = String::new();
            for event in &read {
                note(event, &self.trace);
                text.extend(self.style.write(event));
            }
            if !text.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(text.into()))));
            }
        }
    }
}

/// The request's own line was written when the answer began.
fn note(event: &Event, trace: &Trace) {
    if let Event::Failed(Failure { reason, cause, .. }) = event {
        edge::log_broken_off(trace, code(*reason), cause);
    }
}

fn code(reason: FailureReason) -> Code {
    match reason {
        FailureReason::Refused => Code::ProviderRefused,
        FailureReason::Busy => Code::ProviderBusy,
        FailureReason::Failed => Code::ProviderFailed,
        FailureReason::TimedOut => Code::ProviderTimeout,
        FailureReason::CutOff => Code::AnswerCutOff,
        FailureReason::Internal => Code::Internal,
    }
}

fn text_of(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn delta(text: &str) -> Event {
        Event::Delta(text.to_owned())
    }

    fn done() -> Event {
        Event::Done(Completion { message_id: 2, provider: "builtin".into(), model: None, usage: None, remaining: 9 })
    }

    fn failed() -> Event {
        let cause = "secret".to_owned();
        Event::Failed(Failure {
            reason: FailureReason::CutOff,
            message: "Broke off.".into(),
            cause,
            message_id: Some(2),
        })
    }

    #[test]
    fn events_are_frames() {
        let style = Style::ServerSent { conversation: 7 };
        assert_eq!(style.write(&delta("a\n\"é\"")).unwrap(), "event: delta\ndata: {\"text\":\"a\\n\\\"é\\\"\"}\n\n");
        assert_eq!(
            style.write(&done()).unwrap(),
            "event: done\ndata: {\"conversation_id\":7,\"message_id\":2,\"provider\":\"builtin\",\"remaining\":9}\n\n"
        );
        let error = style.write(&failed()).unwrap();
        assert!(error.starts_with("event: error\ndata: {\"code\":\"answer_cut_off\""), "{error}");
        assert!(!error.contains("secret"), "{error}");
        assert_eq!(style.write(&Event::Waiting).unwrap(), ":\n\n");
    }

    #[test]
    fn json_is_one_object_however_it_ends() {
        let whole = |events: &[Event]| -> Value {
            let mut text = r#"{"conversation_id":7,"answer":""#.to_owned();
            text.extend(events.iter().filter_map(|event| Style::OneObject.write(event)));
            serde_json::from_str(&text).unwrap()
        };
        assert_eq!(
            whole(&[delta("a\""), Event::Waiting, delta("b"), done()]),
            json!({"conversation_id": 7, "answer": "a\"b", "complete": true, "message_id": 2, "provider": "builtin", "remaining": 9})
        );
        assert_eq!(
            whole(&[delta("a"), failed()]),
            json!({"conversation_id": 7, "answer": "a", "complete": false, "message_id": 2,
                "error": {"code": "answer_cut_off", "message": "Broke off."}})
        );
    }
}

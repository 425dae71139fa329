//! An answer of the assistant as a response: server-sent events, or one JSON object that is written as the words come.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};
use serde::Serialize;
use wit_bindgen::StreamReader;

use crate::{
    log,
    problem::{Code, Problem},
    reply,
    services::{
        call,
        chat::assistant::{Completion, Event, Failure, FailureReason},
    },
    stream::{self, Part},
    trace::Trace,
};

/// How many events are read at once, if so many have come.
const READ_EVENTS: usize = 64;
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");
/// Asks nginx and similar proxies not to buffer the response.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The data of the event `delta`.
#[derive(Serialize)]
struct Delta<'a> {
    text: &'a str,
}

/// The data of the event `done`; in JSON, the rest of the object.
#[derive(Serialize)]
struct Done<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
    message_id: i64,
    provider: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Usage>,
    remaining: u32,
}

#[derive(Serialize)]
struct Usage {
    input_tokens: u32,
    output_tokens: u32,
}

/// The data of the event `error`.
#[derive(Serialize)]
struct AnswerError<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<i64>,
}

/// In JSON, the rest of the object after a failure.
#[derive(Serialize)]
struct Incomplete<'a> {
    complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<i64>,
    error: AnswerError<'a>,
}

/// How events are written. An enum rather than two types, because a body of each type would double the code.
enum AnswerFormat {
    ServerSentEvents {
        conversation: i64,
    },
    /// The beginning of the object, `{"conversation_id":…,"answer":"`, is written before.
    JsonObject,
}

impl AnswerFormat {
    fn write(&self, event: &Event) -> String {
        match self {
            Self::ServerSentEvents { conversation } => server_sent_event(event, *conversation),
            Self::JsonObject => part_of_object(event),
        }
    }
}

fn server_sent_event(event: &Event, conversation: i64) -> String {
    let conversation_id = Some(conversation);
    let (name, data) = match event {
        // A comment: clients ignore it.
        Event::Waiting => return ":\n\n".to_owned(),
        Event::Delta(text) => ("delta", to_json(&Delta { text })),
        Event::Done(completion) => ("done", to_json(&Done { conversation_id, ..done(completion) })),
        Event::Failed(Failure { reason, message, message_id, .. }) => {
            let code = code(*reason).name();
            ("error", to_json(&AnswerError { code, message, conversation_id, message_id: *message_id }))
        }
    };
    format!("event: {name}\ndata: {data}\n\n")
}

/// The object is sent while the words come, so its parts are joined by hand; serde serialises each part.
fn part_of_object(event: &Event) -> String {
    match event {
        Event::Waiting => String::new(),
        // Without its quotation marks.
        Event::Delta(text) => {
            to_json(text).get(1..).and_then(|text| text.strip_suffix('"')).unwrap_or_default().to_owned()
        }
        Event::Done(completion) => end_of_object(&Done { complete: Some(true), ..done(completion) }),
        Event::Failed(Failure { reason, message, message_id, .. }) => {
            let error = AnswerError { code: code(*reason).name(), message, conversation_id: None, message_id: None };
            end_of_object(&Incomplete { complete: false, message_id: *message_id, error })
        }
    }
}

/// Ends the string `answer`, and continues the object with the members of `rest`.
fn end_of_object(rest: &impl Serialize) -> String {
    format!("\",{}", to_json(rest).trim_start_matches('{'))
}

fn done(completion: &Completion) -> Done<'_> {
    let Completion { message_id, provider, model, usage, remaining } = completion;
    let usage = usage.map(|usage| Usage { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens });
    Done {
        conversation_id: None,
        complete: None,
        message_id: *message_id,
        provider,
        model: model.as_deref(),
        usage,
        remaining: *remaining,
    }
}

/// An answer that is being sent.
struct Answer {
    events: StreamReader<Event>,
    format: AnswerFormat,
    /// What was written before the body began.
    beginning: String,
    trace: Trace,
}

pub fn server_sent_events(events: StreamReader<Event>, conversation: i64, trace: Trace) -> Response {
    let format = AnswerFormat::ServerSentEvents { conversation };
    let headers = [
        (header::CONTENT_TYPE, EVENT_STREAM),
        (header::CACHE_CONTROL, reply::NO_STORE),
        (X_ACCEL_BUFFERING, HeaderValue::from_static("no")),
    ];
    let answer = Answer { events, format, beginning: String::new(), trace };
    (headers, stream::body(answer, next_part)).into_response()
}

/// The answer as JSON. A failure before the first word is a problem, with its own status.
pub async fn json(mut events: StreamReader<Event>, conversation: i64, trace: Trace) -> Result<Response, Problem> {
    let first = loop {
        let (_, read) = call(events.read(Vec::with_capacity(READ_EVENTS))).await;
        if read.is_empty() || read.iter().any(is_not_waiting) {
            break read;
        }
    };
    if let Some(Event::Failed(Failure { reason, message, cause, .. })) =
        first.iter().find(|event| is_not_waiting(event))
    {
        return Err(Problem::new(code(*reason), message.clone()).with_cause(cause.clone()));
    }
    let beginning = format!(r#"{{"conversation_id":{conversation},"answer":""#);
    let mut answer = Answer { events, format: AnswerFormat::JsonObject, beginning, trace };
    answer.beginning += &answer.write(&first);
    let headers = [(header::CONTENT_TYPE, reply::JSON), (header::CACHE_CONTROL, reply::NO_STORE)];
    Ok((headers, stream::body(answer, next_part)).into_response())
}

impl Answer {
    fn write(&self, events: &[Event]) -> String {
        events.iter().inspect(|event| self.log_failure(event)).map(|event| self.format.write(event)).collect()
    }

    /// The line of the request was written when the response began.
    fn log_failure(&self, event: &Event) {
        if let Event::Failed(Failure { reason, cause, .. }) = event {
            log::broken_off(&self.trace, code(*reason), cause);
        }
    }
}

/// Each part has the events that have come: none is held back.
async fn next_part(mut answer: Answer) -> Option<(Part, Answer)> {
    let mut text = std::mem::take(&mut answer.beginning);
    while text.is_empty() {
        let (_, events) = answer.events.read(Vec::with_capacity(READ_EVENTS)).await;
        if events.is_empty() {
            return None;
        }
        text = answer.write(&events);
    }
    Some((Ok(text.into_bytes()), answer))
}

fn is_not_waiting(event: &Event) -> bool {
    !matches!(event, Event::Waiting)
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

fn to_json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn delta(text: &str) -> Event {
        Event::Delta(text.to_owned())
    }

    fn completed() -> Event {
        Event::Done(Completion { message_id: 2, provider: "builtin".into(), model: None, usage: None, remaining: 9 })
    }

    fn failed() -> Event {
        let (message, cause) = ("Broke off.".to_owned(), "secret".to_owned());
        Event::Failed(Failure { reason: FailureReason::CutOff, message, cause, message_id: Some(2) })
    }

    #[test]
    fn events_are_written_as_server_sent_events() {
        let format = AnswerFormat::ServerSentEvents { conversation: 7 };
        assert_eq!(format.write(&delta("a\n\"é\"")), "event: delta\ndata: {\"text\":\"a\\n\\\"é\\\"\"}\n\n");
        assert_eq!(
            format.write(&completed()),
            "event: done\ndata: {\"conversation_id\":7,\"message_id\":2,\"provider\":\"builtin\",\"remaining\":9}\n\n"
        );
        let error = format.write(&failed());
        assert!(error.starts_with("event: error\ndata: {\"code\":\"answer_cut_off\""), "{error}");
        assert!(!error.contains("secret"), "{error}");
        assert_eq!(format.write(&Event::Waiting), ":\n\n");
    }

    #[test]
    fn the_parts_of_the_object_are_valid_json_together() {
        let whole = |events: &[Event]| -> Value {
            let mut text = r#"{"conversation_id":7,"answer":""#.to_owned();
            text.extend(events.iter().map(|event| AnswerFormat::JsonObject.write(event)));
            serde_json::from_str(&text).unwrap()
        };
        assert_eq!(
            whole(&[delta("a\""), Event::Waiting, delta("b"), completed()]),
            json!({
                "conversation_id": 7, "answer": "a\"b", "complete": true, "message_id": 2, "provider": "builtin",
                "remaining": 9,
            })
        );
        assert_eq!(
            whole(&[delta("a"), failed()]),
            json!({
                "conversation_id": 7, "answer": "a", "complete": false, "message_id": 2,
                "error": {"code": "answer_cut_off", "message": "Broke off."},
            })
        );
    }
}

//! A provider of language models, in one of the two API formats that the chat supports. A test chooses the tokens,
//! their pace, and the fault of the next stream.

mod anthropic;
mod counted_body;
mod openai;

use std::{
    collections::VecDeque,
    ops::Deref,
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use self::counted_body::{CountedBody, Counters};
use crate::{
    Fault,
    paced_body::{PacedBody, Piece, Pieces},
    server::{Server, lock},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiFormat {
    OpenAi,
    Anthropic,
}

/// A fault in the stream of an answer whose status is 200. The number is that of the tokens sent before the fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamFault {
    /// The first token is delayed by this time.
    SlowFirst(Duration),
    /// Nothing more is sent, and the connection stays open.
    Stall(usize),
    /// The connection is closed in the middle of the body.
    CutOff(usize),
    /// The HTTP body ends correctly, but without its last frames.
    EndEarly(usize),
    /// A frame that does not hold valid JSON.
    Malformed(usize),
    /// An error frame: the provider is overloaded.
    Error(usize),
    /// Every byte is sent separately, so that frames and characters are split across reads.
    ByteByByte,
    /// CRLF line ends, comments, and frames and members that clients must ignore.
    Odd,
}

/// A running provider.
pub struct LanguageModel {
    server: Server,
    state: Arc<ModelState>,
}

struct ModelState {
    format: ApiFormat,
    reply: Mutex<Reply>,
    stream_faults: Mutex<VecDeque<StreamFault>>,
    counters: Counters,
}

/// What every answer consists of.
#[derive(Clone)]
struct Reply {
    tokens: Arc<[String]>,
    pace: Duration,
    /// Send the time of sending (nanoseconds since 1970) instead of each token.
    clock: bool,
}

/// The answer by default. Its characters have one to four bytes in UTF-8.
const TOKENS: &[&str] = &[
    "From ",
    "what ",
    "you ",
    "own ",
    "I ",
    "would ",
    "play ",
    "“Ágætis ",
    "byrjun” ",
    "日本盤 ",
    "tonight ",
    "🎧",
    ".",
];

impl LanguageModel {
    pub async fn start(format: ApiFormat) -> Self {
        let tokens = TOKENS.iter().map(|token| (*token).to_owned()).collect();
        let state = Arc::new(ModelState {
            format,
            reply: Mutex::new(Reply { tokens, pace: Duration::ZERO, clock: false }),
            stream_faults: Mutex::default(),
            counters: Counters::default(),
        });
        let path = match format {
            ApiFormat::OpenAi => "/v1/chat/completions",
            ApiFormat::Anthropic => "/v1/messages",
        };
        let server = Server::start(Router::new().route(path, post(answer)).with_state(state.clone())).await;
        Self { server, state }
    }

    /// Every answer consists of these tokens.
    pub fn answer_with(&self, tokens: &[&str]) {
        lock(&self.state.reply).tokens = tokens.iter().map(|token| (*token).to_owned()).collect();
    }

    /// Every answer consists of this many tokens, each being the time at which it is sent, in nanoseconds since 1970.
    pub fn answer_with_times(&self, tokens: usize) {
        let mut reply = lock(&self.state.reply);
        reply.tokens = vec![String::new(); tokens].into();
        reply.clock = true;
    }

    /// Sets the time between two tokens.
    pub fn pace(&self, pace: Duration) {
        lock(&self.state.reply).pace = pace;
    }

    /// The next stream has this fault. Calls add up: after two calls, the next two streams have faults.
    pub fn next_stream(&self, fault: StreamFault) {
        lock(&self.state.stream_faults).push_back(fault);
    }

    /// The next request is refused with an error in this API's format, and with `Retry-After` if one is given.
    pub fn refuse(&self, status: u16, kind: &str, retry_after: Option<&str>) {
        let error = json!({"type": kind, "code": kind, "message": "The key sk-secret may not do this.", "param": null});
        let body = match self.state.format {
            ApiFormat::OpenAi => json!({"error": error}),
            ApiFormat::Anthropic => json!({"type": "error", "error": error}),
        };
        let mut headers = vec![("content-type", "application/json".to_owned())];
        headers.extend(retry_after.map(|value| ("retry-after", value.to_owned())));
        self.server.next(Fault::Answer(status, headers, body.to_string().into_bytes()));
    }

    /// The number of answers that are being sent.
    pub fn open(&self) -> usize {
        self.state.counters.open.load(Ordering::SeqCst)
    }

    /// The number of answers whose client disconnected before their end.
    pub fn abandoned(&self) -> usize {
        self.state.counters.abandoned.load(Ordering::SeqCst)
    }

    /// The body of the latest request.
    ///
    /// # Panics
    /// If there was no request.
    pub fn asked(&self) -> Value {
        let received = self.server.received();
        serde_json::from_slice(&received.last().expect("a request").body).expect("JSON")
    }
}

impl Deref for LanguageModel {
    type Target = Server;
    fn deref(&self) -> &Server {
        &self.server
    }
}

async fn answer(State(state): State<Arc<ModelState>>, headers: HeaderMap, body: Bytes) -> Response {
    let refused = match state.format {
        ApiFormat::OpenAi => openai::fault(&headers, &body),
        ApiFormat::Anthropic => anthropic::fault(&headers, &body),
    };
    if let Some((status, kind)) = refused {
        let status = StatusCode::from_u16(status).expect("a status");
        let error = json!({"type": "error", "error": {"type": kind, "message": "See the documentation."}});
        return (status, [(header::CONTENT_TYPE, "application/json")], error.to_string()).into_response();
    }
    let fault = lock(&state.stream_faults).pop_front();
    let pieces = pieces(state.format, &lock(&state.reply), fault);
    let body = CountedBody::new(PacedBody::new(pieces), state.counters.clone());
    ([(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")], Body::new(body)).into_response()
}

/// The pieces of an answer, each with the time to wait before it. A piece is one frame, unless the fault says
/// otherwise.
fn pieces(format: ApiFormat, reply: &Reply, fault: Option<StreamFault>) -> Pieces {
    let (begin, end) = match format {
        ApiFormat::OpenAi => (openai::begin(), openai::end(reply.tokens.len())),
        ApiFormat::Anthropic => (anthropic::begin(), anthropic::end(reply.tokens.len())),
    };
    let token: fn(&str, bool) -> String = match format {
        ApiFormat::OpenAi => openai::token,
        ApiFormat::Anthropic => anthropic::token,
    };
    let odd = fault == Some(StreamFault::Odd);
    let mut pieces = Pieces::new();
    let text = |text: String| {
        let text = if odd { format!(": OPENROUTER PROCESSING\n\n{text}").replace('\n', "\r\n") } else { text };
        Piece::Bytes(text.into_bytes().into())
    };
    pieces.extend(begin.into_iter().map(|frame| (Duration::ZERO, text(frame))));
    let fault_at = |index: usize| match fault {
        Some(StreamFault::Stall(after)) if after == index => Some(vec![Piece::Stall]),
        Some(StreamFault::CutOff(after)) if after == index => Some(vec![Piece::CutOff]),
        Some(StreamFault::EndEarly(after)) if after == index => Some(vec![]),
        Some(StreamFault::Malformed(after)) if after == index => Some(vec![Piece::Bytes("data: {\"choi\n\n".into())]),
        Some(StreamFault::Error(after)) if after == index => Some(vec![text(match format {
            ApiFormat::OpenAi => openai::error(),
            ApiFormat::Anthropic => anthropic::error(),
        })]),
        _ => None,
    };
    for (index, word) in reply.tokens.iter().enumerate() {
        if let Some(last) = fault_at(index) {
            // Wait first: bytes that are still buffered when the connection is closed would be lost.
            pieces.extend(last.into_iter().map(|piece| (Duration::from_millis(50), piece)));
            return pieces;
        }
        let wait = match fault {
            Some(StreamFault::SlowFirst(wait)) if index == 0 => wait,
            _ => reply.pace,
        };
        let piece = if reply.clock {
            Piece::Late(Box::new(move || token(&format!("{} ", nanoseconds()), false).into()))
        } else {
            text(token(word, odd))
        };
        pieces.push_back((wait, piece));
    }
    pieces.extend(end.into_iter().map(|frame| (Duration::ZERO, text(frame))));
    if fault == Some(StreamFault::ByteByByte) {
        let bytes: Vec<_> = pieces.iter().flat_map(|(_, piece)| piece.bytes().to_vec()).collect();
        return bytes.into_iter().map(|byte| (Duration::ZERO, Piece::Bytes(vec![byte].into()))).collect();
    }
    pieces
}

fn nanoseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()
}

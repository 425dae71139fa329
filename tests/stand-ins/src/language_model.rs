//! A provider of language models, in one of the two formats that the chat speaks: byte-exact frames, at the pace that is asked
//! for, and broken where that is asked for.

mod anthropic;
mod openai;
mod paced_body;

use std::{
    collections::VecDeque,
    ops::Deref,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
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

use self::paced_body::{PacedBody, Piece};
use crate::{
    Fault,
    server::{Server, lock},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    OpenAi,
    Anthropic,
}

/// What goes wrong within an answer that began with 200; the number is of tokens that come before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The first token takes so long.
    SlowFirst(Duration),
    /// Nothing more comes, and the connection stays open.
    Stall(usize),
    /// The connection breaks off.
    CutOff(usize),
    /// The answer ends as HTTP answers do, without its last frames.
    EndEarly(usize),
    /// A frame that is not JSON.
    Malformed(usize),
    /// An error of the provider's: it is overloaded.
    Error(usize),
    /// Every byte comes for itself, so that frames and characters are split across reads.
    ByteByByte,
    /// CRLF, comments, and frames and members that nobody needs.
    Odd,
}

/// A running provider.
pub struct LanguageModel {
    server: Server,
    state: Arc<Stand>,
}

struct Stand {
    format: Format,
    speech: Mutex<Speech>,
    troubles: Mutex<VecDeque<Trouble>>,
    open: Arc<AtomicUsize>,
    abandoned: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Speech {
    tokens: Arc<[String]>,
    pace: Duration,
    /// Each token is the time at which it leaves instead, in nanoseconds since 1970.
    clock: bool,
}

/// What `cargo vault up --stand-ins` hears; the characters have one to four bytes.
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
    pub async fn start(format: Format) -> Self {
        let tokens = TOKENS.iter().map(|token| (*token).to_owned()).collect();
        let state = Arc::new(Stand {
            format,
            speech: Mutex::new(Speech { tokens, pace: Duration::ZERO, clock: false }),
            troubles: Mutex::default(),
            open: Arc::default(),
            abandoned: Arc::default(),
        });
        let path = match format {
            Format::OpenAi => "/v1/chat/completions",
            Format::Anthropic => "/v1/messages",
        };
        let server = Server::start(Router::new().route(path, post(answer)).with_state(state.clone())).await;
        Self { server, state }
    }

    /// Every answer consists of these tokens.
    pub fn say(&self, tokens: &[&str]) {
        lock(&self.state.speech).tokens = tokens.iter().map(|token| (*token).to_owned()).collect();
    }

    /// Every answer consists of so many tokens, each the time at which it leaves, in nanoseconds since 1970.
    pub fn say_the_time(&self, tokens: usize) {
        let mut speech = lock(&self.state.speech);
        speech.tokens = vec![String::new(); tokens].into();
        speech.clock = true;
    }

    /// How long every token takes.
    pub fn pace(&self, pace: Duration) {
        lock(&self.state.speech).pace = pace;
    }

    /// The next answer has this trouble; asked for twice, the next two.
    pub fn trouble(&self, trouble: Trouble) {
        lock(&self.state.troubles).push_back(trouble);
    }

    /// The next request is refused: in the format's own words, with `Retry-After` if there is one.
    pub fn refuse(&self, status: u16, kind: &str, retry_after: Option<&str>) {
        let error = json!({"type": kind, "code": kind, "message": "The key sk-secret may not do this.", "param": null});
        let body = match self.state.format {
            Format::OpenAi => json!({"error": error}),
            Format::Anthropic => json!({"type": "error", "error": error}),
        };
        let mut headers = vec![("content-type", "application/json".to_owned())];
        headers.extend(retry_after.map(|value| ("retry-after", value.to_owned())));
        self.server.next(Fault::Answer(status, headers, body.to_string().into_bytes()));
    }

    /// Answers that are being written.
    pub fn open(&self) -> usize {
        self.state.open.load(Ordering::SeqCst)
    }

    /// Answers whose reader went away before their end.
    pub fn abandoned(&self) -> usize {
        self.state.abandoned.load(Ordering::SeqCst)
    }

    /// The body of the latest request.
    ///
    /// # Panics
    /// If there was none.
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

async fn answer(State(stand): State<Arc<Stand>>, headers: HeaderMap, body: Bytes) -> Response {
    let refused = match stand.format {
        Format::OpenAi => openai::fault(&headers, &body),
        Format::Anthropic => anthropic::fault(&headers, &body),
    };
    if let Some((status, kind)) = refused {
        let status = StatusCode::from_u16(status).expect("a status");
        let error = json!({"type": "error", "error": {"type": kind, "message": "See the documentation."}});
        return (status, [(header::CONTENT_TYPE, "application/json")], error.to_string()).into_response();
    }
    let trouble = lock(&stand.troubles).pop_front();
    let pieces = pieces(stand.format, &lock(&stand.speech), trouble);
    let written = PacedBody::new(pieces, stand.open.clone(), stand.abandoned.clone());
    ([(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")], Body::new(written)).into_response()
}

/// What is written, and when: each frame by itself, unless the trouble is to have it otherwise.
fn pieces(format: Format, speech: &Speech, trouble: Option<Trouble>) -> VecDeque<(Duration, Piece)> {
    let (begin, end) = match format {
        Format::OpenAi => (openai::begin(), openai::end(speech.tokens.len())),
        Format::Anthropic => (anthropic::begin(), anthropic::end(speech.tokens.len())),
    };
    let token: paced_body::Token = match format {
        Format::OpenAi => openai::token,
        Format::Anthropic => anthropic::token,
    };
    let odd = trouble == Some(Trouble::Odd);
    let mut pieces: VecDeque<(Duration, Piece)> = VecDeque::new();
    let text = |text: String| {
        let text = if odd { format!(": OPENROUTER PROCESSING\n\n{text}").replace('\n', "\r\n") } else { text };
        Piece::Bytes(text.into_bytes().into())
    };
    pieces.extend(begin.into_iter().map(|frame| (Duration::ZERO, text(frame))));
    let broken = |index: usize| match trouble {
        Some(Trouble::Stall(after)) if after == index => Some(vec![Piece::Stall]),
        Some(Trouble::CutOff(after)) if after == index => Some(vec![Piece::CutOff]),
        Some(Trouble::EndEarly(after)) if after == index => Some(vec![]),
        Some(Trouble::Malformed(after)) if after == index => Some(vec![Piece::Bytes("data: {\"choi\n\n".into())]),
        Some(Trouble::Error(after)) if after == index => Some(vec![text(match format {
            Format::OpenAi => openai::error(),
            Format::Anthropic => anthropic::error(),
        })]),
        _ => None,
    };
    for (index, word) in speech.tokens.iter().enumerate() {
        if let Some(last) = broken(index) {
            // A connection that breaks takes along what has not left yet.
            pieces.extend(last.into_iter().map(|piece| (Duration::from_millis(50), piece)));
            return pieces;
        }
        let wait = match trouble {
            Some(Trouble::SlowFirst(wait)) if index == 0 => wait,
            _ => speech.pace,
        };
        let piece = if speech.clock { Piece::Clock(token) } else { text(token(word, odd)) };
        pieces.push_back((wait, piece));
    }
    pieces.extend(end.into_iter().map(|frame| (Duration::ZERO, text(frame))));
    if trouble == Some(Trouble::ByteByByte) {
        let bytes: Vec<_> = pieces.iter().flat_map(|(_, piece)| piece.bytes().to_vec()).collect();
        return bytes.into_iter().map(|byte| (Duration::ZERO, Piece::Bytes(vec![byte].into()))).collect();
    }
    pieces
}

fn nanoseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()
}

//! What can go wrong on purpose.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body::Frame;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, Sleep};

/// How many pieces a slow body comes in.
const PIECES: usize = 10;

#[derive(Debug, Clone)]
pub enum Fault {
    /// Another answer altogether: status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Nothing for so long, then the right answer.
    SlowHead(Duration),
    /// The head at once, the body in pieces over so long.
    SlowBody(Duration),
    /// The connection breaks off after half of the body.
    CutOff,
    /// JSON that ends in the middle, in an answer that is whole.
    Malformed,
    /// A page of HTML with status 200, as a captive portal or a proxy sends it.
    Html,
    /// `Content-Length` says more than comes.
    WrongLength,
    /// 302 to somewhere.
    Redirect(String),
}

impl Fault {
    /// An error with Discogs' kind of body.
    pub fn status(status: u16) -> Self {
        let message = match status {
            401 => "Invalid consumer token. Please register an app before making requests.",
            404 => "Release not found.",
            429 => "You are making requests too quickly.",
            _ => "Query time exceeded. Please try a simpler query.",
        };
        Self::json(status, &format!(r#"{{"message": "{message}"}}"#))
    }

    /// 429 with `Retry-After`.
    pub fn too_many(seconds: u64) -> Self {
        let body = br#"{"message": "You are making requests too quickly."}"#.to_vec();
        let headers = vec![("content-type", "application/json".to_owned()), ("retry-after", seconds.to_string())];
        Self::Answer(429, headers, body)
    }

    /// An answer in JSON.
    pub fn json(status: u16, body: &str) -> Self {
        Self::Answer(status, vec![("content-type", "application/json".to_owned())], body.as_bytes().to_vec())
    }

    pub(crate) async fn instead_of(self, answer: impl Future<Output = Response>) -> Response {
        match self {
            Self::Answer(status, headers, body) => made(status, &headers, body),
            Self::SlowHead(time) => {
                tokio::time::sleep(time).await;
                answer.await
            }
            Self::SlowBody(time) => rewritten(answer.await, |bytes| (bytes.len(), pieces(&bytes, time, false))).await,
            Self::CutOff => {
                rewritten(answer.await, |bytes| {
                    (bytes.len(), pieces(&bytes.slice(..bytes.len() / 2), Duration::ZERO, true))
                })
                .await
            }
            Self::Malformed => {
                rewritten(answer.await, |bytes| (bytes.len() / 2, Body::from(bytes.slice(..bytes.len() / 2)))).await
            }
            Self::WrongLength => {
                rewritten(answer.await, |bytes| (bytes.len() + 100, pieces(&bytes, Duration::ZERO, true))).await
            }
            Self::Html => made(
                200,
                &[("content-type", "text/html; charset=utf-8".to_owned())],
                b"<!doctype html><title>Just a moment</title><p>Checking your browser.".to_vec(),
            ),
            Self::Redirect(to) => made(302, &[("location", to)], Vec::new()),
        }
    }
}

fn made(status: u16, headers: &[(&'static str, String)], body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    for (name, value) in headers {
        let value = HeaderValue::try_from(value).expect("a header's value");
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}

/// The same head over another body, which `Content-Length` says is so long.
async fn rewritten(response: Response, body: impl FnOnce(Bytes) -> (usize, Body)) -> Response {
    let (mut parts, old) = response.into_parts();
    let bytes = old.collect().await.expect("a body of ours").to_bytes();
    let (length, body) = body(bytes);
    parts.headers.insert(header::CONTENT_LENGTH, length.into());
    Response::from_parts(parts, body)
}

fn pieces(bytes: &Bytes, time: Duration, breaks_off: bool) -> Body {
    let size = bytes.len().div_ceil(PIECES).max(1);
    let pieces = (0..bytes.len()).step_by(size).map(|at| bytes.slice(at..(at + size).min(bytes.len()))).collect();
    let pause = time / u32::try_from(PIECES).unwrap_or(1);
    Body::new(Pieces { pieces, pause, sleep: Box::pin(tokio::time::sleep(pause)), breaks_off })
}

/// A body that takes its time.
struct Pieces {
    pieces: VecDeque<Bytes>,
    pause: Duration,
    sleep: Pin<Box<Sleep>>,
    breaks_off: bool,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.sleep.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let next = Instant::now() + self.pause;
        self.sleep.as_mut().reset(next);
        match self.pieces.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None if self.breaks_off => Poll::Ready(Some(Err("cut off on purpose".into()))),
            None => Poll::Ready(None),
        }
    }
}

//! The faults that a test can ask for.

use std::time::Duration;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body_util::BodyExt as _;

use crate::paced_body::{PacedBody, Piece, Pieces};

/// The number of pieces in which a slow body is sent.
const PIECES: usize = 10;

#[derive(Debug, Clone)]
pub enum Fault {
    /// This answer instead of the right one: status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Nothing for this time, then the right answer.
    SlowHead(Duration),
    /// The head at once, and the body in pieces over this time.
    SlowBody(Duration),
    /// The connection is closed after half of the body.
    CutOff,
    /// The first half of the body, as a complete answer: JSON that does not parse.
    Malformed,
    /// An HTML page with status 200, such as a captive portal or a proxy sends.
    Html,
    /// `Content-Length` is greater than the number of bytes that are sent.
    WrongLength,
    /// 302, with this `Location`.
    Redirect(String),
}

impl Fault {
    /// An error with a body as Discogs sends it.
    pub fn status(status: u16) -> Self {
        let message = match status {
            401 => "Invalid consumer token. Please register an app before making requests.",
            404 => "Release not found.",
            429 => "You are making requests too quickly.",
            _ => "Query time exceeded. Please try a simpler query.",
        };
        Self::json(status, &format!(r#"{{"message": "{message}"}}"#))
    }

    /// 429 with this many seconds in `Retry-After`.
    pub fn too_many(seconds: u64) -> Self {
        let body = br#"{"message": "You are making requests too quickly."}"#.to_vec();
        let headers = vec![("content-type", "application/json".to_owned()), ("retry-after", seconds.to_string())];
        Self::Answer(429, headers, body)
    }

    /// 503 with this many seconds in `Retry-After`.
    pub fn unavailable(seconds: u64) -> Self {
        let headers = vec![("content-type", "text/html".to_owned()), ("retry-after", seconds.to_string())];
        Self::Answer(503, headers, b"<html><h1>503 Service Temporarily Unavailable</h1></html>".to_vec())
    }

    /// An HTML page that calls itself an image.
    pub fn html_image() -> Self {
        let page = b"<!doctype html><title>Not found</title><p>This image is not available.".to_vec();
        Self::Answer(200, vec![("content-type", "image/jpeg".to_owned())], page)
    }

    /// This JSON instead of the right answer.
    pub fn json(status: u16, body: &str) -> Self {
        Self::Answer(status, vec![("content-type", "application/json".to_owned())], body.as_bytes().to_vec())
    }

    pub(crate) async fn instead_of(self, answer: impl Future<Output = Response>) -> Response {
        match self {
            Self::Answer(status, headers, body) => response(status, &headers, body),
            Self::SlowHead(time) => {
                tokio::time::sleep(time).await;
                answer.await
            }
            Self::SlowBody(time) => with_body(answer.await, |bytes| (bytes.len(), pieces(&bytes, time, false))).await,
            Self::CutOff => {
                with_body(answer.await, |bytes| {
                    (bytes.len(), pieces(&bytes.slice(..bytes.len() / 2), Duration::ZERO, true))
                })
                .await
            }
            Self::Malformed => {
                with_body(answer.await, |bytes| (bytes.len() / 2, Body::from(bytes.slice(..bytes.len() / 2)))).await
            }
            Self::WrongLength => {
                with_body(answer.await, |bytes| (bytes.len() + 100, pieces(&bytes, Duration::ZERO, true))).await
            }
            Self::Html => response(
                200,
                &[("content-type", "text/html; charset=utf-8".to_owned())],
                b"<!doctype html><title>Just a moment</title><p>Checking your browser.".to_vec(),
            ),
            Self::Redirect(to) => response(302, &[("location", to)], Vec::new()),
        }
    }
}

fn response(status: u16, headers: &[(&'static str, String)], body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    for (name, value) in headers {
        let value = HeaderValue::try_from(value).expect("a header's value");
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}

/// The same head with another body and with the `Content-Length` that `body` returns.
async fn with_body(response: Response, body: impl FnOnce(Bytes) -> (usize, Body)) -> Response {
    let (mut parts, old) = response.into_parts();
    let bytes = old.collect().await.expect("the body of a stand-in's answer").to_bytes();
    let (length, body) = body(bytes);
    parts.headers.insert(header::CONTENT_LENGTH, length.into());
    Response::from_parts(parts, body)
}

/// The bytes in several pieces, spread over this time.
fn pieces(bytes: &Bytes, time: Duration, cut_off: bool) -> Body {
    let size = bytes.len().div_ceil(PIECES).max(1);
    let pause = time / u32::try_from(PIECES).unwrap_or(1);
    let slices = (0..bytes.len()).step_by(size).map(|start| bytes.slice(start..(start + size).min(bytes.len())));
    let mut pieces: Pieces = slices.map(|slice| (pause, Piece::Bytes(slice))).collect();
    pieces.extend(cut_off.then_some((pause, Piece::CutOff)));
    Body::new(PacedBody::new(pieces))
}

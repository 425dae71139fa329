//! The answers of the host itself: problem documents of RFC 9457.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Response, StatusCode,
    header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS},
};
use wasmtime_wasi_http::WasiBody;

/// A failure, as far as the client is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    NoRoute,
    Failed,
    Busy,
    TimedOut,
    Stopping,
    SlowBody,
    LargeBody,
    BrokenBody,
}

impl Problem {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoRoute => (StatusCode::NOT_FOUND, "not_found", "No component is served at this path."),
            Self::Failed => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "The application failed to answer. The cause is in the server's log.",
            ),
            Self::Busy => {
                (StatusCode::SERVICE_UNAVAILABLE, "busy", "Too many requests are being served. Try again shortly.")
            }
            Self::TimedOut => (StatusCode::GATEWAY_TIMEOUT, "timeout", "The application took too long to answer."),
            Self::SlowBody => {
                (StatusCode::REQUEST_TIMEOUT, "request_timeout", "The body of the request arrived too slowly.")
            }
            Self::LargeBody => {
                (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is larger than any request may have.")
            }
            Self::BrokenBody => (StatusCode::BAD_REQUEST, "malformed", "The body of the request could not be read."),
            Self::Stopping => {
                (StatusCode::SERVICE_UNAVAILABLE, "stopping", "The server is stopping. Try again shortly.")
            }
        }
    }

    pub fn response(self, request_id: &str) -> Response<WasiBody> {
        let (status, code, detail) = self.parts();
        let document = serde_json::json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": detail,
            "code": code,
            "request_id": request_id,
        });
        let mut response = Response::new(body(document.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert("x-request-id", id);
        }
        response
    }
}

/// A body with this text.
pub fn body(text: impl Into<Bytes>) -> WasiBody {
    Full::new(text.into()).map_err(|never| match never {}).boxed_unsync()
}

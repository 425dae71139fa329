//! Answers that went well.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::{etag, services::collection};

pub const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A small answer that no cache may keep: accounts, tokens, states.
pub fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, NO_STORE)], body).into_response()
}

/// A JSON document of a service, as it came. The caller may keep it, but asks whether it still holds.
pub fn document(body: String) -> Response {
    ([(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, revalidate()), (header::VARY, authorization())], body)
        .into_response()
}

pub fn album(status: StatusCode, album: collection::types::StoredRecord) -> Response {
    let mut response = document(album.document);
    *response.status_mut() = status;
    response.headers_mut().insert(header::ETAG, etag::of_album(album.version));
    response
}

pub fn tagged(mut response: Response, tag: HeaderValue) -> Response {
    response.headers_mut().insert(header::ETAG, tag);
    response
}

/// The caller has it already.
pub fn unchanged(tag: HeaderValue) -> Response {
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, revalidate()), (header::VARY, authorization())];
    (StatusCode::NOT_MODIFIED, headers).into_response()
}

pub fn located(mut response: Response, location: String) -> Response {
    if let Ok(location) = HeaderValue::from_maybe_shared(bytes::Bytes::from(location)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// What we write ourselves is always one.
pub fn header_value(text: String) -> HeaderValue {
    HeaderValue::from_maybe_shared(bytes::Bytes::from(text)).unwrap_or(HeaderValue::from_static(""))
}

fn revalidate() -> HeaderValue {
    HeaderValue::from_static("private, no-cache")
}

fn authorization() -> HeaderValue {
    HeaderValue::from_static("authorization")
}

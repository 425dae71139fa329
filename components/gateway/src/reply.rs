//! Successful responses.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::{etag, services::collection::types::StoredRecord};

pub const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A small document that no cache may store: accounts, tokens, states.
pub fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, NO_STORE)], body).into_response()
}

/// A JSON document of a service, unchanged, that no cache may store.
pub fn private_document(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, NO_STORE)], body).into_response()
}

/// A JSON document of a service, unchanged. The client may store it, but must revalidate it before each use.
pub fn document(body: String) -> Response {
    ([(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, revalidate()), (header::VARY, authorization())], body)
        .into_response()
}

/// An album or a crate, with its version as ETag.
pub fn record(status: StatusCode, record: StoredRecord) -> Response {
    let mut response = document(record.document);
    *response.status_mut() = status;
    response.headers_mut().insert(header::ETAG, etag::of_record(record.version));
    response
}

pub fn with_etag(mut response: Response, tag: HeaderValue) -> Response {
    response.headers_mut().insert(header::ETAG, tag);
    response
}

/// 304: the client has the current document.
pub fn unchanged(tag: HeaderValue) -> Response {
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, revalidate()), (header::VARY, authorization())];
    (StatusCode::NOT_MODIFIED, headers).into_response()
}

pub fn with_location(mut response: Response, location: String) -> Response {
    response.headers_mut().insert(header::LOCATION, header_value(location));
    response
}

/// A header value from text that this component or a service wrote, which is always valid.
pub fn header_value(text: String) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from(text)).unwrap_or(HeaderValue::from_static(""))
}

fn revalidate() -> HeaderValue {
    HeaderValue::from_static("private, no-cache")
}

fn authorization() -> HeaderValue {
    HeaderValue::from_static("authorization")
}

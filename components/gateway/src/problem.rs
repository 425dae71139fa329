//! Errors as the client sees them: RFC 9457 problem details.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

/// Why a request failed. The names are stable: clients decide by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    InvalidHeader,
    InvalidQuery,
    InvalidBody,
    MalformedJson,
    Unauthenticated,
    BadCredentials,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    EmailTaken,
    KeyUnreadable,
    CursorExpired,
    DiscogsBusy,
    DiscogsFailed,
    VersionConflict,
    BodyTooLarge,
    UnsupportedMediaType,
    InvalidInput,
    QuotaExceeded,
    Internal,
    Misconfigured,
    SchemaNewer,
    Unavailable,
    ProviderRefused,
    ProviderFailed,
    AnswerCutOff,
    ProviderBusy,
    ProviderTimeout,
}

impl Code {
    /// Every code, its status and what it means; the API's documentation is made from this table, too.
    #[rustfmt::skip]
    pub const TABLE: &[(Self, StatusCode, &str, &str)] = &[
        (Self::InvalidHeader, StatusCode::BAD_REQUEST, "invalid_header", "A header is malformed, or given twice."),
        (Self::InvalidQuery, StatusCode::BAD_REQUEST, "invalid_query", "The query string is not percent-encoded UTF-8."),
        (Self::InvalidBody, StatusCode::BAD_REQUEST, "invalid_body", "The body ended early or could not be read."),
        (Self::MalformedJson, StatusCode::BAD_REQUEST, "malformed_json", "The body is not JSON in UTF-8."),
        (Self::Unauthenticated, StatusCode::UNAUTHORIZED, "unauthenticated", "No valid access token (or refresh token) was sent."),
        (Self::BadCredentials, StatusCode::UNAUTHORIZED, "bad_credentials", "Email and password do not belong together."),
        (Self::Forbidden, StatusCode::FORBIDDEN, "forbidden", "The caller may not do this."),
        (Self::NotFound, StatusCode::NOT_FOUND, "not_found", "There is no such thing, or it is not the caller's."),
        (Self::MethodNotAllowed, StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "The path exists, this method on it does not; see `Allow`."),
        (Self::EmailTaken, StatusCode::CONFLICT, "email_taken", "An account with this email exists."),
        (Self::KeyUnreadable, StatusCode::CONFLICT, "key_unreadable", "The stored key was encrypted under another secret: store it anew."),
        (Self::CursorExpired, StatusCode::GONE, "cursor_expired", "Deletions that the cursor has not seen were purged: read everything anew, without a cursor, and keep the outbox."),
        (Self::VersionConflict, StatusCode::PRECONDITION_FAILED, "version_conflict", "The thing was changed since; `version` is its version now."),
        (Self::BodyTooLarge, StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is larger than the route takes."),
        (Self::UnsupportedMediaType, StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "The body must be `application/json` in UTF-8, or what the route takes."),
        (Self::InvalidInput, StatusCode::UNPROCESSABLE_ENTITY, "invalid_input", "The input breaks a documented limit; `errors` lists where."),
        (Self::QuotaExceeded, StatusCode::TOO_MANY_REQUESTS, "quota_exceeded", "The day's questions are used up; `Retry-After` says until when."),
        (Self::Internal, StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server failed; its log has the cause under the request id."),
        (Self::Misconfigured, StatusCode::INTERNAL_SERVER_ERROR, "misconfigured", "The installation is set up wrongly; its log says what to mend."),
        (Self::SchemaNewer, StatusCode::SERVICE_UNAVAILABLE, "schema_newer", "The database was migrated by a newer release: reading works, writing does not."),
        (Self::DiscogsFailed, StatusCode::BAD_GATEWAY, "discogs_failed", "Discogs cannot be reached, or answered with an error."),
        (Self::DiscogsBusy, StatusCode::SERVICE_UNAVAILABLE, "discogs_busy", "The requests that Discogs allows in a minute are used up; try again after `Retry-After`."),
        (Self::Unavailable, StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The database did not answer in time; try again after `Retry-After`."),
        (Self::ProviderRefused, StatusCode::BAD_GATEWAY, "provider_refused", "The language-model provider did not take the key, the model or the question."),
        (Self::ProviderFailed, StatusCode::BAD_GATEWAY, "provider_failed", "The language-model provider cannot be reached, or answered with nonsense."),
        (Self::AnswerCutOff, StatusCode::BAD_GATEWAY, "answer_cut_off", "The language-model provider's answer ended without its end."),
        (Self::ProviderBusy, StatusCode::SERVICE_UNAVAILABLE, "provider_busy", "The language-model provider has no capacity now, or the key no quota left."),
        (Self::ProviderTimeout, StatusCode::GATEWAY_TIMEOUT, "provider_timeout", "The language-model provider fell silent."),
    ];

    fn row(self) -> (StatusCode, &'static str, &'static str) {
        let row = Self::TABLE.iter().find(|row| row.0 == self);
        row.map_or((StatusCode::INTERNAL_SERVER_ERROR, "internal", ""), |row| (row.1, row.2, row.3))
    }

    pub fn status(self) -> StatusCode {
        self.row().0
    }

    pub fn name(self) -> &'static str {
        self.row().1
    }
}

/// One thing wrong with one field of the input.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldError {
    pub field: Cow<'static, str>,
    pub message: Cow<'static, str>,
}

impl FieldError {
    pub fn new(field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// A failed request. Travels as an extension of an empty response, until the edge, which knows the request's id, writes
/// its body; so axum's own rejections are the only errors without one.
#[derive(Clone, Debug)]
pub struct Problem(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    code: Code,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    version: Option<i64>,
    header: Option<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'static str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        let inner = Inner { code, detail: detail.into(), errors: vec![], version: None, header: None, cause: None };
        Self(Box::new(inner)).with_usual_header()
    }

    /// What the input breaks, field by field.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{}: {}", one.field, one.message).into(),
            _ => Cow::Borrowed("Several fields are wrong; see `errors`."),
        };
        Self::new(Code::InvalidInput, detail).with_errors(errors)
    }

    pub fn header(name: &HeaderName, message: impl Into<Cow<'static, str>>) -> Self {
        let error = FieldError::new(name.as_str().to_owned(), message);
        Self::new(Code::InvalidHeader, format!("{}: {}", error.field, error.message)).with_errors(vec![error])
    }

    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing here.")
    }

    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    pub fn with_version(mut self, version: i64) -> Self {
        self.0.version = Some(version);
        self
    }

    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.header = Some((name, value));
        self
    }

    /// For the log, never for the client.
    pub fn with_cause(mut self, cause: String) -> Self {
        self.0.cause = Some(cause);
        self
    }

    pub fn code(&self) -> Code {
        self.0.code
    }

    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    pub fn status(&self) -> StatusCode {
        self.0.code.status()
    }

    /// The body of the answer.
    pub fn document(&self, request_id: &str) -> Vec<u8> {
        let Inner { code, detail, errors, version, .. } = &*self.0;
        let (status, name, _) = code.row();
        serde_json::to_vec(&Document {
            r#type: format!("/api/docs#{name}"),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail,
            code: name,
            request_id,
            errors,
            version: *version,
        })
        .unwrap_or_default()
    }

    /// RFC 9110 wants a challenge with every 401; whoever must wait is told how long.
    fn with_usual_header(self) -> Self {
        match self.status() {
            StatusCode::UNAUTHORIZED => self.with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
            StatusCode::SERVICE_UNAVAILABLE => self.with_header(header::RETRY_AFTER, HeaderValue::from_static("2")),
            _ => self,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some((name, value)) = self.0.header.clone() {
            response.headers_mut().insert(name, value);
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_a_row_and_a_name_of_its_own() {
        for (code, status, name, meaning) in Code::TABLE {
            assert_eq!(code.row(), (*status, *name, *meaning));
            assert_eq!(Code::TABLE.iter().filter(|row| row.2 == *name).count(), 1);
        }
        assert!(Code::TABLE.iter().any(|row| row.0 == Code::Unavailable));
    }

    #[test]
    fn the_document_is_a_problem_without_the_cause() {
        let problem = Problem::invalid(vec![FieldError::new("year", "is too early")]).with_cause("disk".into());
        let document: serde_json::Value = serde_json::from_slice(&problem.document("r-1")).unwrap();
        assert_eq!(
            document,
            serde_json::json!({
                "type": "/api/docs#invalid_input", "title": "Unprocessable Entity", "status": 422,
                "detail": "year: is too early", "code": "invalid_input", "request_id": "r-1",
                "errors": [{"field": "year", "message": "is too early"}],
            })
        );
    }

    #[test]
    fn a_conflict_tells_the_version() {
        let problem = Problem::new(Code::VersionConflict, "Changed.").with_version(7);
        let document: serde_json::Value = serde_json::from_slice(&problem.document("r")).unwrap();
        assert_eq!(document["version"], 7);
        assert_eq!(document["status"], 412);
    }
}

//! Errors as the client sees them: RFC 9457 problem details.

mod code;

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

pub use code::Code;

/// One fault in one field of the input.
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

/// A failed request. It is an extension of an empty response until `edge`, which knows the request id, writes the body.
#[derive(Clone, Debug)]
pub struct Problem(Box<ProblemData>);

#[derive(Clone, Debug)]
struct ProblemData {
    code: Code,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    version: Option<i64>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

#[derive(Serialize)]
struct ProblemDocument<'a> {
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
        let data =
            ProblemData { code, detail: detail.into(), errors: vec![], version: None, headers: vec![], cause: None };
        Self(Box::new(data)).with_default_header()
    }

    /// The faults of the input.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{}: {}", one.field, one.message).into(),
            _ => Cow::Borrowed("Several fields are invalid; see `errors`."),
        };
        Self::new(Code::InvalidInput, detail).with_errors(errors)
    }

    pub fn header(name: &HeaderName, message: impl Into<Cow<'static, str>>) -> Self {
        let error = FieldError::new(name.as_str().to_owned(), message);
        Self::new(Code::InvalidHeader, format!("{}: {}", error.field, error.message)).with_errors(vec![error])
    }

    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "The resource does not exist.")
    }

    /// The response to an anonymous request where a caller is required.
    pub fn needs_token() -> Self {
        Self::new(Code::Unauthenticated, "An access token is required: Authorization: Bearer <access_token>.")
    }

    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    pub fn with_version(mut self, version: i64) -> Self {
        self.0.version = Some(version);
        self
    }

    /// Sets a header of the response, in place of an earlier value.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.retain(|(known, _)| *known != name);
        self.0.headers.push((name, value));
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

    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// A header that is a number.
    pub fn header_value(&self, name: &HeaderName) -> Option<u64> {
        let (_, value) = self.0.headers.iter().find(|(known, _)| known == name)?;
        value.to_str().ok()?.parse().ok()
    }

    pub fn status(&self) -> StatusCode {
        self.0.code.status()
    }

    /// The body of the response.
    pub fn document(&self, request_id: &str) -> Vec<u8> {
        let ProblemData { code, detail, errors, version, .. } = &*self.0;
        let (status, name) = (code.status(), code.name());
        serde_json::to_vec(&ProblemDocument {
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

    /// RFC 9110 requires a challenge in every 401; a 503 says when to try again.
    fn with_default_header(self) -> Self {
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
        response.headers_mut().extend(self.0.headers.iter().cloned());
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_does_not_hold_the_cause() {
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
    fn a_conflict_names_the_current_version() {
        let problem = Problem::new(Code::VersionConflict, "Changed.").with_version(7);
        let document: serde_json::Value = serde_json::from_slice(&problem.document("r")).unwrap();
        assert_eq!(document["version"], 7);
        assert_eq!(document["status"], 412);
    }
}

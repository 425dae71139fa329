//! Whether the gateway answers at all.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

pub const PATH: &str = "/api/health";

const BODY: &str =
    concat!(r#"{"status":"ok","service":"vinyl-vault-api","version":""#, env!("CARGO_PKG_VERSION"), r#""}"#);

/// Touches no service: it answers while the database does not.
pub async fn live() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], BODY).into_response()
}

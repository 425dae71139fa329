//! Whether the gateway answers at all.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use utoipa::ToSchema;

pub const PATH: &str = "/api/health";

#[derive(ToSchema)]
#[allow(dead_code, reason = "described; the body is written once and for all")]
pub struct Live {
    #[schema(example = "ok")]
    status: String,
    #[schema(example = "vinyl-vault-api")]
    service: String,
    version: String,
}

const BODY: &str =
    concat!(r#"{"status":"ok","service":"vinyl-vault-api","version":""#, env!("CARGO_PKG_VERSION"), r#""}"#);

/// Whether the gateway answers at all. Touches no service: it answers while the database does not.
#[utoipa::path(get, path = "/api/health", tag = "system",
    responses((status = 200, description = "It does", body = Live)))]
pub async fn live() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], BODY).into_response()
}

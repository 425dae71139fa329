//! `/api/health`: whether the gateway runs.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use gateway_macros::operation;
use http::header;
use serde::Serialize;
use utoipa::ToSchema;

use crate::reply;

pub const PATH: &str = "/api/health";

#[derive(Serialize, ToSchema)]
pub struct Live {
    #[schema(example = "ok")]
    status: &'static str,
    #[schema(example = "vinyl-vault-api")]
    service: &'static str,
    version: &'static str,
}

/// Always the same, and asked for often: serialised once per instance.
static BODY: LazyLock<Bytes> = LazyLock::new(|| {
    let live = Live { status: "ok", service: "vinyl-vault-api", version: env!("CARGO_PKG_VERSION") };
    serde_json::to_vec(&live).unwrap_or_default().into()
});

/// Responds if the gateway runs. Calls no service, so it responds even if the database does not.
#[operation(tag = "system", responses((status = 200, description = "The gateway runs.", body = Live)))]
pub async fn live() -> Response {
    ([(header::CONTENT_TYPE, reply::JSON)], BODY.clone()).into_response()
}

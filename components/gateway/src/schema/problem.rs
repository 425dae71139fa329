//! Problems (RFC 9457). `crate::problem` writes them.

use utoipa::ToSchema;

/// RFC 9457. `code` is stable: clients can depend on it.
#[derive(ToSchema)]
pub struct Problem {
    /// The address of the code's documentation.
    #[schema(example = "/api/docs#invalid_input")]
    r#type: String,
    title: String,
    status: u16,
    /// An explanation for people.
    detail: String,
    #[schema(example = "invalid_input")]
    code: String,
    /// Equal to the header `x-request-id`.
    request_id: String,
    /// The faults of the input.
    #[schema(nullable = false)]
    errors: Option<Vec<FieldError>>,
    /// With `version_conflict`: the current version.
    #[schema(nullable = false)]
    version: Option<i64>,
}

#[derive(ToSchema)]
pub struct FieldError {
    /// The path of a field (`albums[3].year`), or the name of a parameter or a header.
    field: String,
    message: String,
}

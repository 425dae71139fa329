//! Crates.

use utoipa::ToSchema;

/// The fields of a crate that its owner sets.
#[derive(ToSchema)]
pub struct NewCrate {
    #[schema(min_length = 1, max_length = 200, example = "Jazz")]
    name: String,
    /// The uid of a crate that has no parent itself.
    #[schema(format = "uuid", pattern = "^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$")]
    parent: Option<String>,
    /// Orders the crates of one parent.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    position: Option<i64>,
    /// A UUID that the client made; absent: the server makes one.
    #[schema(format = "uuid", pattern = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$")]
    uid: Option<String>,
}

/// A named group of albums.
#[derive(ToSchema)]
pub struct Crate {
    #[serde(flatten)]
    fields: NewCrate,
    #[schema(read_only, example = "crate")]
    r#type: String,
    #[schema(read_only)]
    id: i64,
    #[schema(read_only)]
    version: i64,
    #[schema(read_only, format = DateTime)]
    created_at: String,
    #[schema(read_only, format = DateTime)]
    updated_at: String,
    #[schema(read_only, format = DateTime)]
    deleted_at: Option<String>,
}

/// `NewCrate` without required fields; `openapi` derives it.
#[derive(ToSchema)]
pub struct CratePatch {}

#[derive(ToSchema)]
pub struct Crates {
    items: Vec<Crate>,
}

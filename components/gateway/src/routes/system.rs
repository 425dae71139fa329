//! `/system`: the installation, for its operator.

use axum::{Extension, response::Response};
use gateway_macros::operation;
use http::StatusCode;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use utoipa::ToSchema;

use crate::{
    error,
    extract::{database, operator::Operator},
    log,
    problem::{FieldError, Problem},
    reply,
    services::{
        auth::{self, accounts},
        call, lookups,
        operations::{self, SchemaState},
    },
    trace::Trace,
};

pub const HEALTH_PATH: &str = "/system/health";

#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `healthy` or `unhealthy`.
    status: &'static str,
    /// The checks `database`, `schema` and `key_value`: `ok` or `failed`. The log has the fault.
    #[schema(value_type = BTreeMap<String, String>)]
    #[serde(serialize_with = "serialize_checks")]
    checks: Vec<operations::Check>,
}

#[derive(Serialize, ToSchema)]
pub struct Schema {
    /// `newer`: this release can read the database, but not write it.
    state: State,
    /// The newest migration that is applied.
    applied: u32,
    /// The newest migration that this release has.
    known: u32,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Current,
    Newer,
}

#[derive(Serialize, ToSchema)]
pub struct Initialized {
    schema: Schema,
    /// The operator's email, if `admin_email` is configured.
    admin: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Status {
    version: &'static str,
    schema: Schema,
}

/// The result of a maintenance.
#[derive(Serialize, ToSchema)]
pub struct Maintained {
    /// How many expired lookups and covers were removed from the cache.
    lookups_removed: u32,
}

/// Checks the database and the key-value store, at most once a second in each instance.
#[operation(tag = "system", responses(
    (status = 200, description = "All checks are ok.", body = Health),
    (status = 503, description = "A check failed.", body = Health),
))]
pub async fn health() -> Response {
    // Migrates a new database, so that a probe alone makes the service ready. The checks report a failure.
    let _ = database::ready().await;
    let checks = call(operations::health()).await;
    for check in checks.iter().filter(|check| !check.healthy) {
        log::warning(&format!("the check {} failed: {}", check.name, check.detail));
    }
    let (code, status) = match checks.iter().all(|check| check.healthy) {
        true => (StatusCode::OK, "healthy"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "unhealthy"),
    };
    reply::json(code, &Health { status, checks })
}

/// Migrates the database to this release, and creates the operator's account if there is none.
#[operation(tag = "system", responses(
    (status = 200, description = "The database is ready.", body = Initialized),
))]
pub async fn initialize(operator: Operator, Extension(trace): Extension<Trace>) -> Result<Response, Problem> {
    let schema = operator.initialize().await?;
    database::require_current(schema)?;
    let admin = call(accounts::ensure_admin()).await.map_err(|error| match error {
        auth::types::Error::Invalid(errors) => misconfigured_admin(errors),
        error => error.into(),
    })?;
    if let Some(admin) = &admin {
        trace.note_email(&admin.email);
    }
    Ok(reply::json(StatusCode::OK, &Initialized { schema: schema.into(), admin: admin.map(|user| user.email) }))
}

/// The release and the schema of the database.
///
/// Like the first request of any other route, migrates a database that needs it.
#[operation(tag = "system", responses(
    (status = 200, description = "The release and the schema.", body = Status),
))]
pub async fn status(operator: Operator) -> Result<Response, Problem> {
    let schema = operator.initialize().await?;
    Ok(reply::json(StatusCode::OK, &Status { version: env!("CARGO_PKG_VERSION"), schema: schema.into() }))
}

/// Removes expired lookups and covers from the cache at once. The job `purge_lookups` does so every hour.
#[operation(tag = "system", responses(
    (status = 200, description = "How much was removed.", body = Maintained),
))]
pub async fn maintain(operator: Operator) -> Result<Response, Problem> {
    let schema = operator.initialize().await?;
    database::require_current(schema)?;
    let lookups_removed = call(lookups::purge()).await?;
    Ok(reply::json(StatusCode::OK, &Maintained { lookups_removed }))
}

/// The faults of the variables `admin_*`. The caller is the operator, who may read them.
fn misconfigured_admin(errors: Vec<auth::types::FieldError>) -> Problem {
    let errors: Vec<_> =
        errors.into_iter().map(|error| FieldError::new(format!("admin_{}", error.field), error.message)).collect();
    let cause = errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect::<Vec<_>>().join("; ");
    error::misconfigured().with_errors(errors).with_cause(cause)
}

fn serialize_checks<S: Serializer>(checks: &[operations::Check], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(checks.len()))?;
    for check in checks {
        map.serialize_entry(&check.name, if check.healthy { "ok" } else { "failed" })?;
    }
    map.end()
}

impl From<operations::Schema> for Schema {
    fn from(operations::Schema { state, applied, known }: operations::Schema) -> Self {
        let state = match state {
            SchemaState::Current => State::Current,
            SchemaState::Newer => State::Newer,
        };
        Self { state, applied, known }
    }
}

//! `/system`: the installation, for its operator.

use axum::{extract::FromRequestParts, response::Response};
use http::{HeaderName, StatusCode, request::Parts};
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use utoipa::ToSchema;

use crate::{
    error, headers,
    identity::MaybeCaller,
    problem::{Code, FieldError, Problem},
    reply, schema,
    services::{
        auth::{
            accounts,
            types::{Error, FieldError as AuthFieldError, Role},
        },
        call, lookups,
        operations::{self, Credential, SchemaState},
    },
};

const INIT_SECRET: HeaderName = HeaderName::from_static("x-init-secret");

#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `healthy` or `unhealthy`.
    status: &'static str,
    /// `ok`, or what is wrong, by the names `database`, `schema`, `key_value`.
    #[schema(value_type = BTreeMap<String, String>)]
    #[serde(serialize_with = "by_name")]
    checks: Vec<operations::Check>,
}

#[derive(Serialize, ToSchema)]
pub struct Schema {
    /// `newer`: this release reads, but does not write.
    state: State,
    /// The newest migration that is applied.
    applied: u32,
    /// The newest migration that this release knows.
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

/// Whether the service can work, each check against the real thing.
#[utoipa::path(get, path = "/system/health", tag = "system",
    responses((status = 200, description = "Healthy", body = Health), (status = 503, description = "The failing check says why", body = Health)))]
pub async fn health() -> Response {
    // Brings a new database up, so that a probe alone makes the service ready. What fails, the checks tell.
    let _ = schema::ready().await;
    let checks = call(operations::health()).await;
    let (code, status) = match checks.iter().all(|check| check.healthy) {
        true => (StatusCode::OK, "healthy"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "unhealthy"),
    };
    reply::json(code, &Health { status, checks })
}

/// Brings the schema up to this release, and makes sure that the operator's account exists.
#[utoipa::path(post, path = "/system/initialize-database", tag = "system", security(("token" = []), ("init_secret" = [])),
    responses((status = 200, description = "Done", body = Initialized)))]
pub async fn initialize(Operator(credential): Operator) -> Result<Response, Problem> {
    let schema = prove(credential).await?;
    schema::require_current(schema)?;
    let admin = call(accounts::ensure_admin()).await.map_err(|error| match error {
        Error::Invalid(errors) => misconfigured_admin(errors),
        error => error.into(),
    })?;
    Ok(reply::json(StatusCode::OK, &Initialized { schema: schema.into(), admin: admin.map(|user| user.email) }))
}

/// The release and the schema.
///
/// Changes nothing that the first request would not.
#[utoipa::path(get, path = "/system/status", tag = "system", security(("token" = []), ("init_secret" = [])),
    responses((status = 200, description = "As it is", body = Status)))]
pub async fn status(Operator(credential): Operator) -> Result<Response, Problem> {
    let schema = prove(credential).await?;
    Ok(reply::json(StatusCode::OK, &Status { version: env!("CARGO_PKG_VERSION"), schema: schema.into() }))
}

/// What a maintenance did.
#[derive(Serialize, ToSchema)]
pub struct Maintained {
    /// Lookups and covers whose time is over, removed from the cache.
    lookups_removed: u32,
}

/// Removes what has expired; lookups do so by themselves, a little at a time.
#[utoipa::path(post, path = "/system/maintenance", tag = "system", security(("token" = []), ("init_secret" = [])),
    responses((status = 200, description = "Done", body = Maintained)))]
pub async fn maintain(Operator(credential): Operator) -> Result<Response, Problem> {
    let schema = prove(credential).await?;
    schema::require_current(schema)?;
    let lookups_removed = call(lookups::purge()).await?;
    Ok(reply::json(StatusCode::OK, &Maintained { lookups_removed }))
}

/// That the caller is an operator, says who brings the schema up; every other route asks by the same call.
async fn prove(credential: Credential) -> Result<operations::Schema, Problem> {
    let schema = call(operations::initialize(credential)).await?;
    schema::remember(schema);
    Ok(schema)
}

/// On what grounds the caller may operate the installation: the secret, or a super admin's token.
pub struct Operator(Credential);

impl<S: Sync> FromRequestParts<S> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if let Some(secret) = headers::single(&parts.headers, &INIT_SECRET)? {
            let secret = String::from_utf8_lossy(secret.as_bytes()).into_owned();
            return Ok(Self(Credential::InitSecret(secret)));
        }
        let MaybeCaller(caller) = MaybeCaller::from_request_parts(parts, state).await?;
        match caller.map(|caller| caller.role) {
            Some(Role::SuperAdmin) => Ok(Self(Credential::SuperAdmin)),
            Some(Role::Member) => Err(Problem::new(Code::Forbidden, "This is for super admins.")),
            None => {
                Err(Problem::new(Code::Unauthenticated, "This needs X-Init-Secret, or a super admin's access token."))
            }
        }
    }
}

/// The variables are the operator's, who is the one to read this.
fn misconfigured_admin(errors: Vec<AuthFieldError>) -> Problem {
    let errors: Vec<_> =
        errors.into_iter().map(|error| FieldError::new(format!("admin_{}", error.field), error.message)).collect();
    let cause = errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect::<Vec<_>>().join("; ");
    error::misconfigured().with_errors(errors).with_cause(cause)
}

fn by_name<S: Serializer>(checks: &[operations::Check], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(checks.len()))?;
    for check in checks {
        map.serialize_entry(&check.name, if check.healthy { "ok" } else { &check.detail })?;
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

//! The operator of the installation: by the header `X-Init-Secret`, or by a super admin's token.

use axum::extract::FromRequestParts;
use http::{HeaderName, request::Parts};

use super::{caller::authenticate, database, header::single};
use crate::{
    problem::{Code, Problem},
    services::{
        auth::types::Role,
        call,
        operations::{self, Credential, Schema},
    },
};

const INIT_SECRET: HeaderName = HeaderName::from_static("x-init-secret");

/// The credential of the request; the service `system` verifies a secret.
pub struct Operator {
    credential: Credential,
    /// The super admin's account, if the credential is a token.
    user: Option<i64>,
}

impl Operator {
    /// Verifies the credential and migrates the database, as the first request of any other route does.
    pub async fn initialize(self) -> Result<Schema, Problem> {
        let schema = call(operations::initialize(self.credential)).await?;
        database::remember(schema);
        Ok(schema)
    }

    /// The same, for a request that writes. Returns the super admin's account, if the credential is a token.
    pub async fn writable(self) -> Result<Option<i64>, Problem> {
        let user = self.user;
        database::require_current(self.initialize().await?)?;
        Ok(user)
    }
}

impl<S: Sync> FromRequestParts<S> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if let Some(secret) = single(&parts.headers, &INIT_SECRET)? {
            let secret = String::from_utf8_lossy(secret.as_bytes()).into_owned();
            return Ok(Self { credential: Credential::InitSecret(secret), user: None });
        }
        match authenticate(parts).await? {
            Some(caller) if caller.role == Role::SuperAdmin => {
                Ok(Self { credential: Credential::SuperAdmin, user: Some(caller.user_id) })
            }
            Some(_) => Err(Problem::new(Code::Forbidden, "Only a super admin may do this.")),
            None => Err(Problem::new(
                Code::Unauthenticated,
                "The header X-Init-Secret or a super admin's access token is required.",
            )),
        }
    }
}

#[cfg(test)]
impl super::describe::DescribeInput for Operator {
    fn describe(inputs: &mut super::describe::Inputs) {
        inputs.secured_by(&["token", "init_secret"]);
        inputs.codes.push(Code::SchemaNewer);
    }
}

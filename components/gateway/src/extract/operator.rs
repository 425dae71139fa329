//! The operator of the installation: by the header `X-Init-Secret`, or by a super admin's token. A scheduler: by the
//! variable `jobs_token`.

use std::pin::Pin;

use axum::extract::FromRequestParts;
use http::{HeaderName, request::Parts};

use super::{
    caller::{authenticate_again, bearer_token},
    client::Client,
    database,
    header::single,
};
use crate::{
    problem::{Code, Problem},
    services::{
        auth::{
            sessions,
            types::{self, Role},
        },
        call, jobs,
        operations::{self, Credential, Schema},
    },
};

const INIT_SECRET: HeaderName = HeaderName::from_static("x-init-secret");

/// The credential of the request; the service `system` verifies a secret.
pub struct Operator {
    credential: Credential,
    /// The super admin's account, if the credential is a token.
    user: Option<i64>,
    /// The client that sent a secret.
    client: types::Client,
}

impl Operator {
    /// Verifies the credential and migrates the database, as the first request of any other route does.
    ///
    /// Boxed, because each of the eight handlers would contain a copy of it otherwise.
    pub fn initialize(self) -> Pin<Box<dyn Future<Output = Result<Schema, Problem>> + Send>> {
        Box::pin(self.verify())
    }

    async fn verify(self) -> Result<Schema, Problem> {
        let is_guess = matches!(self.credential, Credential::InitSecret(_));
        if is_guess {
            call(sessions::count_operator_guess(self.client.clone(), None)).await?;
        }
        let schema = call(operations::initialize(self.credential)).await;
        if is_guess {
            let is_right = !matches!(schema, Err(operations::Error::Forbidden));
            call(sessions::count_operator_guess(self.client, Some(is_right))).await?;
        }
        let schema = schema?;
        database::remember(schema);
        Ok(schema)
    }

    /// The same, for a request that writes. Returns the super admin's account, if the credential is a token.
    pub async fn writable(self) -> Result<Option<i64>, Problem> {
        let user = self.user;
        database::require_current(self.initialize().await?)?;
        Ok(user)
    }

    /// Boxed for the same reason.
    fn read(parts: &mut Parts) -> Pin<Box<dyn Future<Output = Result<Self, Problem>> + Send + '_>> {
        Box::pin(async move {
            let Ok(Client(client)) = Client::from_request_parts(parts, &()).await;
            if let Some(secret) = single(&parts.headers, &INIT_SECRET)? {
                let secret = String::from_utf8_lossy(secret.as_bytes()).into_owned();
                return Ok(Self { credential: Credential::InitSecret(secret), user: None, client });
            }
            match authenticate_again(parts).await? {
                Some(caller) if caller.role == Role::SuperAdmin => {
                    Ok(Self { credential: Credential::SuperAdmin, user: Some(caller.user_id), client })
                }
                Some(_) => Err(Problem::new(Code::Forbidden, "Only a super admin may do this.")),
                None => Err(Problem::new(
                    Code::Unauthenticated,
                    "The header X-Init-Secret or a super admin's access token is required.",
                )),
            }
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::read(parts).await
    }
}

#[cfg(test)]
impl super::describe::DescribeInput for Operator {
    fn describe(inputs: &mut super::describe::Inputs) {
        inputs.secured_by(&["token", "init_secret"]);
        inputs.codes.push(Code::SchemaNewer);
    }
}

/// Who may have jobs run: a scheduler with the variable `jobs_token`, or the operator. The database can be written.
pub struct Scheduler;

impl<S: Sync> FromRequestParts<S> for Scheduler {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if let Some(token) = bearer_token(&parts.headers)?
            && jobs::permits(&token)?
        {
            database::require_current(database::ready().await?)?;
            return Ok(Self);
        }
        Operator::read(parts).await?.writable().await.map(|_| Self)
    }
}

#[cfg(test)]
impl super::describe::DescribeInput for Scheduler {
    fn describe(inputs: &mut super::describe::Inputs) {
        Operator::describe(inputs);
        inputs.secured_by(&["jobs_token"]);
    }
}

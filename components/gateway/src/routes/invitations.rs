//! `/system/invitations`: who may create an account while `registration` is `invite`.

use axum::response::Response;
use gateway_macros::operation;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::accounts::present;
#[cfg(test)]
use crate::schema::invitation::{CreatedInvitation, Invitations};
use crate::{
    extract::{body::Json, operator::Operator, path::InvitationId},
    problem::Problem,
    reply,
    services::{auth, call},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The only address that may use it. Absent: any.
    #[schema(nullable = false, format = Email, max_length = 254)]
    #[serde(default, deserialize_with = "present")]
    email: Option<String>,
    #[schema(nullable = false, minimum = 1, maximum = 30, default = 7)]
    #[serde(default, deserialize_with = "present")]
    expires_in_days: Option<u32>,
}

/// Creates an invitation. Its code is returned once: only a hash of it is stored.
#[operation(tag = "system", responses(
    (status = 201, description = "The invitation, with its code.", body = CreatedInvitation,
        headers(("location" = String))),
))]
pub async fn invite(operator: Operator, Json(body): Json<NewInvitation>) -> Result<Response, Problem> {
    let created_by = operator.writable().await?;
    let NewInvitation { email, expires_in_days } = body;
    let invitation = auth::invitations::NewInvitation { email, expires_in_days };
    let created = call(auth::invitations::create(created_by, invitation)).await?;
    let response = reply::private_document(StatusCode::CREATED, created.document);
    Ok(reply::with_location(response, format!("/system/invitations/{}", created.id)))
}

/// All invitations, newest first. Those that expired more than 30 days ago are left out.
#[operation(tag = "system", responses((status = 200, description = "The invitations.", body = Invitations)))]
pub async fn invitations(operator: Operator) -> Result<Response, Problem> {
    operator.initialize().await?;
    let items = call(auth::invitations::list()).await?;
    Ok(reply::private_document(StatusCode::OK, format!(r#"{{"items":{items}}}"#)))
}

/// Deletes an invitation. An account that was created with it stays.
#[operation(tag = "system", responses((status = 204, description = "The invitation was deleted.")))]
pub async fn delete_invitation(operator: Operator, InvitationId(id): InvitationId) -> Result<StatusCode, Problem> {
    operator.writable().await?;
    call(auth::invitations::delete(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

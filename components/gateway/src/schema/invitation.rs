//! Invitations, as the service `auth` writes them.

use utoipa::ToSchema;

#[derive(ToSchema)]
pub struct Invitations {
    items: Vec<Invitation>,
}

#[derive(ToSchema)]
pub struct Invitation {
    id: String,
    /// The only address that may use it.
    #[schema(required)]
    email: Option<String>,
    state: InvitationState,
    created_at: String,
    expires_at: String,
    #[schema(required)]
    used_at: Option<String>,
}

/// A new invitation.
#[derive(ToSchema)]
pub struct CreatedInvitation {
    id: String,
    #[schema(required)]
    email: Option<String>,
    state: InvitationState,
    created_at: String,
    expires_at: String,
    #[schema(required)]
    used_at: Option<String>,
    /// What the person sends as `invitation` when registering.
    code: String,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum InvitationState {
    Pending,
    Used,
    Expired,
}

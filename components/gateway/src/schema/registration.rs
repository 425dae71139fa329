//! Who may register, as the service `auth` writes it.

use utoipa::ToSchema;

/// Who may create an account.
#[derive(ToSchema)]
pub struct RegistrationState {
    mode: Mode,
    /// Whether the next registration creates the first account. It is allowed in every mode, and the account becomes
    /// the super admin.
    first_account: bool,
}

/// `open`: anyone; `invite`: with an invitation of a super admin; `closed`: no one.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Mode {
    Open,
    Invite,
    Closed,
}

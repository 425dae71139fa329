//! Accounts, sessions and tokens: the component behind `vinyl:auth` (`wit/auth` documents it).
//!
//! | Module | What it does |
//! |---|---|
//! | `registration`, `admin` | create accounts: for a client, for the operator |
//! | `invitation` | codes with which a person may create an account |
//! | `session` | sign-in, refresh, sign-out, the list of sessions |
//! | `account` | reads, changes and deletes the caller's own account |
//! | `session::live` | whether the session of an access token is active |
//! | `attempt` | bounds wrong guesses |
//! | `password` | hashes and verifies passwords in turn; the crate `password` has their rules and formats |
//! | `token`, `keys` | access tokens, and the keys that sign them |
//! | `refresh_token` | opaque tokens that can be used once |
//! | `email`, `name`, `validation` | check the input |
//! | `config`, `error`, `role` | variables; conversions into the contract's types |
//! | `store` | all SQL |

mod account;
mod admin;
mod attempt;
mod config;
mod email;
mod error;
mod invitation;
mod keys;
mod name;
mod password;
mod refresh_token;
mod registration;
mod role;
mod session;
mod store;
mod token;
mod validation;

use crate::contract::{
    Client, CreatedInvitation, Error, Identity, NewInvitation, ProfileChange, Registration, Session, SignedIn, User,
};

mod bindings {
    wit_bindgen::generate!({ path: "../../wit/auth", world: "auth" });
}

use bindings::exports::vinyl::auth::{accounts, invitations, maintenance, sessions};

/// The types of `vinyl:auth`, in one place.
mod contract {
    pub use crate::bindings::exports::vinyl::auth::{
        accounts::{ProfileChange, Registration},
        invitations::{Created as CreatedInvitation, NewInvitation},
        sessions::Session,
        types::{Client, Error, FieldError, Identity, Role, SignedIn, Tokens, User},
    };
}

struct Auth;

impl bindings::exports::vinyl::auth::configuration::Guest for Auth {
    fn configure(values: Vec<(String, String)>) {
        guest::variables::hand_over(values);
    }
}

impl accounts::Guest for Auth {
    async fn registration_state() -> Result<String, Error> {
        registration::state().await
    }

    async fn register(registration: Registration, client: Client) -> Result<SignedIn, Error> {
        registration::register(registration, client).await
    }

    async fn me(caller: Identity) -> Result<User, Error> {
        account::read(&caller).await
    }

    async fn update_me(caller: Identity, change: ProfileChange, client: Client) -> Result<User, Error> {
        account::update(&caller, change, &client).await
    }

    async fn delete_me(caller: Identity, password: String, client: Client) -> Result<(), Error> {
        account::delete(&caller, &password, &client).await
    }

    async fn change_password(caller: Identity, current: String, new: String, client: Client) -> Result<(), Error> {
        account::change_password(&caller, &current, &new, &client).await
    }

    async fn ensure_admin() -> Result<Option<User>, Error> {
        admin::ensure().await
    }
}

impl invitations::Guest for Auth {
    async fn create(created_by: Option<i64>, invitation: NewInvitation) -> Result<CreatedInvitation, Error> {
        invitation::create(created_by, invitation).await
    }

    async fn list() -> Result<String, Error> {
        invitation::list().await
    }

    async fn delete(id: String) -> Result<(), Error> {
        invitation::delete(&id).await
    }
}

impl maintenance::Guest for Auth {
    async fn purge() -> Result<u32, Error> {
        store::Store::open().await?.delete_expired().await
    }
}

impl sessions::Guest for Auth {
    async fn login(email: String, password: String, client: Client) -> Result<SignedIn, Error> {
        session::login(&email, &password, client).await
    }

    async fn refresh(refresh_token: String, retry_key: Option<String>, client: Client) -> Result<SignedIn, Error> {
        session::refresh(&refresh_token, retry_key.as_deref(), client).await
    }

    async fn logout(refresh_token: String) -> Result<(), Error> {
        session::logout(&refresh_token).await
    }

    async fn authenticate(access_token: String, ask_again: bool) -> Result<Identity, Error> {
        session::live::authenticate(&access_token, ask_again).await
    }

    async fn count_operator_guess(client: Client, outcome: Option<bool>) -> Result<(), Error> {
        session::count_operator_guess(&client, outcome).await
    }

    async fn list_active(caller: Identity) -> Result<Vec<Session>, Error> {
        session::list(&caller).await
    }

    async fn revoke(caller: Identity, session_id: String) -> Result<(), Error> {
        session::revoke(&caller, &session_id).await
    }
}

bindings::export!(Auth with_types_in bindings);

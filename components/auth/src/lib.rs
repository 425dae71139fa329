//! Accounts, sessions and tokens: the service behind `vinyl:auth/accounts` (`wit/auth/auth.wit` is its manual).
//!
//! | Room | What is in it |
//! |---|---|
//! | `registration`, `admin` | how accounts come to be |
//! | `session` | signing in, refreshing, signing out, the list of sessions |
//! | `account` | what an owner does with an account |
//! | `password` | hashes: the current format, the legacy ones, at one cost for every outcome |
//! | `token`, `keys` | access tokens, and the keys that sign them |
//! | `refresh_token` | opaque single-use tokens |
//! | `email`, `name`, `faults` | limits of the input |
//! | `store` | all SQL |

mod account;
mod admin;
mod config;
mod email;
mod error;
mod faults;
mod keys;
mod name;
mod password;
mod random;
mod refresh_token;
mod registration;
mod role;
mod session;
mod store;
mod token;

mod bindings {
    wit_bindgen::generate!({ path: "../../wit/auth", world: "auth" });
}

use bindings::exports::vinyl::auth::accounts as contract;
use contract::{Client, Error, Guest, Identity, ProfileChange, Registration, Session, SignedIn, User};

struct Auth;

impl Guest for Auth {
    async fn register(registration: Registration, client: Client) -> Result<SignedIn, Error> {
        registration::register(registration, client).await
    }

    async fn login(email: String, password: String, client: Client) -> Result<SignedIn, Error> {
        session::login(&email, &password, client).await
    }

    async fn refresh(refresh_token: String, client: Client) -> Result<SignedIn, Error> {
        session::refresh(&refresh_token, None, client).await
    }

    async fn refresh_with_key(refresh_token: String, retry_key: String, client: Client) -> Result<SignedIn, Error> {
        session::refresh(&refresh_token, Some(&retry_key), client).await
    }

    async fn logout(refresh_token: String) -> Result<(), Error> {
        session::logout(&refresh_token).await
    }

    async fn authenticate(access_token: String) -> Result<Identity, Error> {
        keys::keys().await?.verify(&access_token).ok_or(Error::Unauthenticated)
    }

    async fn me(caller: Identity) -> Result<User, Error> {
        account::me(&caller).await
    }

    async fn update_me(caller: Identity, change: ProfileChange) -> Result<User, Error> {
        account::update(&caller, change).await
    }

    async fn delete_me(caller: Identity, password: String) -> Result<(), Error> {
        account::delete(&caller, &password).await
    }

    async fn change_password(caller: Identity, current: String, new: String) -> Result<(), Error> {
        account::change_password(&caller, &current, &new).await
    }

    async fn sessions(caller: Identity) -> Result<Vec<Session>, Error> {
        session::list(&caller).await
    }

    async fn revoke_session(caller: Identity, session_id: String) -> Result<(), Error> {
        session::revoke(&caller, &session_id).await
    }

    async fn ensure_admin() -> Result<Option<User>, Error> {
        admin::ensure().await
    }
}

bindings::export!(Auth with_types_in bindings);

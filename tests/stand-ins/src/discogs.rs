//! The API of Discogs and its images.
//!
//! The catalogue has a few hundred releases of albums that are real, with catalogue numbers, barcodes and prices that
//! are made up; and, if a test asks for them, thousands of generated releases. As at Discogs, the year is a string in a
//! search result and a number in a release, labels are repeated, the list of barcodes also holds runout inscriptions,
//! and requests without credentials get no image addresses.
//!
//! | Route | File |
//! |---|---|
//! | `GET /database/search` | `search` |
//! | `GET /releases/{id}`, `/marketplace/stats/{id}`, `/marketplace/price_suggestions/{id}` | `release` |
//! | `GET /masters/{id}`, `/masters/{id}/versions` | `master` |
//! | `GET /oauth/identity`, `/users/{name}` | `user` |
//! | `GET /users/{name}/collection/folders`, `…/folders/{id}`, `…/fields`, `…/value` | `folders` |
//! | `GET /users/{name}/collection/folders/{id}/releases`, `…/collection/releases/{id}` | `collection` |
//! | `POST /users/{name}/collection/folders/{id}/releases/{id}` | `collection` |
//! | `GET /users/{name}/wants` | `wants` |
//! | `GET /images/{signature}/{file}` | `image` |

mod account;
mod catalogue;
mod collection;
mod credentials;
mod folders;
mod generated;
mod image;
mod master;
mod page;
mod parts;
mod rate_limit;
mod release;
mod search;
mod state;
mod tracks;
mod user;
mod wants;

use std::{
    ops::Deref,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use axum::{
    Router, middleware,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use http::{StatusCode, header};
use serde_json::{Value, json};

pub use self::{
    account::{Account, Addition, OwnedCopy, Want},
    catalogue::{Pressing, catalogue},
    tracks::{Track, tracks},
};
use self::{credentials::Credentials, state::DiscogsState};
pub(crate) use self::{
    generated::Random,
    image::png,
    page::parameters,
    search::{has_words, plain},
};
use crate::server::{Server, lock};

/// A running stand-in for Discogs.
pub struct Discogs {
    server: Server,
    state: Arc<DiscogsState>,
}

impl Discogs {
    /// With the releases of `albums.txt` alone.
    pub async fn start() -> Self {
        Self::with_generated(0).await
    }

    /// With at least this number of generated releases, too. They follow the others in `pressings`.
    pub async fn with_generated(releases: usize) -> Self {
        let state = Arc::new(DiscogsState::new(releases));
        let server = Server::start(router(&state)).await;
        *lock(&state.url) = server.url();
        Self { server, state }
    }

    /// The number of requests that are accepted in 60 seconds. `None`: 60 with credentials and 25 without, as at
    /// Discogs.
    pub fn limit(&self, limit: Option<u32>) {
        lock(&self.state.window).limit = limit;
    }

    /// The minute of the rate limit passes this many times as fast. The number of requests in it stays the same.
    pub fn clock_speed(&self, speed: u32) {
        lock(&self.state.window).speed = speed;
    }

    /// Counts requests as if other clients behind the same IP address had made them.
    pub fn others(&self, requests: u32) {
        (0..requests).for_each(|_| lock(&self.state.window).count(Instant::now()));
    }

    /// Empties the window of 60 seconds, as if it had passed.
    pub fn next_minute(&self) {
        lock(&self.state.window).forget();
    }

    /// The greatest number of requests, images included, that arrived within any span of this length.
    pub fn most_within(&self, time: Duration) -> usize {
        rate_limit::most_within(&self.server.received().iter().map(|request| request.at).collect::<Vec<_>>(), time)
    }

    /// Whether the token's owner has filled out the seller settings.
    pub fn seller_settings(&self, filled_out: bool) {
        *lock(&self.state.seller_settings) = filled_out;
    }

    /// Replaces the signatures of image addresses: addresses from earlier answers are refused.
    pub fn replace_signatures(&self) {
        self.state.signed.fetch_add(1, Ordering::Relaxed);
    }

    /// The release `id` is merged into another one: it redirects to it, and searches and collections name the other.
    pub fn merge(&self, id: u64, into: u64) {
        lock(&self.state.moved).insert(id, Some(into));
    }

    /// The release is removed: it is not found. Copies of it stay in collections.
    pub fn remove(&self, id: u64) {
        lock(&self.state.moved).insert(id, None);
    }

    /// The image of this release is an HTML page with the content type of an image.
    pub fn make_image_html(&self, id: u64) {
        lock(&self.state.html_images).insert(id);
    }

    /// Adds a user, or replaces the one with this name.
    pub fn add_account(&self, account: Account) {
        lock(&self.state.accounts).insert(account.username.to_lowercase(), account);
    }

    /// Changes a user, for example by what was added and removed since the last look.
    ///
    /// # Panics
    /// If there is no user with this name.
    pub fn edit_account<T>(&self, username: &str, edit: impl FnOnce(&mut Account) -> T) -> T {
        edit(lock(&self.state.accounts).get_mut(&username.to_lowercase()).expect("a user with this name"))
    }

    /// Requests with this token are refused with 401.
    pub fn revoke(&self, token: &str) {
        lock(&self.state.revoked).insert(token.to_owned());
    }

    /// The copies that requests added to collections, oldest first.
    pub fn additions(&self) -> Vec<Addition> {
        lock(&self.state.additions).clone()
    }

    pub fn pressings(&self) -> &[Pressing] {
        &self.state.pressings
    }
}

impl Deref for Discogs {
    type Target = Server;
    fn deref(&self) -> &Server {
        &self.server
    }
}

fn router(state: &Arc<DiscogsState>) -> Router {
    Router::new()
        .route("/database/search", get(search::search))
        .route("/releases/{id}", get(release::release))
        .route("/masters/{id}", get(master::master))
        .route("/masters/{id}/versions", get(master::versions))
        .route("/marketplace/stats/{id}", get(release::stats))
        .route("/marketplace/price_suggestions/{id}", get(release::suggestions))
        .route("/images/{signature}/{file}", get(image::image))
        .route("/images/spacer.gif", get(image::spacer))
        .route("/oauth/identity", get(user::identity))
        .route("/users/{name}", get(user::profile))
        .route("/users/{name}/collection/folders", get(folders::folders))
        .route("/users/{name}/collection/folders/{folder}", get(folders::one_folder))
        .route("/users/{name}/collection/folders/{folder}/releases", get(collection::copies))
        .route("/users/{name}/collection/folders/{folder}/releases/{release}", post(collection::add))
        .route("/users/{name}/collection/releases/{release}", get(collection::copies_of_release))
        .route("/users/{name}/collection/fields", get(folders::fields))
        .route("/users/{name}/collection/value", get(folders::value))
        .route("/users/{name}/wants", get(wants::wants))
        .fallback(async || problem(StatusCode::NOT_FOUND, "The requested resource was not found."))
        .layer(middleware::from_fn_with_state(state.clone(), credentials::admit))
        .with_state(state.clone())
}

fn problem(status: StatusCode, message: &str) -> Response {
    let mut response = json_response(&json!({"message": message}));
    *response.status_mut() = status;
    response
}

pub(crate) fn json_response(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn not_found() -> Response {
    problem(StatusCode::NOT_FOUND, "Release not found.")
}

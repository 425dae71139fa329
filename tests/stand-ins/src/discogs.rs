//! The API of Discogs and its images, with a catalogue of a few hundred releases.
//!
//! The albums are real; catalogue numbers, barcodes and prices of their pressings are made up. As at Discogs, the year
//! is a string in a search result and a number in a release, labels are repeated, the list of barcodes also holds
//! runout inscriptions, and requests without credentials get no image addresses.

mod catalogue;
mod image;
mod rate_limit;
mod release;
mod search;

use std::{
    ops::Deref,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Path, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

pub use self::catalogue::{Pressing, catalogue};
use self::rate_limit::Window;
use crate::server::{Server, lock};

/// A running stand-in for Discogs.
pub struct Discogs {
    server: Server,
    state: Arc<DiscogsState>,
}

pub(crate) struct DiscogsState {
    pressings: Vec<Pressing>,
    window: Mutex<Window>,
    /// Set as soon as the server listens.
    url: Mutex<String>,
    seller_settings: Mutex<bool>,
    /// How often the signatures of image addresses were replaced.
    signed: AtomicU64,
}

impl Discogs {
    pub async fn start() -> Self {
        let state = Arc::new(DiscogsState {
            pressings: catalogue(),
            window: Mutex::new(Window::default()),
            url: Mutex::default(),
            seller_settings: Mutex::new(true),
            signed: AtomicU64::new(0),
        });
        let router = Router::new()
            .route("/database/search", get(search::search))
            .route("/releases/{id}", get(release::release))
            .route("/marketplace/stats/{id}", get(release::stats))
            .route("/marketplace/price_suggestions/{id}", get(release::suggestions))
            .route("/images/{signature}/{file}", get(image::image))
            .route("/images/spacer.gif", get(image::spacer))
            .route("/oauth/identity", get(identity))
            .fallback(async || problem(StatusCode::NOT_FOUND, "The requested resource was not found."))
            .layer(middleware::from_fn_with_state(state.clone(), admit))
            .with_state(state.clone());
        let server = Server::start(router).await;
        *lock(&state.url) = server.url();
        Self { server, state }
    }

    /// The number of requests that are accepted in 60 seconds. `None`: 60 with credentials and 25 without, as at
    /// Discogs.
    pub fn limit(&self, limit: Option<u32>) {
        lock(&self.state.window).limit = limit;
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

/// The credentials of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credentials {
    None,
    Application,
    Token,
}

impl Credentials {
    fn of(headers: &HeaderMap) -> Result<Self, &'static str> {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match value {
            "" => Ok(Self::None),
            _ if value.contains("wrong") => {
                Err("Invalid consumer token. Please register an app before making requests.")
            }
            _ if value.starts_with("Discogs token=") => Ok(Self::Token),
            _ if value.starts_with("Discogs key=") && value.contains(", secret=") => Ok(Self::Application),
            _ => Err("You must authenticate to access this resource."),
        }
    }
}

/// Middleware of all routes: requires a `User-Agent` and valid credentials, and applies the rate limit.
async fn admit(State(state): State<Arc<DiscogsState>>, mut request: Request, next: Next) -> Response {
    if request.headers().get(header::USER_AGENT).is_none_or(|agent| agent.is_empty()) {
        let page = "<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1></body></html>";
        return (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "text/html")], page).into_response();
    }
    let credentials = match Credentials::of(request.headers()) {
        Ok(credentials) => credentials,
        Err(message) => return problem(StatusCode::UNAUTHORIZED, message),
    };
    let (limit, used) = lock(&state.window).admit(Instant::now(), credentials != Credentials::None);
    request.extensions_mut().insert(credentials);
    let mut response = match used {
        Some(_) => next.run(request).await,
        None => problem(StatusCode::TOO_MANY_REQUESTS, "You are making requests too quickly."),
    };
    let used = used.unwrap_or(limit);
    for (name, value) in [
        ("x-discogs-ratelimit", limit),
        // As at Discogs, the request that is being answered is not counted yet.
        ("x-discogs-ratelimit-used", used),
        ("x-discogs-ratelimit-remaining", limit.saturating_sub(used)),
    ] {
        response.headers_mut().insert(name, value.into());
    }
    response
}

async fn identity(request: Request) -> Response {
    match request.extensions().get::<Credentials>() {
        Some(Credentials::Token) => {
            json_response(&json!({"id": 1, "username": "stand-in", "resource_url": "", "consumer_name": ""}))
        }
        _ => problem(StatusCode::UNAUTHORIZED, "You must authenticate to access this resource."),
    }
}

pub(crate) fn problem(status: StatusCode, message: &str) -> Response {
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

impl DiscogsState {
    /// The pressing whose id is in the path.
    fn pressing(&self, Path(id): &Path<String>) -> Option<&Pressing> {
        let id: u64 = id.parse().ok()?;
        self.pressings.iter().find(|pressing| pressing.id == id)
    }

    /// The signed address of a pressing's image, or that of the spacer if the pressing has no image.
    fn image(&self, pressing: &Pressing, size: u32) -> String {
        let url = lock(&self.url);
        if pressing.has_image() {
            format!("{url}{}", image::path(pressing.id, size, self.signed.load(Ordering::Relaxed)))
        } else {
            format!("{url}/images/spacer.gif")
        }
    }
}

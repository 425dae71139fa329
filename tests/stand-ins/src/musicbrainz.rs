//! The API of MusicBrainz: the releases of a catalogue of Discogs, most of which it has as well.
//!
//! | Route | Answer |
//! |---|---|
//! | `GET /ws/2/release?query=…` | the releases that fit a query in Lucene's syntax, with scores |
//! | `GET /ws/2/release/{mbid}?inc=…` | a release, with the parts that `inc` names |
//! | `GET /ws/2/url?resource=…&inc=release-rels` | the release that is linked to an address at Discogs |
//!
//! One release in seven is missing, and one in three of the others is not linked to its twin at Discogs. As at
//! MusicBrainz, a client may send one request a second on average; the others get 503, and count as well, so a client
//! that does not slow down gets nothing. A client needs a `User-Agent` with a contact in brackets.

mod document;
mod query;
mod routes;
mod twin;

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use http::{StatusCode, header};
use serde_json::json;

pub(crate) use self::twin::Twin;
use crate::{
    discogs::{Pressing, json_response},
    server::{Server, lock},
};

/// Two requests may be this close together: the network delays one more than the other.
const PAUSE: Duration = Duration::from_millis(900);

/// A running stand-in for MusicBrainz.
pub struct MusicBrainz {
    server: Server,
    state: Arc<MusicBrainzState>,
}

pub(crate) struct MusicBrainzState {
    twins: Vec<Twin>,
    /// By MBID.
    index: HashMap<String, usize>,
    clock: Mutex<Clock>,
    /// MBIDs that are no longer there: merged into another one, or removed.
    moved: Mutex<HashMap<String, Option<String>>>,
}

struct Clock {
    speed: u32,
    last: Option<Instant>,
}

impl MusicBrainz {
    /// Has twins of these releases of Discogs.
    pub async fn start(pressings: &[Pressing]) -> Self {
        let twins = Twin::all(pressings);
        let index = twins.iter().zip(0..).map(|(twin, index)| (twin.mbid.clone(), index)).collect();
        let clock = Mutex::new(Clock { speed: 1, last: None });
        let state = Arc::new(MusicBrainzState { twins, index, clock, moved: Mutex::default() });
        let router = Router::new()
            .route("/ws/2/release", get(routes::search))
            .route("/ws/2/release/{mbid}", get(routes::release))
            .route("/ws/2/url", get(routes::url))
            .fallback(async || problem(StatusCode::NOT_FOUND, "Not Found"))
            .layer(middleware::from_fn_with_state(state.clone(), admit))
            .with_state(state.clone());
        Self { server: Server::start(router).await, state }
    }

    /// The second of the rate limit passes this many times as fast. The number of requests in it stays the same.
    pub fn clock_speed(&self, speed: u32) {
        lock(&self.state.clock).speed = speed;
    }

    /// The MBID of the twin of a release of Discogs; `None` if it has none.
    pub fn mbid(&self, release: u64) -> Option<&str> {
        self.state.twins.iter().find(|twin| twin.pressing.id == release).map(|twin| twin.mbid.as_str())
    }

    /// Whether the twin is linked to its release at Discogs.
    pub fn is_linked(release: u64) -> bool {
        twin::is_linked(release)
    }

    /// A request for the first MBID is answered with the other release.
    pub fn merge(&self, mbid: &str, into: &str) {
        lock(&self.state.moved).insert(mbid.to_owned(), Some(into.to_owned()));
    }

    /// The release is not found.
    pub fn remove(&self, mbid: &str) {
        lock(&self.state.moved).insert(mbid.to_owned(), None);
    }
}

impl Deref for MusicBrainz {
    type Target = Server;
    fn deref(&self) -> &Server {
        &self.server
    }
}

impl MusicBrainzState {
    /// The release with this MBID, or the one that it was merged into.
    fn twin(&self, mbid: &str) -> Option<&Twin> {
        let mbid = mbid.to_lowercase();
        let mbid = match lock(&self.moved).get(&mbid) {
            Some(into) => into.clone()?,
            None => mbid,
        };
        self.twins.get(*self.index.get(&mbid)?)
    }

    fn is_removed(&self, twin: &Twin) -> bool {
        lock(&self.moved).contains_key(&twin.mbid)
    }
}

/// Middleware of all routes: requires a `User-Agent` with a contact, and applies the rate limit.
async fn admit(State(state): State<Arc<MusicBrainzState>>, request: Request, next: Next) -> Response {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    if !(agent.contains('/') && agent.contains('(') && (agent.contains('@') || agent.contains("://"))) {
        return problem(StatusCode::FORBIDDEN, "Your User-Agent must name the application and a contact.");
    }
    let is_admitted = {
        let mut clock = lock(&state.clock);
        let now = Instant::now();
        let pause = PAUSE / clock.speed.max(1);
        clock.last.replace(now).is_none_or(|last| now.duration_since(last) >= pause)
    };
    if is_admitted {
        return next.run(request).await;
    }
    let message = "Your requests are exceeding the allowable rate limit. Please see \
                   https://wiki.musicbrainz.org/XMLWebService for more information.";
    let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, message);
    for (name, value) in [("retry-after", "1"), ("x-ratelimit-limit", "1"), ("x-ratelimit-remaining", "0")] {
        response.headers_mut().insert(name, http::HeaderValue::from_static(value));
    }
    response
}

fn problem(status: StatusCode, message: &str) -> Response {
    let help = "For usage, please see: https://musicbrainz.org/development/mmd";
    let mut response = json_response(&json!({"error": message, "help": help}));
    *response.status_mut() = status;
    response
}

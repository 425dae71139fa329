//! The Cover Art Archive. It has no files itself: it redirects to `archive.org`, which redirects to one of its hosts.
//! Each of the three is a server of its own.
//!
//! | Server | Route | Answer |
//! |---|---|---|
//! | `index` | `GET /release/{mbid}` | 307 to the list of images at `archive` |
//! | `index` | `GET /release/{mbid}/front`, `front-250`, `front-500`, `front-1200` | 307 to the image at `archive` |
//! | `index` | `GET /release-group/{mbid}/front…` | the same, for one release of the album |
//! | `archive` | `GET /download/mbid-{mbid}/{file}` | 302 to `storage` |
//! | `storage` | `GET /items/mbid-{mbid}/{file}` | the file |

use std::{
    ops::Deref,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{StatusCode, header};
use serde_json::json;

use crate::{
    discogs::{Pressing, json_response, png},
    musicbrainz::Twin,
    server::{Server, lock},
};

/// A running stand-in for the Cover Art Archive. Itself, it is the server `index`.
pub struct CoverArtArchive {
    index: Server,
    pub archive: Server,
    pub storage: Server,
}

struct CoverArtState {
    twins: Vec<Twin>,
    archive: Mutex<String>,
    storage: Mutex<String>,
}

impl CoverArtArchive {
    /// Has covers of the twins of these releases of Discogs.
    pub async fn start(pressings: &[Pressing]) -> Self {
        let twins = Twin::all(pressings);
        let state = Arc::new(CoverArtState { twins, archive: Mutex::default(), storage: Mutex::default() });
        let index = Router::new()
            .route("/release/{mbid}", get(list))
            .route("/release/{mbid}/{image}", get(release_image))
            .route("/release-group/{mbid}/{image}", get(group_image))
            .with_state(state.clone());
        let archive = Router::new().route("/download/{item}/{file}", get(download)).with_state(state.clone());
        let storage = Router::new().route("/items/{item}/{file}", get(file)).with_state(state.clone());
        let (archive, storage) = (Server::start(archive).await, Server::start(storage).await);
        *lock(&state.archive) = archive.url();
        *lock(&state.storage) = storage.url();
        Self { index: Server::start(index).await, archive, storage }
    }

    /// Whether it has the front of the twin of this release of Discogs.
    pub fn has_front(pressing: &Pressing) -> bool {
        Twin::all(std::slice::from_ref(pressing)).first().is_some_and(Twin::has_front)
    }
}

impl Deref for CoverArtArchive {
    type Target = Server;
    fn deref(&self) -> &Server {
        &self.index
    }
}

fn not_found() -> Response {
    let page = "<!doctype html><title>404 Not Found</title><h1>Not Found</h1><p>No cover art found for release";
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

/// The path of a file at `archive`.
fn path(twin: &Twin, size: Option<u32>) -> String {
    let Twin { mbid, .. } = twin;
    let thumb = size.map(|size| format!("_thumb{size}")).unwrap_or_default();
    format!("/download/mbid-{mbid}/mbid-{mbid}-{}{thumb}.jpg", twin.image_id())
}

async fn list(State(state): State<Arc<CoverArtState>>, Path(mbid): Path<String>) -> Response {
    match state.twins.iter().find(|twin| twin.mbid == mbid && twin.has_front()) {
        Some(_) => {
            let address = format!("{}/download/mbid-{mbid}/index.json", lock(&state.archive));
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, address)]).into_response()
        }
        None => not_found(),
    }
}

async fn release_image(
    State(state): State<Arc<CoverArtState>>,
    Path((mbid, image)): Path<(String, String)>,
) -> Response {
    redirect(&state, state.twins.iter().find(|twin| twin.mbid == mbid && twin.has_front()), &image)
}

async fn group_image(State(state): State<Arc<CoverArtState>>, Path((mbid, image)): Path<(String, String)>) -> Response {
    redirect(&state, state.twins.iter().find(|twin| twin.group == mbid && twin.has_front()), &image)
}

fn redirect(state: &CoverArtState, twin: Option<&Twin>, image: &str) -> Response {
    let size = match image.trim_end_matches(".jpg") {
        "front" => None,
        "front-250" => Some(250),
        "front-500" => Some(500),
        "front-1200" => Some(1_200),
        _ => return not_found(),
    };
    let Some(twin) = twin else { return not_found() };
    let address = format!("{}{}", lock(&state.archive), path(twin, size));
    let page = format!("See: {address}\n");
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, address)], page).into_response()
}

async fn download(State(state): State<Arc<CoverArtState>>, Path((item, file)): Path<(String, String)>) -> Response {
    let address = format!("{}/items/{item}/{file}", lock(&state.storage));
    (StatusCode::FOUND, [(header::LOCATION, address)]).into_response()
}

async fn file(State(state): State<Arc<CoverArtState>>, Path((item, file)): Path<(String, String)>) -> Response {
    let mbid = item.trim_start_matches("mbid-");
    let Some(twin) = state.twins.iter().find(|twin| twin.mbid == mbid && twin.has_front()) else { return not_found() };
    if file == "index.json" {
        return json_response(&index(twin));
    }
    let size = [250, 500, 1_200].into_iter().find(|size| file.ends_with(&format!("_thumb{size}.jpg")));
    // Other colours than at Discogs, so that a test sees which of the two it got.
    let image = png(twin.image_id() + 13, size.unwrap_or(800));
    ([(header::CONTENT_TYPE, "image/png")], image).into_response()
}

fn index(twin: &Twin) -> serde_json::Value {
    let address =
        |rest: &str| format!("http://coverartarchive.org/release/{}/{}{rest}.jpg", twin.mbid, twin.image_id());
    json!({
        "images": [{
            "approved": true, "back": false, "comment": "", "edit": 1, "front": true, "id": twin.image_id(),
            "image": address(""), "types": ["Front"],
            "thumbnails": {
                "250": address("-250"), "500": address("-500"), "1200": address("-1200"), "small": address("-250"),
                "large": address("-500"),
            },
        }],
        "release": format!("https://musicbrainz.org/release/{}", twin.mbid),
    })
}

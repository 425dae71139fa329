//! `/cache/images`: covers of records at Discogs and in the Cover Art Archive.

use axum::response::{IntoResponse as _, Response};
use gateway_macros::operation;
use http::{HeaderValue, header};

use crate::{
    error,
    extract::{database::Writable, path::CoverFile},
    problem::Problem,
    reply,
    services::{
        call,
        lookups::{self, Picture},
        musicbrainz,
    },
};

/// A placeholder may be kept for minutes only. An image may be kept this long (seconds) or longer: the image at an
/// address never changes, so clients need not revalidate it.
const IMMUTABLE_FROM: u32 = 86_400;

/// What the names of the component `musicbrainz` begin with.
const OF_MUSICBRAINZ: &str = "mb-";

/// An image (an SVG can have scripts) may neither run a script nor load anything.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; sandbox",
);

/// A cover; for a release at Discogs without an image any more, a placeholder.
///
/// Needs no token, because `<img>` sends none: only a client that received a document of `/api/discogs` or
/// `/api/musicbrainz` knows the address.
#[operation(tag = "discogs", responses(
    (status = 200, description = "The image, of the type in Content-Type.", content_type = "image/*"),
))]
pub async fn cover(_: Writable, CoverFile(file): CoverFile) -> Result<Response, Problem> {
    let key = file.strip_suffix(".jpg").ok_or_else(Problem::not_found)?;
    let Picture { media_type, length, max_age, bytes } = match key.starts_with(OF_MUSICBRAINZ) {
        true => {
            let picture = call(musicbrainz::lookups::cover(key.to_owned())).await?;
            let musicbrainz::lookups::Picture { media_type, length, max_age, bytes } = picture;
            Picture { media_type, length, max_age, bytes }
        }
        false => call(lookups::cover(key.to_owned())).await?,
    };
    let bytes = call(bytes.collect()).await;
    if u64::try_from(bytes.len()) != Ok(length) {
        return Err(error::internal("the cover ended early".to_owned()));
    }
    // `private`: Discogs' terms do not allow shared caches to pass its images on.
    let caching = match max_age >= IMMUTABLE_FROM {
        true => format!("private, max-age={max_age}, immutable"),
        false => format!("private, max-age={max_age}"),
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, reply::header_value(media_type));
    headers.insert(header::CACHE_CONTROL, reply::header_value(caching));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    Ok(response)
}

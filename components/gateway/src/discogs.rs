//! `/api/discogs` and `/cache/images`: records looked up at Discogs, and their covers.

use axum::{
    extract::{FromRequestParts, Path},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts};
use utoipa::IntoParams;

use crate::{
    albums::Id,
    etag,
    identity::{self, MaybeCaller},
    lookup::{Price, Release, Searched},
    problem::{FieldError, Problem},
    query::Parameters,
    reply,
    schema::Writable,
    services::{call, lookups},
};

/// A placeholder is kept for minutes; an image under its address never changes, and is not even asked about again.
const LONG: u32 = 86_400;

/// On whose account Discogs is asked; nobody's only where the operator allows that.
pub struct Account(Option<i64>);

impl<S: Sync> FromRequestParts<S> for Account {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let MaybeCaller(caller) = MaybeCaller::from_request_parts(parts, state).await?;
        if caller.is_none() && !call(lookups::is_public()).await? {
            return Err(identity::needed());
        }
        Ok(Self(caller.map(|caller| caller.user_id)))
    }
}

/// What `search` takes: artist and album, or one of q, barcode and catno.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Question {
    #[param(max_length = 200, example = "Nina Simone")]
    artist: Option<String>,
    #[param(max_length = 200, example = "Pastel Blues")]
    album: Option<String>,
    /// With artist and album: to choose between pressings, or between albums of one name.
    #[param(minimum = 1860, maximum = 2100)]
    year: Option<i64>,
    /// With artist and album: the same.
    #[param(max_length = 200)]
    label: Option<String>,
    /// Words, anywhere.
    #[param(max_length = 200)]
    q: Option<String>,
    /// UPC-A, EAN-8 or EAN-13; spaces and hyphens are allowed.
    #[param(max_length = 200)]
    barcode: Option<String>,
    /// The label's number; spaces and hyphens are allowed.
    #[param(max_length = 200)]
    catno: Option<String>,
    #[param(minimum = 1, maximum = 100, default = 25)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The best match for artist and album; or a page of candidates for words, a barcode or a catalogue number. Needs no token if
/// the operator has set `public_lookup`.
#[utoipa::path(get, path = "/api/discogs/search", tag = "discogs", security(("token" = [])), params(Question, ("if-none-match" = Option<String>, Header, description = "The ETag that the caller knows")),
    responses((status = 200, description = "The best match, or candidates", body = Searched, headers(("etag" = String))), (status = 304, description = "The caller has it already")))]
pub async fn search(_: Writable, Account(caller): Account, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let mut parameters = Parameters::parse(uri.query())?;
    let question = lookups::Question {
        artist: parameters.filter("artist"),
        album: parameters.filter("album"),
        year: parameters.integer("year", 1860..=2100),
        label: parameters.filter("label"),
        q: parameters.filter("q"),
        barcode: parameters.filter("barcode"),
        catno: parameters.filter("catno"),
        limit: parameters.integer("limit", 1..=100),
        cursor: parameters.filter("cursor"),
    };
    parameters.finish()?;
    Ok(answered(call(lookups::search(caller, question)).await?, &headers))
}

/// One release, with its tracks, images and identifiers.
#[utoipa::path(get, path = "/api/discogs/releases/{id}", tag = "discogs", security(("token" = [])), params(("id" = i64, Path, description = "The release's id at Discogs"), ("if-none-match" = Option<String>, Header, description = "The ETag that the caller knows")),
    responses((status = 200, description = "The release", body = Release, headers(("etag" = String))), (status = 304, description = "The caller has it already")))]
pub async fn release(
    _: Writable,
    Account(caller): Account,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Ok(answered(call(lookups::release(caller, id)).await?, &headers))
}

/// Which release, and in what money.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct OfRelease {
    /// The release's id at Discogs.
    #[param(minimum = 1)]
    id: i64,
    /// USD, GBP, EUR, CAD, AUD, JPY, CHF, MXN, BRL, NZD, SEK or ZAR; if absent, the operator's choice.
    #[param(example = "EUR")]
    currency: Option<String>,
}

/// What copies of a release cost, as of a moment, and what Discogs suggests for each grade.
#[utoipa::path(get, path = "/api/discogs/price", tag = "discogs", security(("token" = [])), params(OfRelease, ("if-none-match" = Option<String>, Header, description = "The ETag that the caller knows")),
    responses((status = 200, description = "Its price, or why there is none", body = Price, headers(("etag" = String))), (status = 304, description = "The caller has it already"), (status = 404, description = "`not_found`: there is no such release")))]
pub async fn price(_: Writable, Account(caller): Account, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let mut parameters = Parameters::parse(uri.query())?;
    let (id, currency) = (parameters.integer("id", 1..=i64::MAX), parameters.filter("currency"));
    parameters.finish()?;
    let id = id.ok_or_else(|| Problem::invalid(vec![FieldError::new("id", "is required")]))?;
    Ok(answered(call(lookups::price(caller, id, currency)).await?, &headers))
}

/// A cover, or a placeholder where Discogs has lost its image. Without a token, since `<img>` sends none: only who has an
/// answer that holds the address can ask for it.
#[utoipa::path(get, path = "/cache/images/{file}", tag = "discogs", params(("file" = String, Path, description = "`{key}.jpg`, as an answer has it")),
    responses((status = 200, description = "The image, of the type that Content-Type says", content_type = "image/*")))]
pub async fn cover(_: Writable, Path(file): Path<String>) -> Result<Response, Problem> {
    let key = file.strip_suffix(".jpg").ok_or_else(Problem::not_found)?;
    let lookups::Picture { media_type, length, max_age, bytes } = call(lookups::cover(key.to_owned())).await?;
    let bytes = call(bytes.collect()).await;
    if u64::try_from(bytes.len()) != Ok(length) {
        return Err(crate::error::internal("the cover ended early".to_owned()));
    }
    // Not for caches between: Discogs' images are not to be passed on.
    let caching = match max_age >= LONG {
        true => format!("private, max-age={max_age}, immutable"),
        false => format!("private, max-age={max_age}"),
    };
    // An image runs nothing, whatever is in it.
    const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, reply::header_value(media_type));
    headers.insert(header::CACHE_CONTROL, reply::header_value(caching));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    Ok(response)
}

/// The document with its age, or that the caller has it.
fn answered(answer: lookups::Answer, headers: &HeaderMap) -> Response {
    let lookups::Answer { document, tag, age, max_age } = answer;
    let mut response = match etag::knows(headers, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, reply::JSON)], document).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag::weak(&tag));
    headers.insert(header::AGE, age.into());
    // Counted from when it came from Discogs, as `Age` is.
    let lifetime = age.saturating_add(max_age);
    headers.insert(header::CACHE_CONTROL, reply::header_value(format!("private, max-age={lifetime}")));
    headers.insert(header::VARY, HeaderValue::from_static("authorization"));
    response
}

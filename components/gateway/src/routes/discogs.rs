//! `/api/discogs`: records looked up at Discogs.

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse as _, Response},
};
use gateway_macros::operation;
use http::{HeaderValue, StatusCode, header, request::Parts};

#[cfg(test)]
use crate::schema::lookup::{Price, Release, Searched};
use crate::{
    etag,
    extract::{
        caller::MaybeCaller,
        client::Client,
        conditions::IfNoneMatch,
        database::Writable,
        path::ReleaseId,
        query::{
            Query,
            parameter::{Filter, Required, Text, WholeNumber},
            query,
        },
    },
    jobs::enrichment,
    problem::Problem,
    reply,
    services::{
        call,
        lookups::{self, Answer, Question},
    },
};

/// Whose lookup it is: an account's, or that of a client without one, where the variable `public_lookup` allows it.
pub struct Requester(lookups::Caller);

impl<S: Sync> FromRequestParts<S> for Requester {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let MaybeCaller(caller) = MaybeCaller::from_request_parts(parts, state).await?;
        if let Some(caller) = caller {
            return Ok(Self(lookups::Caller::Account(caller.user_id)));
        }
        if !call(lookups::is_public()).await? {
            return Err(Problem::needs_token());
        }
        let Ok(Client(client)) = Client::from_request_parts(parts, state).await;
        Ok(Self(lookups::Caller::Address(client.address)))
    }
}

#[cfg(test)]
impl crate::extract::describe::DescribeInput for Requester {
    fn describe(inputs: &mut crate::extract::describe::Inputs) {
        inputs.secured_by(&["token"]);
    }
}

query! {
    /// The record to look for: `artist` and `album`, or one of `q`, `barcode` and `catno`.
    pub struct SearchParams {
        artist: Filter [maxLength = 200, example = "Nina Simone"],
        album: Filter [maxLength = 200, example = "Pastel Blues"],
        /// With artist and album: the year, to choose between pressings, or between albums with the same title.
        year: WholeNumber<1860, 2100>,
        /// With artist and album: the label, to choose between pressings, or between albums with the same title.
        label: Filter [maxLength = 200],
        /// Words in any field.
        q: Filter [maxLength = 200],
        /// UPC-A, EAN-8 or EAN-13 with a valid check digit, with or without spaces, hyphens and dots.
        barcode: Filter [maxLength = 200, pattern = "^[0-9 .-]*$"],
        /// The label's catalogue number, with or without spaces and hyphens.
        catno: Filter [maxLength = 200],
        limit: WholeNumber<1, 100> [default = 25],
        /// The `next_cursor` of the previous page.
        cursor: Filter [pattern = "^([1-9][0-9]{0,2})?$"],
    }
}

query! {
    /// A release, and the currency of its price.
    pub struct PriceParams {
        /// The release's id at Discogs.
        id: Required<1, { i64::MAX }>,
        /// Absent: the operator's choice.
        currency: Text [example = "EUR", enum = [
            "USD", "GBP", "EUR", "CAD", "AUD", "JPY", "CHF", "MXN", "BRL", "NZD", "SEK", "ZAR",
        ]],
    }
}

/// The best match for artist and album; or a page of candidates for words, a barcode or a catalogue number.
///
/// Needs no token if the operator has set `public_lookup`.
#[operation(tag = "discogs", responses(
    (status = 200, description = "The best match, or candidates.", body = Searched, headers(("etag" = String))),
))]
pub async fn search(
    _: Writable,
    Requester(requester): Requester,
    Query(params): Query<SearchParams>,
    if_none_match: IfNoneMatch,
) -> Result<Response, Problem> {
    let SearchParams { artist, album, year, label, q, barcode, catno, limit, cursor } = params;
    let question = Question { artist, album, year, label, q, barcode, catno, limit, cursor };
    Ok(respond(call(lookups::search(requester, question)).await?, &if_none_match))
}

/// One release, with its tracks, images and identifiers.
///
/// Albums of the caller that have this release number, and lack what the release gives, are filled with it.
#[operation(tag = "discogs", responses(
    (status = 200, description = "The release.", body = Release, headers(("etag" = String))),
))]
pub async fn release(
    _: Writable,
    Requester(requester): Requester,
    ReleaseId(id): ReleaseId,
    if_none_match: IfNoneMatch,
) -> Result<Response, Problem> {
    let account = match &requester {
        lookups::Caller::Account(account) => Some(*account),
        lookups::Caller::Address(_) => None,
    };
    let answer = call(lookups::release(requester, id)).await?;
    if let Some(account) = account {
        enrichment::fill_now(account, id).await;
    }
    Ok(respond(answer, &if_none_match))
}

/// The current price of copies of a release, and the prices that Discogs suggests for each grade.
#[operation(tag = "discogs", responses(
    (status = 200, description = "The price, or why there is none.", body = Price, headers(("etag" = String))),
    (status = 404, description = "`not_found`: the release does not exist."),
))]
pub async fn price(
    _: Writable,
    Requester(requester): Requester,
    Query(PriceParams { id, currency }): Query<PriceParams>,
    if_none_match: IfNoneMatch,
) -> Result<Response, Problem> {
    Ok(respond(call(lookups::price(requester, id, currency)).await?, &if_none_match))
}

/// The document with its age, or 304 if the client has it.
fn respond(answer: Answer, if_none_match: &IfNoneMatch) -> Response {
    let Answer { document, tag, age, max_age } = answer;
    let mut response = match if_none_match.has(&tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, reply::JSON)], document).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag::weak(&tag));
    headers.insert(header::AGE, age.into());
    // Like `Age`, `max-age` counts from when the document came from Discogs.
    let lifetime = age.saturating_add(max_age);
    headers.insert(header::CACHE_CONTROL, reply::header_value(format!("private, max-age={lifetime}")));
    headers.insert(header::VARY, HeaderValue::from_static("authorization"));
    response
}

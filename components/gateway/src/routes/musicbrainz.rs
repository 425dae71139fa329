//! `/api/musicbrainz`: records looked up at MusicBrainz, the source that needs no key.

use axum::response::Response;
use gateway_macros::operation;
use http::StatusCode;

#[cfg(test)]
use crate::schema::musicbrainz::Found;
use crate::{
    extract::{
        caller::Caller,
        database::Writable,
        query::{
            Query,
            parameter::{Filter, WholeNumber},
            query,
        },
    },
    problem::Problem,
    reply,
    services::{
        call,
        musicbrainz::lookups::{self, Question, Urgency},
    },
};

query! {
    /// What is known of the record: at least `discogs_id`, `barcode`, `catno` with a name, or both names.
    pub struct ReleaseParams {
        /// The number of the release at Discogs.
        discogs_id: WholeNumber<1, { i64::MAX }>,
        /// UPC-A, EAN-8 or EAN-13 with a valid check digit, with or without spaces, hyphens and dots.
        barcode: Filter [maxLength = 500, pattern = "^[0-9 .-]*$"],
        /// The label's catalogue number, with or without spaces and hyphens.
        catno: Filter [maxLength = 500],
        artist: Filter [maxLength = 500, example = "Nina Simone"],
        album: Filter [maxLength = 500, example = "Pastel Blues"],
        /// The year of the pressing, to choose between several.
        year: WholeNumber<1860, 2100>,
    }
}

/// The record at MusicBrainz, with a cover from the Cover Art Archive.
///
/// It is found by the address of its release at Discogs, else by barcode, else by catalogue number, else by names.
/// Found by names, the album is certain but the pressing is not: then the fields of a pressing are left out.
#[operation(tag = "musicbrainz", responses(
    (status = 200, description = "The record, or `null` if it is not there or not certain.", body = Found),
))]
pub async fn release(_: Writable, _: Caller, Query(params): Query<ReleaseParams>) -> Result<Response, Problem> {
    let ReleaseParams { discogs_id, barcode, catno, artist, album, year } = params;
    let question = Question { discogs_id, barcode, catno, artist, album, year };
    Ok(reply::private_document(StatusCode::OK, call(lookups::find(question, Urgency::Person)).await?))
}

//! Request bodies: of a bounded size, and of a declared media type.

mod json;
mod large;

use std::time::{Duration, Instant};

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use guest::time;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;

use large::{LARGE, Place};

use super::header::single;
use crate::problem::{Code, Problem};

const MIB: usize = 1 << 20;

/// A body must arrive at this rate at least, in bytes per second, after some seconds, and completely within a time. Our
/// host reads small bodies before it calls this component; Spin sets no limit of its own.
const LEAST_RATE: u64 = 1024;
const GRACE: Duration = Duration::from_secs(15);
const BODY_TIME: Duration = Duration::from_secs(300);

/// How much of a refused body is read and discarded, and for how long.
const DRAIN_BYTES: usize = 32 * MIB;
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// The media types of a file. Browsers on Windows send the last one for a CSV file.
const FILE_TYPES: [&str; 5] =
    ["text/csv", "application/json", "application/octet-stream", "text/plain", "application/vnd.ms-excel"];

/// A JSON document that a service parses. The gateway checks only that it is declared as JSON, and its size. The place
/// of a large one is free when the handler has ended.
pub struct RawJson<const LIMIT: usize>(pub Vec<u8>, pub Option<Place>);

/// One record, or one patch.
pub type Document = RawJson<{ MIB }>;

/// Thousands of records.
pub type Batch = RawJson<{ 20 * MIB }>;

/// A file that a service parses, in any encoding.
pub struct File(pub Vec<u8>, pub Option<Place>);

/// A JSON object of known fields.
pub struct Json<T>(pub T);

/// A JSON object of known fields, or no body.
pub struct OptionalJson<T>(pub Option<T>);

impl<S: Sync, const LIMIT: usize> FromRequest<S> for RawJson<LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        expect_json(request.headers())?;
        read(request, LIMIT).await.map(|(bytes, place)| Self(bytes, place))
    }
}

impl<S: Sync> FromRequest<S> for File {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let value = single(request.headers(), &header::CONTENT_TYPE)?;
        let media = value.and_then(|value| value.to_str().ok()?.split(';').next()).unwrap_or_default().trim();
        if !FILE_TYPES.iter().any(|known| media.eq_ignore_ascii_case(known)) {
            let detail = "The header Content-Type must be text/csv, application/json or application/octet-stream.";
            return Err(Problem::new(Code::UnsupportedMediaType, detail));
        }
        read(request, 20 * MIB).await.map(|(bytes, place)| Self(bytes, place))
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        expect_json(request.headers())?;
        json::parse(&read(request, MIB).await?.0).map(Self)
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let declared = expect_json(request.headers());
        let (bytes, _) = read(request, MIB).await?;
        if bytes.is_empty() {
            return Ok(Self(None));
        }
        declared?;
        json::parse(&bytes).map(|value| Self(Some(value)))
    }
}

/// Accepts `application/json` and `application/…+json` (such as merge-patch+json), in UTF-8.
fn expect_json(headers: &HeaderMap) -> Result<(), Problem> {
    let refused =
        || Problem::new(Code::UnsupportedMediaType, "The header Content-Type must be application/json, in UTF-8.");
    let value = single(headers, &header::CONTENT_TYPE)?.ok_or_else(refused)?;
    if value.as_bytes() == b"application/json" {
        return Ok(());
    }
    let media: mime::Mime = value.to_str().ok().and_then(|text| text.parse().ok()).ok_or_else(refused)?;
    let json = media.type_() == mime::APPLICATION
        && (media.subtype() == mime::JSON || media.suffix() == Some(mime::JSON))
        && media.get_param(mime::CHARSET).is_none_or(|charset| charset == mime::UTF_8);
    json.then_some(()).ok_or_else(refused)
}

async fn read(request: Request, limit: usize) -> Result<(Vec<u8>, Option<Place>), Problem> {
    let declared = single(request.headers(), &header::CONTENT_LENGTH)?;
    let declared = declared.and_then(|value| value.to_str().ok()?.parse::<usize>().ok()).unwrap_or_default();
    if declared > limit {
        if declared <= DRAIN_BYTES {
            drain(request.into_body()).await;
        }
        return Err(too_large(limit));
    }
    let place = if declared > LARGE { Some(Place::take().await?) } else { None };
    collect(request.into_body(), Vec::with_capacity(declared), place, limit).await
}

async fn collect(
    mut body: Body,
    mut bytes: Vec<u8>,
    mut place: Option<Place>,
    limit: usize,
) -> Result<(Vec<u8>, Option<Place>), Problem> {
    let start = Instant::now();
    loop {
        let least = GRACE + Duration::from_secs(u64::try_from(bytes.len()).unwrap_or_default() / LEAST_RATE);
        // The timer costs nothing if the frame has arrived already.
        let frame = time::within(least.min(BODY_TIME).saturating_sub(start.elapsed()), body.frame()).await;
        let frame = frame.ok_or_else(|| Problem::new(Code::RequestTimeout, "The body did not arrive in time."))?;
        let Some(frame) = frame else { return Ok((bytes, place)) };
        let frame = frame.map_err(|error| {
            Problem::new(Code::InvalidBody, "The body ended early or could not be read.").with_cause(error.to_string())
        })?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > limit {
                drain(body).await;
                return Err(too_large(limit));
            }
            // A body without a declared length.
            if bytes.len() + data.len() > LARGE && place.is_none() {
                place = Some(Place::take().await?);
            }
            bytes.extend_from_slice(&data);
        }
    }
}

/// Reads and discards the rest of a body, within limits. Hosts close a connection whose request was not read to its
/// end; if the client still sends then, TCP may reset the connection before the client has read the response.
async fn drain(mut body: Body) {
    let read = async {
        let mut left = DRAIN_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, bytes::Bytes::len));
            if left == 0 {
                return;
            }
        }
    };
    time::within(DRAIN_TIME, read).await;
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("The body is larger than {} MiB.", limit / MIB))
}

#[cfg(test)]
mod description {
    use utoipa::ToSchema;

    use super::{super::describe::*, *};

    /// What every body can fail with.
    const CODES: [Code; 7] = [
        Code::InvalidHeader,
        Code::RequestTimeout,
        Code::InvalidBody,
        Code::MalformedJson,
        Code::BodyTooLarge,
        Code::UnsupportedMediaType,
        Code::InvalidInput,
    ];

    /// The schema is part of the handler's `#[operation(…)]`.
    impl<const LIMIT: usize> DescribeInput for RawJson<LIMIT> {
        fn describe(inputs: &mut Inputs) {
            inputs.codes.extend(CODES);
        }
    }

    impl DescribeInput for File {
        fn describe(inputs: &mut Inputs) {
            inputs.codes.extend(CODES);
            inputs
                .file_body("The file, at most 20 MiB.", &["text/csv", "application/json", "application/octet-stream"]);
        }
    }

    impl<T: ToSchema> DescribeInput for Json<T> {
        fn describe(inputs: &mut Inputs) {
            inputs.codes.extend(CODES);
            inputs.json_body::<T>(true);
        }
    }

    impl<T: ToSchema> DescribeInput for OptionalJson<T> {
        fn describe(inputs: &mut Inputs) {
            inputs.codes.extend(CODES);
            inputs.json_body::<T>(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_json_in_utf8_is_accepted() {
        let check = |value: &'static str| {
            expect_json(&HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))]))
        };
        for good in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
            "application/merge-patch+json",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in ["", "text/json", "application/x-www-form-urlencoded", "application/json; charset=latin1", "json"] {
            assert_eq!(check(bad).unwrap_err().code(), Code::UnsupportedMediaType, "{bad}");
        }
        assert_eq!(expect_json(&HeaderMap::new()).unwrap_err().code(), Code::UnsupportedMediaType);
        let mut twice = HeaderMap::new();
        twice.append(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        twice.append(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        assert_eq!(expect_json(&twice).unwrap_err().code(), Code::InvalidHeader);
    }
}

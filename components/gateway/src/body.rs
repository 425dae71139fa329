//! Request bodies: JSON, of a bounded size.

use std::{future::poll_fn, pin::pin, task::Poll};

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::{Deserialize as _, de::DeserializeOwned};
use spin_sdk::wasip3::clocks::monotonic_clock;

use crate::{
    headers,
    problem::{Code, FieldError, Problem},
};

const MIB: usize = 1 << 20;

/// Of a body that is refused, this much is read and thrown away, for so long.
const PATIENCE: usize = 32 * MIB;
const PATIENCE_NANOSECONDS: u64 = 5_000_000_000;

/// What a file may be declared as; the last is what browsers on Windows say of a CSV.
const FILES: [&str; 5] =
    ["text/csv", "application/json", "application/octet-stream", "text/plain", "application/vnd.ms-excel"];

/// A JSON document that a service reads itself; here it is only known to be declared as JSON and small enough.
pub struct Raw<const LIMIT: usize>(pub Vec<u8>);

/// One album, one patch.
pub type Document = Raw<{ MIB }>;

/// Thousands of albums at once.
pub type Batch = Raw<{ 20 * MIB }>;

/// A file that a service reads itself, whatever its encoding.
pub struct File(pub Vec<u8>);

/// A JSON object of known fields.
pub struct Json<T>(pub T);

/// The same, or nothing at all.
pub struct Optional<T>(pub Option<T>);

impl<S: Sync, const LIMIT: usize> FromRequest<S> for Raw<LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        expect_json(request.headers())?;
        read(request, LIMIT).await.map(Self)
    }
}

impl<S: Sync> FromRequest<S> for File {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let value = headers::single(request.headers(), &header::CONTENT_TYPE)?;
        let media = value.and_then(|value| value.to_str().ok()?.split(';').next()).unwrap_or_default().trim();
        if !FILES.iter().any(|known| media.eq_ignore_ascii_case(known)) {
            let detail = "Content-Type must be text/csv, application/json or application/octet-stream.";
            return Err(Problem::new(Code::UnsupportedMediaType, detail));
        }
        read(request, 20 * MIB).await.map(Self)
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        expect_json(request.headers())?;
        parse(&read(request, MIB).await?).map(Self)
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Optional<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let declared = expect_json(request.headers());
        let bytes = read(request, MIB).await?;
        if bytes.is_empty() {
            return Ok(Self(None));
        }
        declared?;
        parse(&bytes).map(|value| Self(Some(value)))
    }
}

/// `application/json` or any `application/…+json` (merge-patch+json among them), in UTF-8.
fn expect_json(map: &HeaderMap) -> Result<(), Problem> {
    let refused = || Problem::new(Code::UnsupportedMediaType, "Content-Type must be application/json, in UTF-8.");
    let value = headers::single(map, &header::CONTENT_TYPE)?.ok_or_else(refused)?;
    if value.as_bytes() == b"application/json" {
        return Ok(());
    }
    let media: mime::Mime = value.to_str().ok().and_then(|text| text.parse().ok()).ok_or_else(refused)?;
    let json = media.type_() == mime::APPLICATION
        && (media.subtype() == mime::JSON || media.suffix() == Some(mime::JSON))
        && media.get_param(mime::CHARSET).is_none_or(|charset| charset == mime::UTF_8);
    json.then_some(()).ok_or_else(refused)
}

async fn read(request: Request, limit: usize) -> Result<Vec<u8>, Problem> {
    let declared = headers::single(request.headers(), &header::CONTENT_LENGTH)?;
    let declared = declared.and_then(|value| value.to_str().ok()?.parse::<usize>().ok()).unwrap_or_default();
    if declared > limit {
        if declared <= PATIENCE {
            drain(request.into_body()).await;
        }
        return Err(too_large(limit));
    }
    collect(request.into_body(), Vec::with_capacity(declared), limit).await
}

async fn collect(mut body: Body, mut bytes: Vec<u8>, limit: usize) -> Result<Vec<u8>, Problem> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Problem::new(Code::InvalidBody, "The body ended early or could not be read.").with_cause(error.to_string())
        })?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > limit {
                drain(body).await;
                return Err(too_large(limit));
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes)
}

/// Hosts close a connection whose request was not read to its end, and what a client still sends then may cost it the
/// answer (TCP reset). Within reason, the rest is read and thrown away.
async fn drain(mut body: Body) {
    let read = async {
        let mut patience = PATIENCE;
        while let Some(Ok(frame)) = body.frame().await {
            let read = frame.data_ref().map_or(0, bytes::Bytes::len);
            patience = patience.saturating_sub(read);
            if patience == 0 {
                return;
            }
        }
    };
    let (mut read, mut timer) = (pin!(read), pin!(monotonic_clock::wait_for(PATIENCE_NANOSECONDS)));
    poll_fn(|context| match read.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => timer.as_mut().poll(context),
    })
    .await;
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("The body is larger than {} MiB.", limit / MIB))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    // serde would take an array for a struct, field by field.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        serde::de::IgnoredAny::deserialize(&mut deserializer).map_err(|error| explain(".", &error))?;
        return Err(Problem::invalid(vec![FieldError::new("body", "must be a JSON object")]));
    }
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| explain(&error.path().to_string(), error.inner()))?;
    deserializer.end().map_err(|error| explain(".", &error))?;
    Ok(value)
}

/// Names the field at fault. Does not repeat its value, which may be a password.
fn explain(path: &str, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    if !error.is_data() {
        return Problem::new(Code::MalformedJson, format!("The body is not JSON: {text}."));
    }
    let named = text.split('`').nth(1).unwrap_or_default().to_owned();
    let (field, message) = if text.starts_with("unknown field") {
        (named, "is not a field of this request".to_owned())
    } else if text.starts_with("missing field") {
        (named, "is required".to_owned())
    } else if text.starts_with("duplicate field") {
        (named, "is given more than once".to_owned())
    } else {
        let expected = text.rsplit_once(", expected ").map_or("another type", |(_, expected)| expected);
        let expected = expected.split(" at line ").next().unwrap_or_default();
        (path.to_owned(), format!("must be {expected}"))
    };
    Problem::invalid(vec![FieldError::new(field, message)])
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only parsed")]
    struct Login {
        email: String,
        password: String,
    }

    fn fault(body: &[u8]) -> Value {
        serde_json::from_slice(&parse::<Login>(body).unwrap_err().document("r")).unwrap()
    }

    #[test]
    fn a_fault_names_its_field_and_hides_its_value() {
        let cases = [
            (r#"{"email":"a","password":"b","admin":true}"#, "admin", "is not a field of this request"),
            (r#"{"email":"a"}"#, "password", "is required"),
            (r#"{"email":"a","email":"b","password":"c"}"#, "email", "is given more than once"),
            (r#"{"email":"a","password":12345}"#, "password", "must be a string"),
            (r#"{"email":"a","password":null}"#, "password", "must be a string"),
            (r#"["secret","secret","secret"]"#, "body", "must be a JSON object"),
            (r#""text""#, "body", "must be a JSON object"),
        ];
        for (body, field, message) in cases {
            let problem = fault(body.as_bytes());
            assert_eq!(problem["status"], 422, "{body}");
            assert_eq!(problem["errors"], json!([{"field": field, "message": message}]), "{body}");
            assert!(!problem.to_string().contains("12345"), "{body}");
        }
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        let (deep, invalid) = ("[".repeat(100_000), b"{\"email\":\"\xff\",\"password\":\"b\"}");
        for body in [b"".as_slice(), b"{", b"{\"email\":\"a\",\"password\":\"b\"} x", b"NaN", deep.as_bytes(), invalid]
        {
            let problem = fault(body);
            assert!(problem["code"] == "malformed_json" || problem["code"] == "invalid_input", "{problem}");
        }
        assert_eq!(fault(invalid)["code"], "malformed_json");
        assert_eq!(fault(br#"{"email":"\ud800","password":"b"}"#)["code"], "malformed_json");
    }

    #[test]
    fn the_content_type_is_json_in_utf8() {
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

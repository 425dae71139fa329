//! A request to a provider, and the bytes of its answer.

use std::time::{Duration, SystemTime};

use spin_sdk::wasip3::http::client;
use spin_sdk::wasip3::http::types::{ErrorCode, Fields, Method, Request, RequestOptions, Response, Scheme, Trailers};
use spin_sdk::wasip3::{wit_future, wit_stream};
use wit_bindgen::StreamReader;

use crate::provider::Call;

/// A provider that does not accept a connection within this time is not going to.
const CONNECT: Duration = Duration::from_secs(10);
/// Tokens are small; what came together is read together.
const BUFFER: usize = 16 << 10;
/// As much of an error's body as is looked at.
const MAX_ERROR: usize = 64 << 10;

/// The head of an answer, and what is left to read.
pub struct Answered {
    pub status: u16,
    pub headers: Vec<(String, Vec<u8>)>,
    body: StreamReader<u8>,
}

/// Sends a request. Dropping the future, or the answer, ends it at the provider, too.
pub async fn send(call: &Call) -> Result<Answered, ErrorCode> {
    let headers: Vec<_> =
        call.headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    let headers = Fields::from_list(&headers).map_err(|_| ErrorCode::HttpRequestHeaderSectionSize(None))?;
    let (mut writer, contents) = wit_stream::new();
    let (trailers, trailers_reader) = wit_future::new(|| Ok::<Option<Trailers>, ErrorCode>(None));
    let options = RequestOptions::new();
    // A host that knows no such option has a limit of its own.
    let _ = options.set_connect_timeout(Some(u64::try_from(CONNECT.as_nanos()).unwrap_or(u64::MAX)));
    let (request, _sent) = Request::new(headers, Some(contents), trailers_reader, Some(options));
    let invalid = |()| ErrorCode::HttpRequestUriInvalid;
    request.set_method(&Method::Post).map_err(|()| ErrorCode::HttpRequestMethodInvalid)?;
    request.set_scheme(Some(if call.secure { &Scheme::Https } else { &Scheme::Http })).map_err(invalid)?;
    request.set_authority(Some(&call.authority)).map_err(invalid)?;
    request.set_path_with_query(Some(&call.path)).map_err(invalid)?;
    let body = call.body.clone();
    wit_bindgen::spawn(async move {
        // Who does not want the whole of it says so by the answer.
        writer.write_all(body).await;
        drop(writer);
        let _ = trailers.write(Ok(None)).await;
    });
    let response = client::send(request).await?;
    let status = response.get_status_code();
    let headers = response.get_headers().copy_all();
    let (_, consumed) = wit_future::new(|| Ok(()));
    let (body, _trailers) = Response::consume_body(response, consumed);
    Ok(Answered { status, headers, body })
}

impl Answered {
    /// The next bytes; none at the end, however it came.
    pub async fn next(&mut self) -> Vec<u8> {
        self.body.read(Vec::with_capacity(BUFFER)).await.1
    }

    /// The beginning of an error's body.
    pub async fn error_body(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        while body.len() < MAX_ERROR {
            let bytes = self.next().await;
            if bytes.is_empty() {
                break;
            }
            body.extend_from_slice(&bytes);
        }
        body
    }

    /// How long the provider asks to wait (`retry-after-ms`, or RFC 9110, 10.2.3: seconds or a date).
    pub fn retry_after(&self) -> Option<Duration> {
        let header = |name: &str| {
            let value = self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
            value.and_then(|(_, value)| std::str::from_utf8(value).ok()).map(str::trim)
        };
        if let Some(milliseconds) = header("retry-after-ms").and_then(|value| value.parse().ok()) {
            return Some(Duration::from_millis(milliseconds));
        }
        header("retry-after").and_then(|value| told(value, SystemTime::now()))
    }
}

fn told(value: &str, now: SystemTime) -> Option<Duration> {
    let seconds = value.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.or_else(|| httpdate::parse_http_date(value).ok().map(|at| at.duration_since(now).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_understood() {
        let now = httpdate::parse_http_date("Fri, 20 Nov 2026 12:00:00 GMT").unwrap();
        assert_eq!(told("2", now), Some(Duration::from_secs(2)));
        assert_eq!(told("0.5", now), Some(Duration::from_millis(500)));
        assert_eq!(told("Fri, 20 Nov 2026 12:00:07 GMT", now), Some(Duration::from_secs(7)));
        assert_eq!(told("Fri, 20 Nov 2026 11:00:00 GMT", now), Some(Duration::ZERO));
        for nonsense in ["", "soon", "-1", "NaN", "1e400"] {
            assert_eq!(told(nonsense, now), None, "{nonsense}");
        }
    }
}

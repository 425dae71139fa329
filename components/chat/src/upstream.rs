//! One HTTP request to a provider.

use std::time::{Duration, SystemTime};

use spin_sdk::wasip3::{
    http::{
        client,
        types::{ErrorCode, Fields, Method, Request, RequestOptions, Response, Scheme, Trailers},
    },
    wit_future, wit_stream,
};
use wit_bindgen::StreamReader;

use crate::origin::AllowedOrigins;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Larger than most pieces of an answer.
const READ_BUFFER: usize = 16 << 10;
/// The part of an error's body that is read.
const MAX_ERROR_BODY: usize = 64 << 10;

pub struct UpstreamRequest {
    pub is_https: bool,
    pub authority: String,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// The head of a response, and its body, of which nothing is read yet.
pub struct UpstreamResponse {
    pub status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: StreamReader<u8>,
}

/// Sends a request to one of `origins`; to any other, it fails with `HttpRequestDenied`. Dropping the future or the
/// response cancels the request.
pub async fn send(request: &UpstreamRequest, origins: &AllowedOrigins) -> Result<UpstreamResponse, ErrorCode> {
    if !origins.has(request.is_https, &request.authority) {
        return Err(ErrorCode::HttpRequestDenied);
    }
    let headers: Vec<_> =
        request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    let headers = Fields::from_list(&headers).map_err(|_| ErrorCode::HttpRequestHeaderSectionSize(None))?;
    let (mut writer, contents) = wit_stream::new();
    let (trailers, trailers_reader) = wit_future::new(|| Ok::<Option<Trailers>, ErrorCode>(None));
    let options = RequestOptions::new();
    // A host that does not know this option has its own limit.
    let _ = options.set_connect_timeout(Some(u64::try_from(CONNECT_TIMEOUT.as_nanos()).unwrap_or(u64::MAX)));
    let (outgoing, _sent) = Request::new(headers, Some(contents), trailers_reader, Some(options));
    let invalid = |()| ErrorCode::HttpRequestUriInvalid;
    outgoing.set_method(&Method::Post).map_err(|()| ErrorCode::HttpRequestMethodInvalid)?;
    outgoing.set_scheme(Some(if request.is_https { &Scheme::Https } else { &Scheme::Http })).map_err(invalid)?;
    outgoing.set_authority(Some(&request.authority)).map_err(invalid)?;
    outgoing.set_path_with_query(Some(&request.path)).map_err(invalid)?;
    let body = request.body.clone();
    wit_bindgen::spawn(async move {
        // A provider that does not read the whole body explains that in its response.
        writer.write_all(body).await;
        drop(writer);
        let _ = trailers.write(Ok(None)).await;
    });
    let response = client::send(outgoing).await?;
    let status = response.get_status_code();
    let headers = response.get_headers().copy_all();
    let (_, consumed) = wit_future::new(|| Ok(()));
    let (body, _trailers) = Response::consume_body(response, consumed);
    Ok(UpstreamResponse { status, headers, body })
}

impl UpstreamResponse {
    /// The next bytes of the body; empty at its end, and if the connection broke.
    pub async fn next(&mut self) -> Vec<u8> {
        self.body.read(Vec::with_capacity(READ_BUFFER)).await.1
    }

    /// The beginning of an error's body.
    pub async fn error_body(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        while body.len() < MAX_ERROR_BODY {
            let bytes = self.next().await;
            if bytes.is_empty() {
                break;
            }
            body.extend_from_slice(&bytes);
        }
        body
    }

    /// The wait that the provider asks for (`retry-after-ms`, or RFC 9110, 10.2.3: seconds or a date).
    pub fn retry_after(&self) -> Option<Duration> {
        let header = |name: &str| {
            let value = self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
            value.and_then(|(_, value)| std::str::from_utf8(value).ok()).map(str::trim)
        };
        if let Some(milliseconds) = header("retry-after-ms").and_then(|value| value.parse().ok()) {
            return Some(Duration::from_millis(milliseconds));
        }
        header("retry-after").and_then(|value| parse_retry_after(value, SystemTime::now()))
    }
}

fn parse_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let seconds = value.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.or_else(|| httpdate::parse_http_date(value).ok().map(|at| at.duration_since(now).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_may_be_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Fri, 20 Nov 2026 12:00:00 GMT").unwrap();
        let parse = |value: &str| parse_retry_after(value, now);
        assert_eq!(parse("2"), Some(Duration::from_secs(2)));
        assert_eq!(parse("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(parse("Fri, 20 Nov 2026 12:00:07 GMT"), Some(Duration::from_secs(7)));
        assert_eq!(parse("Fri, 20 Nov 2026 11:00:00 GMT"), Some(Duration::ZERO));
        for nonsense in ["", "soon", "-1", "NaN", "1e400"] {
            assert_eq!(parse(nonsense), None, "{nonsense}");
        }
    }
}

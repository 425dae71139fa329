//! Requests to Discogs: with our credentials, within the rate limit, repeated after a fault that may pass.

use std::time::Duration;

use guest::time;
use http::Uri;
use serde::{Deserialize, de::DeserializeOwned};

use super::budget;
use upstream::fetch::{self, HttpError, Response};

use crate::{
    config::Config,
    contract::Error,
    cover_source::CoverSources,
    error::{Result, internal},
    requester::Requester,
    secret::Secret,
    store::{RateLimitHeaders, Store},
};

const MAX_JSON_BYTES: usize = 4 << 20;
const MAX_RETRIES: u32 = 2;
/// In milliseconds since the caller's wait began: after that there is no retry.
const RETRY_UNTIL: i64 = 8_000;
/// In seconds, for a 429 without `Retry-After`: Discogs counts the requests of the last minute.
const DEFAULT_SILENCE: i64 = 60;
/// In bytes. Longer messages of Discogs are cut.
const MAX_MESSAGE: usize = 300;

pub struct Client<'a> {
    pub config: &'a Config,
    pub store: &'a Store,
    /// Whose share of the budget is used.
    pub requester: &'a Requester,
    /// Authenticates the names of covers.
    pub secret: &'a Secret,
    /// When the caller's wait began, in milliseconds since 1970.
    pub started_at: i64,
}

pub enum ApiAnswer<T> {
    Found(T),
    /// Status 404, with the message of Discogs; or it was moved or removed.
    NotFound(String),
}

/// As `ApiAnswer`, with the refusals that concern a user of Discogs; each has the message of Discogs.
pub enum Reply<T> {
    Found(T),
    NotFound(String),
    Forbidden(String),
    Unauthorized(String),
}

enum Attempt<T> {
    Done(Result<Reply<T>>),
    /// A fault that may pass, in words.
    Retry(String),
}

impl<'a> Client<'a> {
    /// The covers of a new document.
    pub fn covers(&self) -> CoverSources<'a> {
        CoverSources::new(self.secret)
    }

    /// Sends a GET request to a path of the API.
    pub async fn get_json<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<ApiAnswer<T>> {
        match self.request(path, query).await? {
            Reply::Found(found) => Ok(ApiAnswer::Found(found)),
            Reply::NotFound(message) => Ok(ApiAnswer::NotFound(message)),
            Reply::Forbidden(message) => Err(Error::Failed(format!("status 403: {message}"))),
            Reply::Unauthorized(message) => {
                Err(Error::Misconfigured(format!("Discogs rejected the credentials: {message}")))
            }
        }
    }

    pub async fn request<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<Reply<T>> {
        let uri = self.api_uri(path, query)?;
        let mut retry = 0;
        loop {
            let cause = match read_outcome(self.send(&uri).await?) {
                Attempt::Done(answer) => return answer,
                Attempt::Retry(cause) => cause,
            };
            if retry == MAX_RETRIES || time::now_millis() - self.started_at > RETRY_UNTIL {
                return Err(Error::Failed(format!("{path}: {cause}")));
            }
            time::sleep(Duration::from_millis((150 << retry) + budget::jitter(250)?)).await;
            retry += 1;
        }
    }

    /// Sends a GET request to the API or the host of images, without credentials.
    pub async fn get(
        &self,
        uri: &Uri,
        headers: &[(&str, &str)],
        max_bytes: usize,
    ) -> Result<Result<Response, HttpError>> {
        let duration = i64::try_from(fetch::REQUEST_TIMEOUT.as_millis()).unwrap_or(i64::MAX);
        let default_limit = self.config.credentials.default_rate_limit();
        let request =
            budget::take_request(self.store, self.requester, self.config.limits, duration, default_limit).await?;
        let outcome = fetch::get(uri, &[&self.config.api, &self.config.images], headers, max_bytes).await;
        let headers = outcome.as_ref().map(rate_limit_headers).unwrap_or_default();
        self.store.settle_request(request, headers).await?;
        Ok(outcome)
    }

    async fn send(&self, uri: &Uri) -> Result<Result<Response, HttpError>> {
        let mut headers = vec![("accept", "application/vnd.discogs.v2.discogs+json")];
        let authorization = self.config.credentials.authorization();
        headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
        self.get(uri, &headers, MAX_JSON_BYTES).await
    }

    fn api_uri(&self, path: &str, query: &[(&str, &str)]) -> Result<Uri> {
        let mut address = format!("{}://{}{path}", self.config.api.scheme, self.config.api.authority);
        if !query.is_empty() {
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
            address = format!("{address}?{query}");
        }
        address.parse().map_err(|error| internal(format_args!("{address}: {error}")))
    }
}

fn rate_limit_headers(response: &Response) -> RateLimitHeaders {
    RateLimitHeaders {
        limit: response.number_header("x-discogs-ratelimit").filter(|limit| (1..=10_000).contains(limit)),
        used: response.number_header("x-discogs-ratelimit-used").filter(|used| (0..=10_000).contains(used)),
        silence: (response.status == 429).then(|| retry_after(response) * 1_000),
    }
}

/// In seconds. The form of `Retry-After` that is a date is not parsed: Discogs does not use it.
fn retry_after(response: &Response) -> i64 {
    response.number_header("retry-after").unwrap_or(DEFAULT_SILENCE).clamp(1, 3_600)
}

fn read_outcome<T: DeserializeOwned>(outcome: Result<Response, HttpError>) -> Attempt<T> {
    let response = match outcome {
        Ok(response) => response,
        Err(error @ HttpError::Connection(_)) => return Attempt::Retry(error.to_string()),
        Err(HttpError::NotAllowed) => {
            let message = "the host of discogs_base_url is not in allowed_outbound_hosts";
            return Attempt::Done(Err(Error::Misconfigured(message.to_owned())));
        }
        Err(error) => return Attempt::Done(Err(Error::Failed(error.to_string()))),
    };
    Attempt::Done(match response.status {
        200 => serde_json::from_slice(&response.body)
            .map(Reply::Found)
            .map_err(|error| Error::Failed(format!("the response is not the expected JSON: {error}"))),
        // A release that was merged into another one redirects to it. That is another release than the one asked for.
        301 | 308 | 404 | 410 => Ok(Reply::NotFound(message(&response))),
        401 => Ok(Reply::Unauthorized(message(&response))),
        403 => Ok(Reply::Forbidden(message(&response))),
        429 => Err(Error::Busy(u32::try_from(retry_after(&response)).unwrap_or(60))),
        500..=599 => return Attempt::Retry(format!("status {}: {}", response.status, message(&response))),
        status => Err(Error::Failed(format!("status {status}: {}", message(&response)))),
    })
}

/// Returns the message in the body of an error; an empty text if there is none.
fn message(response: &Response) -> String {
    #[derive(Deserialize)]
    struct ErrorBody {
        message: String,
    }
    let body = serde_json::from_slice::<ErrorBody>(&response.body);
    let mut message = body.map(|body| body.message).unwrap_or_default();
    message.truncate(message.floor_char_boundary(MAX_MESSAGE));
    message
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    fn response(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Response {
        let headers =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Response { status, headers: HeaderMap::from_iter(headers), body: body.as_bytes().to_vec() }
    }

    fn is_retried(outcome: Result<Response, HttpError>) -> bool {
        matches!(read_outcome::<serde_json::Value>(outcome), Attempt::Retry(_))
    }

    #[test]
    fn rate_limit_headers_are_read() {
        let headers = [("x-discogs-ratelimit", "60"), ("x-discogs-ratelimit-used", "7")];
        let expected = RateLimitHeaders { limit: Some(60), used: Some(7), silence: None };
        assert_eq!(rate_limit_headers(&response(200, &headers, "")), expected);
    }

    #[test]
    fn impossible_rate_limit_headers_are_ignored() {
        let headers = [("x-discogs-ratelimit", "0"), ("x-discogs-ratelimit-used", "-1")];
        assert_eq!(rate_limit_headers(&response(200, &headers, "")), RateLimitHeaders::default());
    }

    #[test]
    fn a_429_silences_us_for_as_long_as_it_says_or_a_minute() {
        let silence = |headers: &[_]| rate_limit_headers(&response(429, headers, "")).silence;
        assert_eq!(silence(&[]), Some(60_000));
        assert_eq!(silence(&[("retry-after", "3")]), Some(3_000));
        assert_eq!(silence(&[("retry-after", "Fri, 20 Nov 2026 22:00:00 GMT")]), Some(60_000));
    }

    #[test]
    fn only_a_fault_that_may_pass_is_retried() {
        assert!(is_retried(Ok(response(500, &[], ""))));
        assert!(is_retried(Ok(response(503, &[], "<html>"))));
        assert!(is_retried(Err(HttpError::Connection("reset".into()))));
        for status in [200, 301, 400, 401, 403, 404, 422, 429] {
            assert!(!is_retried(Ok(response(status, &[], "{}"))), "{status}");
        }
        assert!(!is_retried(Ok(response(200, &[], "<html>"))));
        assert!(!is_retried(Err(HttpError::Timeout)));
    }
}

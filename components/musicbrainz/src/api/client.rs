//! Requests to MusicBrainz: one after the other over all instances, with our name.

use std::{cell::Cell, time::Duration};

use guest::time;
use http::Uri;
use serde::de::DeserializeOwned;
use upstream::fetch::{self, HttpError, Response};

use crate::{
    config::Config,
    contract::{Error, Urgency},
    error::{Result, internal},
    store::Store,
};

const MAX_JSON_BYTES: usize = 4 << 20;
/// How long a person waits behind other requests, in milliseconds.
const PATIENCE: i64 = 6_000;
/// In seconds, for a 503 without `Retry-After`, and after a fault.
const DEFAULT_PAUSE: i64 = 5;

pub struct Client<'a> {
    pub config: &'a Config,
    pub store: &'a Store,
    pub urgency: Urgency,
    /// Whether a request was sent: the next one waits for its turn, so that no answer stays half-way.
    pub has_begun: Cell<bool>,
}

impl Client<'_> {
    /// Sends a GET request to a path of the API; `None` for 404.
    pub async fn get_json<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<Option<T>> {
        let uri = self.uri(path, query)?;
        self.wait_for_turn().await?;
        let headers = [("accept", "application/json"), ("user-agent", self.config.user_agent.as_str())];
        let outcome = fetch::get(&uri, &[&self.config.api], &headers, MAX_JSON_BYTES).await;
        let pause = match &outcome {
            Ok(response) if response.status == 503 || response.status == 429 => Some(retry_after(response)),
            Ok(response) if response.status < 500 => None,
            _ => Some(DEFAULT_PAUSE),
        };
        if let Some(seconds) = pause {
            self.store.pause(seconds * 1_000).await?;
        }
        read_outcome(path, outcome)
    }

    /// Waits until this request may be sent.
    async fn wait_for_turn(&self) -> Result<()> {
        let patience = match self.urgency {
            Urgency::Job if !self.has_begun.replace(true) => 0,
            Urgency::Job | Urgency::Person => PATIENCE,
        };
        match self.store.take_turn(self.config.interval, patience).await? {
            Ok(wait) => {
                time::sleep(Duration::from_millis(u64::try_from(wait).unwrap_or_default())).await;
                Ok(())
            }
            Err(wait) => Err(Error::Busy(seconds(wait))),
        }
    }

    fn uri(&self, path: &str, query: &[(&str, &str)]) -> Result<Uri> {
        let query =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(query).append_pair("fmt", "json").finish();
        let address = format!("{}://{}{path}?{query}", self.config.api.scheme, self.config.api.authority);
        address.parse().map_err(|error| internal(format_args!("{address}: {error}")))
    }
}

/// Rounded up, at least 1.
fn seconds(milliseconds: i64) -> u32 {
    u32::try_from(milliseconds.max(1)).unwrap_or(u32::MAX).div_ceil(1_000)
}

fn retry_after(response: &Response) -> i64 {
    response.number_header("retry-after").unwrap_or(DEFAULT_PAUSE).clamp(1, 3_600)
}

fn read_outcome<T: DeserializeOwned>(path: &str, outcome: Result<Response, HttpError>) -> Result<Option<T>> {
    let response = match outcome {
        Ok(response) => response,
        Err(HttpError::NotAllowed) => {
            let message = "the host of musicbrainz_url is not in allowed_outbound_hosts";
            return Err(Error::Misconfigured(message.to_owned()));
        }
        Err(error) => return Err(Error::Failed(format!("{path}: {error}"))),
    };
    match response.status {
        200 => serde_json::from_slice(&response.body)
            .map(Some)
            .map_err(|error| Error::Failed(format!("{path}: the response is not the expected JSON: {error}"))),
        // 400: not a valid id.
        400 | 404 => Ok(None),
        429 | 503 => Err(Error::Busy(seconds(retry_after(&response) * 1_000))),
        status => Err(Error::Failed(format!("{path}: status {status}"))),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    fn outcome(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Result<Option<i64>> {
        let headers =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let response = Response { status, headers: HeaderMap::from_iter(headers), body: body.as_bytes().to_vec() };
        read_outcome("/x", Ok(response))
    }

    #[test]
    fn a_status_is_read_as_what_it_means() {
        assert_eq!(outcome(200, &[], "7").unwrap(), Some(7));
        assert_eq!(outcome(404, &[], "<html>").unwrap(), None);
        assert!(matches!(outcome(503, &[("retry-after", "2")], ""), Err(Error::Busy(2))));
        assert!(matches!(outcome(503, &[], ""), Err(Error::Busy(5))));
        assert!(matches!(outcome(500, &[], ""), Err(Error::Failed(_))));
        assert!(matches!(outcome(200, &[], "<html>"), Err(Error::Failed(_))));
    }
}

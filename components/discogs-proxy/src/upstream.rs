//! Questions to Discogs' API: signed, within the budget, and again after a failure that may pass.

use std::time::Duration;

use http::Uri;
use serde::de::DeserializeOwned;

use crate::{
    budget, clock,
    config::Config,
    error::{Error, Result},
    fetch::{self, Reply, Trouble},
    store::{Said, Store},
};

const MAX_BODY: usize = 4 << 20;
const RETRIES: u32 = 2;
/// After that no retry begins.
const PATIENCE: i64 = 8_000;
/// What Discogs' own documentation gives for a 429 without `Retry-After`: the window.
const SILENCE: i64 = 60;

pub struct Upstream<'a> {
    pub config: &'a Config,
    pub store: &'a Store,
    /// On whose account; 0 is nobody's.
    pub user: i64,
    pub began: i64,
}

/// What Discogs says.
pub enum Told<T> {
    Found(T),
    /// 404, with its words.
    Missing(String),
}

enum Verdict<T> {
    Final(Result<Told<T>>),
    TryAgain(String),
}

impl Upstream<'_> {
    /// Asks for a path of the API, with its query.
    pub async fn ask<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<Told<T>> {
        let uri = self.uri(path, query)?;
        let mut retry = 0;
        loop {
            let cause = match verdict(self.send(&uri).await?) {
                Verdict::Final(answer) => return answer,
                Verdict::TryAgain(cause) => cause,
            };
            if retry == RETRIES || clock::now() - self.began > PATIENCE {
                return Err(Error::Failed(format!("{path}: {cause}")));
            }
            clock::sleep(Duration::from_millis((150 << retry) + budget::jitter(250)?)).await;
            retry += 1;
        }
    }

    /// Fetches an address as it is, within the budget.
    pub async fn fetch(&self, uri: &Uri, headers: &[(&str, &str)], most: usize) -> Result<Result<Reply, Trouble>> {
        let duration = i64::try_from(fetch::ATTEMPT.as_millis()).unwrap_or(i64::MAX);
        let usual = self.config.credentials.usual_limit();
        let request = budget::take(self.store, self.user, duration, usual).await?;
        let outcome = fetch::get(uri, headers, most).await;
        self.store.settle(request, outcome.as_ref().map(said).unwrap_or_default()).await?;
        Ok(outcome)
    }

    async fn send(&self, uri: &Uri) -> Result<Result<Reply, Trouble>> {
        let mut headers = vec![("accept", "application/vnd.discogs.v2.discogs+json")];
        let authorization = self.config.credentials.header();
        headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
        self.fetch(uri, &headers, MAX_BODY).await
    }

    fn uri(&self, path: &str, query: &[(&str, &str)]) -> Result<Uri> {
        let mut address = format!("{}://{}{path}", self.config.base.scheme, self.config.base.authority);
        if !query.is_empty() {
            address.push('?');
            address =
                form_urlencoded::Serializer::for_suffix(address.clone(), address.len()).extend_pairs(query).finish();
        }
        address.parse().map_err(|error| Error::Internal(format!("{address}: {error}")))
    }
}

/// What a reply says of the rate limit.
fn said(reply: &Reply) -> Said {
    let silence = (reply.status == 429).then(|| retry_after(reply) * 1_000);
    let ceiling = reply.number("x-discogs-ratelimit").filter(|limit| (1..=10_000).contains(limit));
    let used = reply.number("x-discogs-ratelimit-used").filter(|used| (0..=10_000).contains(used));
    Said { ceiling, used, silence }
}

/// In seconds.
fn retry_after(reply: &Reply) -> i64 {
    // A date instead of a number is not worth a parser: Discogs sends none.
    reply.number("retry-after").unwrap_or(SILENCE).clamp(1, 3_600)
}

fn verdict<T: DeserializeOwned>(outcome: Result<Reply, Trouble>) -> Verdict<T> {
    let reply = match outcome {
        Ok(reply) => reply,
        Err(Trouble::Broken(cause)) => return Verdict::TryAgain(format!("the connection failed: {cause}")),
        Err(Trouble::Denied) => {
            return Verdict::Final(Err(Error::Misconfigured(
                "discogs_base_url is not in allowed_outbound_hosts".to_owned(),
            )));
        }
        Err(other) => return Verdict::Final(Err(Error::Failed(other.to_string()))),
    };
    Verdict::Final(match reply.status {
        200 => serde_json::from_slice(&reply.body)
            .map(Told::Found)
            .map_err(|error| Error::Failed(format!("the answer is not what it should be: {error}"))),
        404 => Ok(Told::Missing(message(&reply))),
        401 => Err(Error::Misconfigured(format!("Discogs does not take the credentials: {}", message(&reply)))),
        429 => Err(Error::Busy(u32::try_from(retry_after(&reply)).unwrap_or(60))),
        500..=599 => return Verdict::TryAgain(format!("status {}: {}", reply.status, message(&reply))),
        status => Err(Error::Failed(format!("status {status}: {}", message(&reply)))),
    })
}

/// Discogs' words, for the log.
fn message(reply: &Reply) -> String {
    #[derive(serde::Deserialize)]
    struct Words {
        message: String,
    }
    let mut words = serde_json::from_slice::<Words>(&reply.body).map(|words| words.message).unwrap_or_default();
    words.truncate(words.floor_char_boundary(300));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    fn reply(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Reply {
        let headers =
            headers.iter().map(|(n, v)| (http::HeaderName::from_static(n), http::HeaderValue::from_static(v)));
        Reply { status, headers: HeaderMap::from_iter(headers), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn an_answer_feeds_the_budget() {
        let headers = [("x-discogs-ratelimit", "60"), ("x-discogs-ratelimit-used", "7")];
        assert_eq!(said(&reply(200, &headers, "")), Said { ceiling: Some(60), used: Some(7), silence: None });
        assert_eq!(said(&reply(429, &[], "")).silence, Some(60_000));
        assert_eq!(said(&reply(429, &[("retry-after", "3")], "")).silence, Some(3_000));
        assert_eq!(said(&reply(429, &[("retry-after", "Fri, 20 Nov 2026 22:00:00 GMT")], "")).silence, Some(60_000));
        assert_eq!(
            said(&reply(200, &[("x-discogs-ratelimit", "0"), ("x-discogs-ratelimit-used", "-1")], "")),
            Said::default()
        );
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let again = |outcome| matches!(verdict::<serde_json::Value>(outcome), Verdict::TryAgain(_));
        assert!(again(Ok(reply(500, &[], ""))) && again(Ok(reply(503, &[], "<html>"))));
        assert!(again(Err(Trouble::Broken("reset".into()))));
        for status in [200, 301, 400, 401, 403, 404, 422, 429] {
            assert!(!again(Ok(reply(status, &[], "{}"))), "{status}");
        }
        assert!(!again(Err(Trouble::TooSlow)) && !again(Ok(reply(200, &[], "<html>"))));
    }
}

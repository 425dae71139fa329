//! A request that the host sends to the application by itself, again and again: its clock.

use std::{sync::Arc, time::Duration};

use hyper::{
    Method, Request, Response, StatusCode,
    header::{AUTHORIZATION, HOST, HeaderValue, RETRY_AFTER},
};
use tokio::{sync::watch, time::sleep};
use wasmtime_wasi_http::WasiBody;

use super::{Server, handle_in_time, spin_headers};

/// The application cannot ask for more requests than this.
const SHORTEST: Duration = Duration::from_secs(1);

/// What the host sends, and how often.
pub struct Tick {
    pub path: String,
    pub every: Duration,
    /// The header `Authorization`.
    pub authorization: HeaderValue,
}

/// Sends the request until `stop` changes. A request that runs then is finished first. The answer's `Retry-After` makes
/// the next one earlier.
pub async fn run(server: Arc<Server>, tick: Tick, mut stop: watch::Receiver<bool>) {
    let mut wait = tick.every;
    loop {
        tokio::select! {
            () = sleep(wait) => {}
            _ = stop.changed() => return,
        }
        wait = match server.send_tick(&tick).await {
            Some(answer) => {
                if answer.status() != StatusCode::OK {
                    tracing::warn!(path = tick.path, status = answer.status().as_u16(), "a tick was refused");
                }
                next(&answer, tick.every)
            }
            None => tick.every,
        };
    }
}

fn next<B>(answer: &Response<B>, every: Duration) -> Duration {
    let seconds = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    seconds.map_or(every, |seconds| Duration::from_secs(seconds).clamp(SHORTEST.min(every), every))
}

impl Server {
    /// Returns the head of the answer; its body is dropped. The request has no client address, so it counts for no
    /// client.
    async fn send_tick(&self, tick: &Tick) -> Option<Response<()>> {
        let (route, rest) = self.routes.find(&tick.path)?;
        let guest = self.guests.get(route.target)?;
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&tick.path)
            .header(HOST, "localhost")
            .header(AUTHORIZATION, &tick.authorization)
            .body(WasiBody::default())
            .ok()?;
        let values = spin_headers::values(&request, route, rest, None);
        spin_headers::replace(request.headers_mut(), values);
        let _permit = self.permits.acquire().await.ok()?;
        match handle_in_time(&guest.shared, request).await {
            Ok(answer) => Some(answer.map(drop)),
            Err(error) => {
                tracing::warn!(path = tick.path, cause = format!("{error:#}"), "a tick failed");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_application_asks_for_an_earlier_tick_but_not_for_a_later_one() {
        let minute = Duration::from_secs(60);
        let wait = |seconds: &str| next(&Response::builder().header(RETRY_AFTER, seconds).body(()).unwrap(), minute);
        assert_eq!(wait("7"), Duration::from_secs(7));
        assert_eq!(wait("0"), SHORTEST);
        assert_eq!(wait("3600"), minute);
        assert_eq!(wait("soon"), minute);
        assert_eq!(next(&Response::new(()), minute), minute);
    }
}

//! What every request and every response passes through: request id, log line, problem body, common headers.

use std::{sync::LazyLock, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use guest::hosts::{self, Hosts};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use tower_service::Service as _;

use crate::{
    configuration,
    extract::{caller, client},
    jobs::traffic,
    limits,
    log::{self, Account},
    problem::{Code, Problem},
    routes::{self, health, system},
    security,
    trace::Trace,
};

/// Built once per instance: building it for each request would cost a third of the throughput.
static ROUTER: LazyLock<Router> = LazyLock::new(routes::router);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

const ONE_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Accounts, tokens and conversations: nothing that is answered here may stay on a disk.
const PRIVATE: [&str; 2] = ["/api/auth", "/api/chat"];

pub async fn serve(mut request: Request) -> Response {
    // Probes come every second, so they are not logged.
    let start = (request.uri().path() != health::PATH).then(Instant::now);
    let method = request.method().clone();
    let configured = configuration::ready().await;
    let trace = Trace::begin(request.headers(), client::address(request.headers()));
    request.extensions_mut().insert(trace.clone());
    let common = Common {
        is_private: PRIVATE.iter().any(|path| request.uri().path().starts_with(path)),
        is_https: configured.as_ref().is_ok_and(|hosts| hosts.is_https),
    };
    let mut response = match admit(configured, &mut request, &trace).await {
        Ok(()) => route(request).await,
        Err(problem) => problem.into_response(),
    };
    let problem = response.extensions_mut().remove::<Problem>();
    finish(&mut response, &method, &trace, problem.as_ref(), common);
    if let Some(event) = security::event(&method, trace.route(), response.status(), problem.as_ref()) {
        let by_email = || trace.email().map_or(Account::Unknown, Account::Email);
        log::security(event, &trace, trace.user().map_or_else(by_email, Account::Id));
    }
    if let Some(start) = start {
        log::request(&method, &trace, response.status(), start, problem.as_ref());
        traffic::after_answer(&trace);
    }
    response
}

/// What must be true before a request is routed: it is for this installation, and within the limits.
async fn admit(configured: Result<&Hosts, Problem>, request: &mut Request, trace: &Trace) -> Result<(), Problem> {
    let path = request.uri().path().to_owned();
    // Probes know only an address, come often, and must be answered also when something else is wrong.
    if path == health::PATH {
        return Ok(());
    }
    let hosts = configured?;
    if path != system::HEALTH_PATH && !hosts.allow(host(request.headers())) {
        return Err(Problem::new(Code::Misdirected, "This installation has another host name."));
    }
    let authenticated = caller::authenticate(request.headers(), trace).await;
    if path != system::HEALTH_PATH
        && let Some(subject) = limits::subject(trace, &path)
    {
        limits::admit(subject, trace).await?;
    }
    request.extensions_mut().insert(authenticated);
    Ok(())
}

/// The host of the address that the request was sent to.
fn host(headers: &HeaderMap) -> &str {
    let url = headers.get_all(hosts::URL_HEADER).into_iter().next_back().and_then(|url| url.to_str().ok());
    hosts::of_url(url.unwrap_or_default())
}

async fn route(request: Request) -> Response {
    match ROUTER.clone().call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// What the common headers of a response depend on.
struct Common {
    is_private: bool,
    is_https: bool,
}

fn finish(response: &mut Response, method: &Method, trace: &Trace, problem: Option<&Problem>, common: Common) {
    if let Some(problem) = problem {
        let document = problem.document(trace.id_str());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
        headers.insert(header::CONTENT_LENGTH, document.len().into());
        headers.insert(header::CACHE_CONTROL, NO_STORE);
        if method != Method::HEAD {
            *response.body_mut() = Body::from(document);
        }
    }
    let has_no_body = matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let headers = response.headers_mut();
    if has_no_body {
        // axum sets Content-Length: 0, which RFC 9110 forbids in a 204; in a 304 it would describe the omitted body.
        headers.remove(header::CONTENT_LENGTH);
    }
    if common.is_private {
        headers.insert(header::CACHE_CONTROL, NO_STORE);
    }
    if common.is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONE_YEAR);
    }
    headers.insert(REQUEST_ID, trace.id().clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
}

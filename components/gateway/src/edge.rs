//! What every request and every response passes through: request id, log line, problem body, common headers.

use std::{sync::LazyLock, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use tower_service::Service as _;

use crate::{
    configuration,
    log::{self, Account},
    problem::Problem,
    routes::{self, health},
    security,
    trace::Trace,
};

/// Built once per instance: building it for each request would cost a third of the throughput.
static ROUTER: LazyLock<Router> = LazyLock::new(routes::router);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

pub async fn serve(mut request: Request) -> Response {
    // Probes come every second, so they are not logged.
    let start = (request.uri().path() != health::PATH).then(Instant::now);
    let method = request.method().clone();
    let trace = Trace::begin(request.headers());
    request.extensions_mut().insert(trace.clone());
    let mut response = match admit(&request).await {
        Ok(()) => route(request).await,
        Err(problem) => problem.into_response(),
    };
    let problem = response.extensions_mut().remove::<Problem>();
    finish(&mut response, &method, &trace, problem.as_ref());
    if let Some(event) = security::event(&method, trace.route(), response.status(), problem.as_ref()) {
        let by_email = || trace.email().map_or(Account::Unknown, Account::Email);
        log::security(event, &trace, trace.user().map_or_else(by_email, Account::Id));
    }
    if let Some(start) = start {
        log::request(&method, &trace, response.status(), start, problem.as_ref());
    }
    response
}

/// What must be true before a request is routed.
async fn admit(request: &Request) -> Result<(), Problem> {
    match configuration::ready().await {
        // This route calls no service.
        Err(_) if request.uri().path() == health::PATH => Ok(()),
        result => result,
    }
}

async fn route(request: Request) -> Response {
    match ROUTER.clone().call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn finish(response: &mut Response, method: &Method, trace: &Trace, problem: Option<&Problem>) {
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
    headers.insert(REQUEST_ID, trace.id().clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
}

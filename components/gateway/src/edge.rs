//! What every request and every answer goes through, once: id, log line, problem body, headers.

use std::{
    fmt::Write as _,
    io::Write as _,
    sync::LazyLock,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use axum::{Router, body::Body, extract::Request, response::Response};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use tower_service::Service as _;

use crate::{
    health,
    problem::{Code, Problem},
    routes,
    trace::Trace,
};

/// Built once per instance: building it for each request costs a third of the throughput.
static ROUTER: LazyLock<Router> = LazyLock::new(routes::router);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

pub async fn serve(mut request: Request) -> Response {
    // Probes come every second and say nothing.
    let start = (request.uri().path() != health::PATH).then(Instant::now);
    let method = request.method().clone();
    let trace = Trace::begin(request.headers());
    request.extensions_mut().insert(trace.clone());
    let mut response = match ROUTER.clone().call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let problem = response.extensions_mut().remove::<Problem>();
    finish(&mut response, &method, &trace, problem.as_ref());
    if let Some(start) = start {
        log(&method, &trace, response.status(), start, problem.as_ref());
    }
    response
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
    let bodiless = matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let headers = response.headers_mut();
    if bodiless {
        // axum writes a zero, which would describe a body that these answers do not have.
        headers.remove(header::CONTENT_LENGTH);
    }
    headers.insert(REQUEST_ID, trace.id().clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
}

/// One line, one write. Holds the route's template, never the path or the query: they may carry what is nobody's
/// business.
fn log(method: &Method, trace: &Trace, status: StatusCode, start: Instant, problem: Option<&Problem>) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let micros = start.elapsed().as_micros();
    let mut line = String::with_capacity(256);
    let _ = write!(
        line,
        r#"{{"time":{}.{:03},"request_id":"{}","method":"{method}","route":"{}","status":{},"ms":{}.{:03}"#,
        now.as_secs(),
        now.subsec_millis(),
        trace.id_str(),
        trace.route().unwrap_or_default(),
        status.as_u16(),
        // Whole numbers: writing fractions takes 7 kB of code.
        micros / 1000,
        micros % 1000,
    );
    if let Some(user) = trace.user() {
        let _ = write!(line, r#","user_id":{user}"#);
    }
    if let Some(problem) = problem {
        let _ = write!(line, r#","code":"{}""#, problem.code().name());
        if let Some(cause) = problem.cause() {
            let _ = write!(line, r#","cause":{}"#, serde_json::Value::from(cause));
        }
    }
    line.push_str("}\n");
    let _ = std::io::stdout().write_all(line.as_bytes());
}

/// The second line of a request whose answer broke off after its head.
pub fn log_broken_off(trace: &Trace, code: Code, cause: &str) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let line = format!(
        "{{\"time\":{}.{:03},\"request_id\":\"{}\",\"broken_off\":true,\"code\":\"{}\",\"cause\":{}}}\n",
        now.as_secs(),
        now.subsec_millis(),
        trace.id_str(),
        code.name(),
        serde_json::Value::from(cause),
    );
    let _ = std::io::stdout().write_all(line.as_bytes());
}

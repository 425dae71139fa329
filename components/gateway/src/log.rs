//! The log: one JSON object per line on standard output.

use std::{fmt::Write as _, io::Write as _, time::Instant};

use guest::time;
use http::{Method, StatusCode};

use crate::{
    problem::{Code, Problem},
    trace::Trace,
};

/// The line of a request. It has the route's template, never the path or the query, which may hold private data.
///
/// Each request pays for this line, so it is formatted directly: only `cause` can need escaping. Integers make the
/// decimal fractions, because formatting floats takes 7 kB of code.
pub fn request(method: &Method, trace: &Trace, status: StatusCode, start: Instant, problem: Option<&Problem>) {
    let now = time::since_epoch();
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
        micros / 1000,
        micros % 1000,
    );
    if let Some(user) = trace.user() {
        let _ = write!(line, r#","user_id":{user}"#);
    }
    if let Some(problem) = problem {
        let _ = write!(line, r#","code":"{}""#, problem.code().name());
        if let Some(cause) = problem.cause() {
            let _ = write!(line, r#","cause":{}"#, json_string(cause));
        }
    }
    line.push_str("}\n");
    let _ = std::io::stdout().write_all(line.as_bytes());
}

/// A second line for a request whose response failed after its head was sent.
pub fn broken_off(trace: &Trace, code: Code, cause: &str) {
    let now = time::since_epoch();
    let line = format!(
        "{{\"time\":{}.{:03},\"request_id\":\"{}\",\"broken_off\":true,\"code\":\"{}\",\"cause\":{}}}\n",
        now.as_secs(),
        now.subsec_millis(),
        trace.id_str(),
        code.name(),
        json_string(cause),
    );
    let _ = std::io::stdout().write_all(line.as_bytes());
}

fn json_string(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

//! The log: one JSON object per line on standard output.

use std::{fmt::Write as _, io::Write as _, time::Instant};

use guest::time;
use http::{Method, StatusCode};

use crate::{
    problem::{Code, Problem},
    services::operations,
    trace::Trace,
};

/// Whom a security event concerns.
pub enum Account<'a> {
    Unknown,
    Id(i64),
    /// The email that a client sent, which may belong to no account. Only a keyed hash of it is written, the same for
    /// the same email in any case.
    Email(&'a str),
}

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

/// A line of its own for a security event, such as `sign_in_failed`: with the client's address and the account, as its
/// id (`user_id`) or as a keyed hash of the email (`account`), never the email.
pub fn security(event: &str, trace: &Trace, account: Account<'_>) {
    let account = match account {
        Account::Unknown => String::new(),
        Account::Id(id) => format!(r#","user_id":{id}"#),
        // Without the database there is no key for the hash; the line is written all the same.
        Account::Email(email) => match operations::pseudonym(email) {
            Some(hash) => format!(r#","account":"{hash}""#),
            None => String::new(),
        },
    };
    let now = time::since_epoch();
    let address = trace.address().map(|address| address.to_string()).unwrap_or_default();
    let line = format!(
        "{{\"time\":{}.{:03},\"request_id\":\"{}\",\"security\":\"{event}\",\"address\":\"{address}\"{account}}}\n",
        now.as_secs(),
        now.subsec_millis(),
        trace.id_str(),
    );
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

/// A line for the operator that concerns no request.
pub fn warning(text: &str) {
    let now = time::since_epoch();
    let line = format!("{{\"time\":{}.{:03},\"warning\":{}}}\n", now.as_secs(), now.subsec_millis(), json_string(text));
    let _ = std::io::stdout().write_all(line.as_bytes());
}

fn json_string(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

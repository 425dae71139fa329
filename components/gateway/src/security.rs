//! Which responses are security events: sign-ins, what was refused, and what ends sessions or changes rights.

use http::{Method, StatusCode};

use crate::problem::{Code, Problem};

/// Returns the name of the event.
pub fn event(
    method: &Method,
    route: Option<&str>,
    status: StatusCode,
    problem: Option<&Problem>,
) -> Option<&'static str> {
    match problem {
        Some(problem) => refusal(route, problem.code()),
        None if status.is_success() && *method != Method::GET => success(method, route?),
        None => None,
    }
}

fn refusal(route: Option<&str>, code: Code) -> Option<&'static str> {
    match code {
        // Those of the requests per minute, which come before the route is known, are logged by `limits`.
        Code::RateLimited => route.map(|_| "rate_limited"),
        Code::QuotaExceeded => Some("quota_exceeded"),
        Code::StorageQuotaExceeded => Some("storage_quota_exceeded"),
        Code::InstallationQuotaExceeded => Some("installation_quota_exceeded"),
        Code::TooManyAnswers => Some("too_many_answers"),
        Code::BadCredentials if route == Some("/api/auth/login") => Some("sign_in_failed"),
        Code::BadCredentials => Some("password_failed"),
        Code::RegistrationClosed => Some("registration_refused"),
        Code::Forbidden if route?.starts_with("/system") => Some("operator_refused"),
        Code::Unauthenticated if route == Some("/api/auth/refresh") => Some("refresh_failed"),
        _ => None,
    }
}

fn success(method: &Method, route: &str) -> Option<&'static str> {
    match route {
        "/api/auth/login" => Some("signed_in"),
        "/api/auth/register" => Some("account_created"),
        "/api/auth/logout" => Some("signed_out"),
        "/api/auth/sessions/{id}" => Some("session_revoked"),
        "/api/auth/password" => Some("password_changed"),
        "/api/auth/me" if *method == Method::DELETE => Some("account_deleted"),
        "/api/auth/me" => Some("account_changed"),
        "/system/initialize-database" => Some("operator_initialized"),
        "/system/invitations" => Some("invitation_created"),
        "/system/invitations/{id}" => Some("invitation_deleted"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_no_event_and_refusals_are() {
        let ok = StatusCode::OK;
        assert_eq!(event(&Method::GET, Some("/api/auth/me"), ok, None), None);
        assert_eq!(event(&Method::POST, Some("/api/auth/login"), ok, None), Some("signed_in"));
        let wrong = Problem::new(Code::BadCredentials, "");
        let failed = event(&Method::POST, Some("/api/auth/login"), StatusCode::UNAUTHORIZED, Some(&wrong));
        assert_eq!(failed, Some("sign_in_failed"));
        let hidden = Problem::not_found();
        assert_eq!(event(&Method::DELETE, Some("/api/auth/me"), StatusCode::NOT_FOUND, Some(&hidden)), None);
    }
}

//! Which problems an operation can respond with.

use utoipa::openapi::{
    ContentBuilder, HttpMethod, ObjectBuilder, Ref, ResponseBuilder, Type, header::HeaderBuilder, path::Operation,
};

use crate::{problem::Code, routes::health};

/// What every request can get: the limits of the host and of the gateway come before the handler.
const OF_EVERY_REQUEST: [Code; 6] =
    [Code::Misdirected, Code::RateLimited, Code::Unavailable, Code::StorageFull, Code::Internal, Code::Misconfigured];

/// Adds the problems of the operation's arguments, of its service, and those that every request can have. A status that
/// the handler describes is kept.
pub fn add(path: &str, method: &HttpMethod, operation: &mut Operation, mut codes: Vec<Code>) {
    if operation.request_body.is_some() {
        codes.push(Code::RequestTimeout);
    }
    match path {
        // The health checks have no input and no limits. They report a failure of the database in their own form.
        health::PATH | "/system/health" => codes.push(Code::Unavailable),
        _ => {
            codes.extend(OF_EVERY_REQUEST);
            codes.extend(of_service(path, method, operation.request_body.is_some()));
            if path.starts_with("/api/collection")
                && path != "/api/collection/enrichment"
                && (operation.request_body.is_some() || path.ends_with("/restore"))
            {
                codes.push(Code::StorageQuotaExceeded);
            }
        }
    }
    for (_, status, ..) in Code::TABLE {
        let names = Code::TABLE.iter().filter(|row| row.1 == *status && codes.contains(&row.0));
        let names: Vec<_> = names.map(|row| row.2).collect();
        if !names.is_empty() {
            let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let mut response = ResponseBuilder::new()
                .description(format!("`{}`", names.join("`, `")))
                .content("application/problem+json", problem);
            if matches!(status.as_u16(), 429 | 503) {
                let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).build();
                let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("Seconds."));
                response = response.header("retry-after", header.build());
            }
            operation.responses.responses.entry(status.as_str().to_owned()).or_insert(response.build().into());
        }
    }
}

/// What a lookup at Discogs can fail with.
const LOOKUP: [Code; 4] =
    [Code::QuotaExceeded, Code::InstallationQuotaExceeded, Code::DiscogsBusy, Code::DiscogsFailed];

/// The problems that do not follow from the arguments of the handler.
fn of_service(path: &str, method: &HttpMethod, has_body: bool) -> &'static [Code] {
    match path {
        "/api/auth/register" => &[Code::EmailTaken, Code::RegistrationClosed, Code::Busy],
        "/api/auth/login" | "/api/auth/password" => &[Code::BadCredentials, Code::Busy],
        "/api/auth/refresh" => &[Code::Unauthenticated],
        "/api/auth/me" if *method == HttpMethod::Patch => &[Code::BadCredentials, Code::EmailTaken, Code::Busy],
        "/api/auth/me" if *method == HttpMethod::Delete => &[Code::BadCredentials, Code::Busy],
        "/api/chat" => &[
            Code::NotFound,
            Code::QuotaExceeded,
            Code::InstallationQuotaExceeded,
            Code::TooManyAnswers,
            Code::KeyUnreadable,
            Code::ProviderRefused,
            Code::ProviderFailed,
            Code::AnswerCutOff,
            Code::ProviderBusy,
            Code::ProviderTimeout,
        ],
        "/api/chat/key" if !has_body => &[Code::NotFound],
        "/api/collection" if has_body => &LOOKUP,
        "/api/collection/sync" | "/api/collection/changes" => &[Code::CursorExpired],
        _ if path.starts_with("/system") => &[Code::Forbidden],
        _ if path.starts_with("/api/discogs") => &LOOKUP,
        _ if path.starts_with("/api/musicbrainz") => &[Code::MusicbrainzBusy, Code::MusicbrainzFailed],
        _ if path.starts_with("/cache") => &[
            Code::InstallationQuotaExceeded,
            Code::DiscogsBusy,
            Code::DiscogsFailed,
            Code::MusicbrainzBusy,
            Code::MusicbrainzFailed,
        ],
        _ => &[],
    }
}

//! The codes of problems: what each means, and its status.

use http::StatusCode;

/// Why a request failed. The names are stable: clients depend on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    InvalidHeader,
    InvalidQuery,
    InvalidBody,
    MalformedJson,
    Unauthenticated,
    BadCredentials,
    Forbidden,
    RegistrationClosed,
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    EmailTaken,
    KeyUnreadable,
    CursorExpired,
    DiscogsBusy,
    MusicbrainzFailed,
    MusicbrainzBusy,
    DiscogsFailed,
    DiscogsUserNotFound,
    DiscogsPrivate,
    DiscogsTokenRejected,
    VersionConflict,
    BodyTooLarge,
    UnsupportedMediaType,
    Misdirected,
    InvalidInput,
    RateLimited,
    QuotaExceeded,
    StorageQuotaExceeded,
    StorageFull,
    Busy,
    InstallationQuotaExceeded,
    TooManyAnswers,
    Internal,
    Misconfigured,
    SchemaNewer,
    Unavailable,
    ProviderRefused,
    ProviderFailed,
    AnswerCutOff,
    ProviderBusy,
    ProviderTimeout,
}

type Row = (Code, StatusCode, &'static str, &'static str);

impl Code {
    /// Each code, its status, its name and its meaning. The API's documentation is made from this table too.
    #[rustfmt::skip]
    pub const TABLE: &[Row] = &[
        (Self::InvalidHeader, StatusCode::BAD_REQUEST, "invalid_header",
            "A header is malformed or is given more than once."),
        (Self::InvalidQuery, StatusCode::BAD_REQUEST, "invalid_query",
            "The query string is not percent-encoded UTF-8."),
        (Self::InvalidBody, StatusCode::BAD_REQUEST, "invalid_body",
            "The body ended early or could not be read."),
        (Self::MalformedJson, StatusCode::BAD_REQUEST, "malformed_json",
            "The body is not JSON in UTF-8."),
        (Self::Unauthenticated, StatusCode::UNAUTHORIZED, "unauthenticated",
            "The request has no valid access token (or refresh token)."),
        (Self::BadCredentials, StatusCode::UNAUTHORIZED, "bad_credentials",
            "The email or the password is wrong."),
        (Self::Forbidden, StatusCode::FORBIDDEN, "forbidden",
            "The caller has no right to do this."),
        (Self::RegistrationClosed, StatusCode::FORBIDDEN, "registration_closed",
            "No one may create an account in this installation."),
        (Self::NotFound, StatusCode::NOT_FOUND, "not_found",
            "The resource does not exist, or it belongs to another account."),
        (Self::MethodNotAllowed, StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed",
            "The path exists, but does not support the method; see the header `Allow`."),
        (Self::RequestTimeout, StatusCode::REQUEST_TIMEOUT, "request_timeout",
            "The body did not arrive in time."),
        (Self::EmailTaken, StatusCode::CONFLICT, "email_taken",
            "An account with this email exists."),
        (Self::KeyUnreadable, StatusCode::CONFLICT, "key_unreadable",
            "The stored key was encrypted with another secret, or stored for another server. Store the key again."),
        (Self::CursorExpired, StatusCode::GONE, "cursor_expired",
            "Deletions that are newer than the cursor were purged. Read everything again without a cursor, \
             and keep the operations that are not sent yet."),
        (Self::VersionConflict, StatusCode::PRECONDITION_FAILED, "version_conflict",
            "The record was changed since; `version` is its current version."),
        (Self::BodyTooLarge, StatusCode::PAYLOAD_TOO_LARGE, "body_too_large",
            "The body is larger than the route accepts."),
        (Self::UnsupportedMediaType, StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type",
            "The body must be `application/json` in UTF-8, or of a type that the route lists."),
        (Self::Misdirected, StatusCode::MISDIRECTED_REQUEST, "misdirected",
            "The installation has another host name than the request's header `Host`."),
        (Self::InvalidInput, StatusCode::UNPROCESSABLE_ENTITY, "invalid_input",
            "The input breaks a documented limit; `errors` lists each fault."),
        (Self::RateLimited, StatusCode::TOO_MANY_REQUESTS, "rate_limited",
            "The address or the account has sent too many requests; try again after `Retry-After`."),
        (Self::QuotaExceeded, StatusCode::TOO_MANY_REQUESTS, "quota_exceeded",
            "The caller has no question, or no lookup, left today; `Retry-After` has the seconds until the next day."),
        (Self::StorageQuotaExceeded, StatusCode::INSUFFICIENT_STORAGE, "quota_exceeded",
            "The collection has reached the account's limit of records or bytes; nothing was written. Deleting records \
             and emptying the trash makes room."),
        (Self::Internal, StatusCode::INTERNAL_SERVER_ERROR, "internal",
            "The server failed; its log has the cause with the request id."),
        (Self::Misconfigured, StatusCode::INTERNAL_SERVER_ERROR, "misconfigured",
            "The installation is misconfigured; its log says how to correct it."),
        (Self::SchemaNewer, StatusCode::SERVICE_UNAVAILABLE, "schema_newer",
            "A newer release migrated the database: this release can read it, but not write it."),
        (Self::DiscogsFailed, StatusCode::BAD_GATEWAY, "discogs_failed",
            "Discogs cannot be reached or responded with an error."),
        (Self::DiscogsBusy, StatusCode::SERVICE_UNAVAILABLE, "discogs_busy",
            "The rate limit of Discogs is reached; try again after `Retry-After`."),
        (Self::MusicbrainzFailed, StatusCode::BAD_GATEWAY, "musicbrainz_failed",
            "MusicBrainz or the Cover Art Archive cannot be reached or responded with an error."),
        (Self::MusicbrainzBusy, StatusCode::SERVICE_UNAVAILABLE, "musicbrainz_busy",
            "The requests that MusicBrainz allows are used up; try again after `Retry-After`."),
        (Self::DiscogsUserNotFound, StatusCode::NOT_FOUND, "discogs_user_not_found",
            "Discogs has no user with this name."),
        (Self::DiscogsPrivate, StatusCode::FORBIDDEN, "discogs_private",
            "The collection at Discogs is private."),
        (Self::DiscogsTokenRejected, StatusCode::CONFLICT, "discogs_token_rejected",
            "Discogs does not accept the personal token, or it cannot be decrypted. Store a new one."),
        (Self::TooManyAnswers, StatusCode::TOO_MANY_REQUESTS, "too_many_answers",
            "The caller has as many answers of the assistant in progress as allowed; see `Retry-After`."),
        (Self::InstallationQuotaExceeded, StatusCode::SERVICE_UNAVAILABLE, "installation_quota_exceeded",
            "The installation has no question, or no lookup, left today; `Retry-After` has the seconds until the next \
             day."),
        (Self::Unavailable, StatusCode::SERVICE_UNAVAILABLE, "unavailable",
            "The database did not respond in time; try again after `Retry-After`."),
        (Self::StorageFull, StatusCode::SERVICE_UNAVAILABLE, "storage_full",
            "The disk of the installation is full: nothing was written; reads go on."),
        (Self::Busy, StatusCode::SERVICE_UNAVAILABLE, "busy",
            "Too many people sign in at once; try again after `Retry-After`."),
        (Self::ProviderRefused, StatusCode::BAD_GATEWAY, "provider_refused",
            "The language-model provider rejected the key, the model or the question."),
        (Self::ProviderFailed, StatusCode::BAD_GATEWAY, "provider_failed",
            "The language-model provider cannot be reached, or its response is invalid."),
        (Self::AnswerCutOff, StatusCode::BAD_GATEWAY, "answer_cut_off",
            "The language-model provider's answer ended before it was complete."),
        (Self::ProviderBusy, StatusCode::SERVICE_UNAVAILABLE, "provider_busy",
            "The language-model provider has no capacity, or the key has no quota left."),
        (Self::ProviderTimeout, StatusCode::GATEWAY_TIMEOUT, "provider_timeout",
            "The language-model provider sent nothing for too long."),
    ];

    pub fn status(self) -> StatusCode {
        self.row().0
    }

    pub fn name(self) -> &'static str {
        self.row().1
    }

    fn row(self) -> (StatusCode, &'static str) {
        let row = Self::TABLE.iter().find(|row| row.0 == self);
        row.map_or((StatusCode::INTERNAL_SERVER_ERROR, "internal"), |row| (row.1, row.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_a_row_and_a_name_that_is_unique_for_its_status() {
        for (code, status, name, _) in Code::TABLE {
            assert_eq!((code.status(), code.name()), (*status, *name));
            assert_eq!(Code::TABLE.iter().filter(|row| (row.1, row.2) == (*status, *name)).count(), 1);
        }
        assert!(Code::TABLE.iter().any(|row| row.0 == Code::Unavailable));
    }
}

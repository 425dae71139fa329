//! `/api/collection/export` and `/api/collection/import`: the whole collection as a file.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, Uri, header};
use utoipa::{IntoParams, ToSchema};

use crate::{
    body::File,
    identity::Caller,
    problem::{FieldError, Problem},
    query::Parameters,
    reply,
    schema::Writable,
    services::{call, collection::transfer},
    streamed,
};

/// What `export` takes.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct As {
    /// `json` (whole), `csv` (what is owned: Discogs' columns, then ours) or `wantlist` (the same of what is wanted).
    #[param(default = "json")]
    format: Option<String>,
    /// JSON only: with every change ever made, and the values that lost a merge.
    #[param(default = true)]
    history: Option<bool>,
}

/// The whole collection as a file, crates included, the trash left out.
#[utoipa::path(get, path = "/api/collection/export", tag = "transfer", security(("token" = [])), params(As),
    responses((status = 200, description = "The file", content_type = "application/octet-stream", headers(("content-disposition" = String)))))]
pub async fn export(Caller(caller): Caller, uri: Uri) -> Result<Response, Problem> {
    let mut parameters = Parameters::parse(uri.query())?;
    let format = parameters.filter("format").unwrap_or_else(|| "json".to_owned());
    let history = parameters.text("history");
    parameters.finish()?;
    let history = match history.as_deref() {
        None | Some("true") => true,
        Some("false") => false,
        Some(_) => return Err(Problem::invalid(vec![FieldError::new("history", "must be true or false")])),
    };
    let (stream, end) = call(transfer::export_records(caller.user_id, format.clone(), history)).await?;
    let media_type = match format.as_str() {
        "csv" | "wantlist" => HeaderValue::from_static("text/csv; charset=utf-8"),
        _ => reply::JSON,
    };
    let ending = if format == "wantlist" { "wantlist.csv" } else { &format };
    let name = format!("attachment; filename=\"vinyl-vault-{}.{ending}\"", today());
    let name = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, streamed::body(stream, end)).into_response())
}

/// What `import` takes.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct From {
    /// `auto` (by the content), `discogs`, `csv` or `json`.
    #[param(default = "auto")]
    format: Option<String>,
    /// Only say what would be done.
    #[param(default = false)]
    dry_run: Option<bool>,
    /// Which column is which field: `artist:Artist Name,album:Title`.
    mapping: Option<String>,
}

/// What an import did, or would do.
#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Imported {
    dry_run: bool,
    /// `discogs`, `discogs-wantlist`, `csv` or `json`.
    format: String,
    added: i64,
    updated: i64,
    /// Unchanged, in the trash, or faulty.
    skipped: i64,
    crates_added: i64,
    /// Columns that are no field; nothing of them was read.
    ignored_columns: Vec<String>,
    /// The first 1,000, and the first 1,000 faulty ones.
    rows: Vec<ImportedRow>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct ImportedRow {
    /// As a spreadsheet counts (the header is row 1); in JSON the place in `albums` or `crates`, from 1.
    row: i64,
    /// `added`, `updated` or `skipped`.
    action: String,
    artist: String,
    album: String,
    #[schema(nullable = false)]
    reason: Option<String>,
    #[schema(nullable = false)]
    errors: Option<Vec<ImportFault>>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct ImportFault {
    /// The column's name.
    field: String,
    message: String,
}

/// Adds what a file holds: Discogs' CSV, another CSV, or an export. Nothing is removed, and the same file again adds nothing.
#[utoipa::path(post, path = "/api/collection/import", tag = "transfer", security(("token" = [])), params(From),
    request_body(description = "The file, at most 20 MiB", content((String = "text/csv"), (String = "application/json"), (String = "application/octet-stream"))),
    responses((status = 200, description = "What was done, or would be", body = Imported)))]
pub async fn import(_: Writable, Caller(caller): Caller, uri: Uri, File(body): File) -> Result<Response, Problem> {
    let mut parameters = Parameters::parse(uri.query())?;
    let options = transfer::ImportOptions {
        format: parameters.filter("format"),
        dry_run: parameters.flag("dry_run"),
        mapping: parameters.filter("mapping"),
    };
    parameters.finish()?;
    call(transfer::import_records(caller.user_id, options, body)).await.map(reply::document).map_err(Problem::from)
}

/// The date, UTC: `2026-11-20` (days to civil date: Howard Hinnant, "chrono-compatible low-level date algorithms").
fn today() -> String {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date(elapsed.as_secs() / 86_400)
}

fn date(days: u64) -> String {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + u64::from(month <= 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        for (days, expected) in [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_777, "2026-11-20")]
        {
            assert_eq!(date(days), expected);
        }
    }
}

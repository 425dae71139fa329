//! `/api/collection/export` and `/api/collection/import`: the whole collection as a file.

use axum::response::{IntoResponse as _, Response};
use gateway_macros::operation;
use guest::time;
use http::{HeaderValue, header};
use wit_bindgen::{FutureReader, StreamReader};

#[cfg(test)]
use crate::schema::transfer::{ExportFile, Imported};
use crate::{
    extract::{
        body::File,
        caller::Caller,
        database::Writable,
        query::{
            Query,
            parameter::{Filter, Flag, Text},
            query,
        },
    },
    jobs::enrichment,
    problem::Problem,
    reply,
    services::{
        call,
        collection::{
            transfer::{self, ImportOptions},
            types::Error,
        },
    },
    stream::{self, Part},
};

/// How much of an export is read at once. One page of it has some hundred KiB.
const READ_BYTES: usize = 128 << 10;

query! {
    /// How a file is written.
    pub struct ExportParams {
        /// `json` (complete), `csv` (owned albums: Discogs' columns, then ours) or `wantlist` (the same for wanted
        /// albums).
        format: Text [default = "json", enum = ["json", "csv", "wantlist"]],
        /// JSON only: include all changes ever made and the values that lost a merge.
        history: Flag<true>,
    }
}

query! {
    /// How a file is read.
    pub struct ImportParams {
        /// `auto` (detected from the content), `discogs`, `csv` or `json`.
        format: Text [default = "auto", enum = ["auto", "discogs", "csv", "json"]],
        /// Return the report without writing anything.
        dry_run: Flag<false>,
        /// Which column of a CSV file is which field: `artist:Artist Name,album:Title`.
        mapping: Filter [pattern = "^([a-z_]+:.+)?$"],
    }
}

/// Writes the whole collection as a file: albums and crates, without the trash.
#[operation(tag = "transfer", responses((
    status = 200,
    description = "The file.",
    content((ExportFile = "application/json"), (String = "text/csv")),
    headers(("content-disposition" = String)),
)))]
pub async fn export(Caller(caller): Caller, Query(params): Query<ExportParams>) -> Result<Response, Problem> {
    let ExportParams { format, history } = params;
    let format = format.unwrap_or_else(|| "json".to_owned());
    let file = call(transfer::export_records(caller.user_id, format.clone(), history)).await?;
    let media_type = match format.as_str() {
        "csv" | "wantlist" => HeaderValue::from_static("text/csv; charset=utf-8"),
        _ => reply::JSON,
    };
    let ending = if format == "wantlist" { "wantlist.csv" } else { &format };
    let name = format!("attachment; filename=\"vinyl-vault-{}.{ending}\"", time::date(time::now_millis()));
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, reply::header_value(name)),
        (header::CACHE_CONTROL, reply::NO_STORE),
    ];
    Ok((headers, stream::body(Some(file), next_part)).into_response())
}

/// The rest of a file, and whether it is complete; `None` after the error that breaks it off.
type OpenFile = Option<(StreamReader<u8>, FutureReader<Result<(), Error>>)>;

async fn next_part(file: OpenFile) -> Option<(Part, OpenFile)> {
    let (mut bytes, end) = file?;
    let (_, read) = bytes.read(Vec::with_capacity(READ_BYTES)).await;
    if !read.is_empty() {
        return Some((Ok(read), Some((bytes, end))));
    }
    end.await.err().map(|_| (Err("the export is incomplete"), None))
}

/// Adds the records of a file: Discogs' CSV, another CSV, or an export. Removes nothing; the same file imported again
/// adds nothing.
#[operation(tag = "transfer", responses(
    (status = 200, description = "What was done, or with `dry_run` would be done.", body = Imported),
))]
pub async fn import(
    _: Writable,
    Caller(caller): Caller,
    params: Result<Query<ImportParams>, Problem>,
    File(body, _place): File,
) -> Result<Response, Problem> {
    // Checked after the file was read: a client that is still sending could miss the response.
    let Query(ImportParams { format, dry_run, mapping }) = params?;
    let options = ImportOptions { format, dry_run, mapping };
    let report = call(transfer::import_records(caller.user_id, options, body)).await?;
    if !dry_run {
        enrichment::ensure(caller.user_id).await;
    }
    Ok(reply::document(report))
}

//! The whole collection as a file, written page by page: only one page is in memory.

mod sheet;

use wit_bindgen::{FutureReader, StreamReader, StreamWriter};

use crate::bindings::{wit_future, wit_stream};
use crate::csv_cell::{DISCOGS, WANTLIST};
use crate::error::Error;
use crate::store::{ExportPages, ExportPart, Store};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ExportFormat {
    Json,
    /// The albums that are owned.
    Csv,
    /// The albums that are wanted, with the columns of Discogs' wantlist.
    Wantlist,
}

impl ExportFormat {
    fn parse(name: &str) -> Result<Self, Error> {
        match name {
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            "wantlist" => Ok(Self::Wantlist),
            _ => Err(Error::invalid("format", "must be one of: json; csv; wantlist")),
        }
    }
}

/// Starts an export; returns its bytes, and its result when they end.
pub async fn export(
    user: i64,
    format: &str,
    history: bool,
) -> Result<(StreamReader<u8>, FutureReader<Result<(), Error>>), Error> {
    let format = ExportFormat::parse(format)?;
    let store = Store::open().await?;
    let (writer, bytes) = wit_stream::new();
    let (result_writer, result) = wit_future::new(|| Err(Error::Internal("the export was not finished".to_owned())));
    wit_bindgen::spawn(async move {
        let result = write(&store, user, format, history, writer).await;
        // Fails only if the caller dropped the future.
        let _ = result_writer.write(result).await;
    });
    Ok((bytes, result))
}

/// Writes the file; stops early if the caller dropped the stream.
async fn write(
    store: &Store,
    user: i64,
    format: ExportFormat,
    history: bool,
    writer: StreamWriter<u8>,
) -> Result<(), Error> {
    let mut file = FileWriter { stream: writer, is_closed: false };
    match format {
        ExportFormat::Json => write_json(store, user, history, &mut file).await,
        ExportFormat::Csv => write_csv(store, user, ExportPart::Albums, &mut file).await,
        ExportFormat::Wantlist => write_csv(store, user, ExportPart::Wants, &mut file).await,
    }
}

/// Joins pages that SQLite wrote as JSON: parsing them would take longer than reading them.
async fn write_json(store: &Store, user: i64, history: bool, file: &mut FileWriter) -> Result<(), Error> {
    let now = store.now().await?;
    file.write(format!(r#"{{"format":"vinyl-vault","version":1,"exported_at":"{now}""#).into_bytes()).await;
    let parts = [
        ("crates", ExportPart::Crates),
        ("albums", ExportPart::Albums),
        ("wants", ExportPart::Wants),
        ("history", ExportPart::Operations),
        ("lost", ExportPart::LostValues),
    ];
    for (name, part) in parts.into_iter().take(if history { 5 } else { 3 }) {
        file.write(format!(",\n\"{name}\":[").into_bytes()).await;
        let mut separator = "";
        let mut pages = ExportPages::open(store, user, part).await?;
        while let Some(page) = pages.next(store).await? {
            let items = page.get(1..page.len().saturating_sub(1)).unwrap_or_default();
            if !items.is_empty() {
                let mut bytes = separator.as_bytes().to_vec();
                bytes.extend_from_slice(items.as_bytes());
                file.write(bytes).await;
                separator = ",\n";
            }
            if file.is_closed {
                return Ok(());
            }
        }
        file.write(b"]".to_vec()).await;
    }
    file.write(b"}\n".to_vec()).await;
    Ok(())
}

async fn write_csv(store: &Store, user: i64, part: ExportPart, file: &mut FileWriter) -> Result<(), Error> {
    let crates = store.crates(user).await?.into_iter().map(|found| (found.uid, found)).collect();
    let mut pages = ExportPages::open(store, user, part).await?;
    let columns = if part == ExportPart::Wants { &WANTLIST[..] } else { &DISCOGS[..] };
    file.write(sheet::write_header(columns)?).await;
    while let Some(page) = pages.next(store).await? {
        file.write(sheet::write_rows(columns, &page, &crates)?).await;
        if file.is_closed {
            break;
        }
    }
    Ok(())
}

struct FileWriter {
    stream: StreamWriter<u8>,
    /// The caller dropped the stream.
    is_closed: bool,
}

impl FileWriter {
    async fn write(&mut self, bytes: Vec<u8>) {
        if !self.is_closed {
            self.is_closed = !self.stream.write_all(bytes).await.is_empty();
        }
    }
}

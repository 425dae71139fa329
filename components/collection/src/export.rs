//! The whole collection as a file, page by page: it is never whole in memory.

mod sheet;

use crate::cell::{DISCOGS, WANTLIST};
use crate::error::{Error, Result};
use crate::store::{Part, Store};
use wit_bindgen::StreamWriter;

/// Of records in memory at once.
const PAGE: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    /// What is owned.
    Csv,
    /// What is not, as Discogs exports a wantlist.
    Wantlist,
}

impl Format {
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            "wantlist" => Ok(Self::Wantlist),
            _ => Err(Error::invalid("format", "must be json, csv or wantlist")),
        }
    }
}

/// Writes the file until it ends or nobody reads any more.
pub async fn write(store: &Store, user: i64, format: Format, history: bool, writer: StreamWriter<u8>) -> Result<()> {
    let mut file = File { writer, gone: false };
    match format {
        Format::Json => json(store, user, history, &mut file).await,
        Format::Csv => csv(store, user, Part::Albums, &mut file).await,
        Format::Wantlist => csv(store, user, Part::Wants, &mut file).await,
    }
}

async fn json(store: &Store, user: i64, history: bool, file: &mut File) -> Result<()> {
    let now = store.now().await?;
    file.write(format!(r#"{{"format":"vinyl-vault","version":1,"exported_at":"{now}""#).into_bytes()).await;
    let parts = [
        ("crates", Part::Crates),
        ("albums", Part::Albums),
        ("wants", Part::Wants),
        ("history", Part::Operations),
        ("lost", Part::Lost),
    ];
    for (name, part) in parts.into_iter().take(if history { 5 } else { 3 }) {
        file.write(format!(",\n\"{name}\":[").into_bytes()).await;
        let mut separator = "";
        for ids in store.ids_of(user, part).await?.chunks(PAGE) {
            let page = store.page_of(user, part, ids).await?;
            let items = page.get(1..page.len().saturating_sub(1)).unwrap_or_default();
            if !items.is_empty() {
                let mut bytes = separator.as_bytes().to_vec();
                bytes.extend_from_slice(items.as_bytes());
                file.write(bytes).await;
                separator = ",\n";
            }
            if file.gone {
                return Ok(());
            }
        }
        file.write(b"]".to_vec()).await;
    }
    file.write(b"}\n".to_vec()).await;
    Ok(())
}

async fn csv(store: &Store, user: i64, part: Part, file: &mut File) -> Result<()> {
    let crates = store.folders(user).await?;
    let columns = if part == Part::Wants { &WANTLIST[..] } else { &DISCOGS[..] };
    file.write(sheet::header(columns)?).await;
    for ids in store.ids_of(user, part).await?.chunks(PAGE) {
        let page = store.page_of(user, part, ids).await?;
        file.write(sheet::rows(columns, &page, &crates)?).await;
        if file.gone {
            break;
        }
    }
    Ok(())
}

struct File {
    writer: StreamWriter<u8>,
    /// Nobody reads any more.
    gone: bool,
}

impl File {
    async fn write(&mut self, bytes: Vec<u8>) {
        if !self.gone {
            self.gone = !self.writer.write_all(bytes).await.is_empty();
        }
    }
}

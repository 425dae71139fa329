//! `release` and `facts`: one release, and the fields of an album that it gives.

mod album_fields;
mod document;

use serde_json::{Map, Value};

use crate::{
    cache::{CacheEntry, CacheKey, Lifetime},
    contract::{Answer, Caller, Error},
    discogs::{Client, Release},
    error::Result,
    lookup::Lookup,
    proxy::{Fetched, Proxy},
};

pub use album_fields::single_line;
use album_fields::{AlbumFields, Facts};

pub async fn read_release(caller: Caller, id: i64) -> Result<Answer> {
    look_up(Proxy::open(&caller).await?, id).await?.answer()
}

/// Returns the fields as a JSON object.
pub async fn read_album_fields(caller: Caller, id: i64) -> Result<String> {
    album_fields(&look_up(Proxy::open(&caller).await?, id).await?)
}

pub async fn read_album_fields_for_job(account: i64, id: i64) -> Result<String> {
    album_fields(&look_up(Proxy::open_for_job(account).await?, id).await?)
}

fn album_fields(lookup: &Lookup) -> Result<String> {
    let facts: Facts = serde_json::from_str(lookup.document()?)?;
    Ok(serde_json::to_string(&AlbumFields::from(facts))?)
}

/// The fields of an album that a release of a user's list gives, with our address of its cover.
pub fn fields_of(release: Release, cover: Option<String>) -> Option<Map<String, Value>> {
    let candidate = document::build_candidate(&release, cover, None, None);
    let facts = Facts { release: candidate, genres: release.genres, styles: release.styles, labels: release.labels };
    let fields = serde_json::to_string(&AlbumFields::from(facts)).ok()?;
    serde_json::from_str(&fields).ok().filter(|fields| !is_blank(fields))
}

/// Whether it has no artist or no title, without which there is no album.
fn is_blank(fields: &Map<String, Value>) -> bool {
    ["artist", "album"].iter().any(|name| fields.get(*name).and_then(Value::as_str).is_none_or(str::is_empty))
}

async fn look_up(proxy: Proxy, id: i64) -> Result<Lookup> {
    if id < 1 {
        return Err(Error::NotFound);
    }
    proxy.get_or_fetch(&CacheKey::named("release", id), async |client| fetch(client, id).await).await
}

async fn fetch(client: &Client<'_>, id: i64) -> Result<Fetched> {
    let Some(release) = client.release(id).await? else { return Ok(Fetched::missing()) };
    if release.id != id || release.title.is_empty() {
        return Err(Error::Failed(format!("the response for release {id} has another id or no title")));
    }
    let mut covers = client.covers();
    let document = document::build_document(release, &mut covers);
    Ok(Fetched { entry: CacheEntry::json(&document, Lifetime::RELEASE)?, covers: covers.into_vec() })
}

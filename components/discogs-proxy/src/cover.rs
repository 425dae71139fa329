//! `cover`: an image, fetched once from where an answer said that it is.

use crate::{
    cache::{Entry, Key, Terms},
    covers::{self, Cover, Covers},
    error::{Error, Result},
    fetch::{Reply, Trouble},
    image,
    lookup::{Context, Fetched},
    release,
    store::Store,
    upstream::Upstream,
};

const MAX_REDIRECTS: usize = 3;

/// Drawn for those who have none: a record without a label.
const PLACEHOLDER: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" fill="#8883"/><circle cx="50" cy="50" r="40" fill="#222"/><circle cx="50" cy="50" r="14" fill="#888"/><circle cx="50" cy="50" r="2" fill="#222"/></svg>"##;

pub struct Picture {
    pub media_type: String,
    pub bytes: Vec<u8>,
    pub max_age: u32,
}

/// What became of an address.
enum Outcome {
    Picture(Entry),
    /// Gone, or its signature has expired.
    Gone,
    /// There is something, but no image that is shown.
    NoImage,
}

pub async fn cover(key: &str) -> Result<Picture> {
    if !covers::is_key(key) {
        return Err(Error::NotFound);
    }
    let context = Context::open_for_all(0).await?;
    let place = Key::of("cover", key);
    if let Some(entry) = context.cache.get(&place).await {
        return Ok(picture(entry));
    }
    let cover = Store::open().await?.cover(key).await?.ok_or(Error::NotFound)?;
    let known = context.lookup(&place, async |upstream| fetch(upstream, &cover).await).await?;
    Ok(picture(known.entry))
}

fn picture(entry: Entry) -> Picture {
    let max_age = u32::try_from(entry.terms.fresh - entry.age()).unwrap_or_default();
    if entry.missing {
        return Picture { media_type: "image/svg+xml".to_owned(), bytes: PLACEHOLDER.into(), max_age };
    }
    Picture { media_type: entry.media_type, bytes: entry.body, max_age }
}

async fn fetch(upstream: &Upstream<'_>, cover: &Cover) -> Result<Fetched> {
    let mut outcome = download(upstream, &cover.url).await?;
    if matches!(outcome, Outcome::Gone) {
        // A signed address is good for a while; the release tells the one that is good now.
        let images = release::images(upstream, cover.release_id).await?;
        let place = usize::try_from(cover.place).unwrap_or_default();
        let address = images.get(place).and_then(|image| image.address(cover.thumb));
        if let Some(address) = address.filter(|address| *address != cover.url) {
            outcome = download(upstream, &address).await?;
            upstream.store.readdress(&cover.key, &address).await?;
        }
    }
    let entry = match outcome {
        Outcome::Picture(entry) => entry,
        Outcome::Gone | Outcome::NoImage => Entry::missing(),
    };
    Ok(Fetched { entry, covers: Covers::default() })
}

/// Follows redirects as far as the allow-list goes.
async fn download(upstream: &Upstream<'_>, address: &str) -> Result<Outcome> {
    let Some(mut uri) = image::allowed(address, None, &upstream.config.images) else { return Ok(Outcome::NoImage) };
    for _ in 0..=MAX_REDIRECTS {
        let reply = match upstream.fetch(&uri, &[("accept", "image/*")], image::MAX_BYTES).await? {
            Ok(reply) => reply,
            Err(Trouble::TooLarge) => return Ok(Outcome::NoImage),
            Err(Trouble::Denied) => {
                return Err(Error::Misconfigured("discogs_image_url is not in allowed_outbound_hosts".to_owned()));
            }
            Err(other) => return Err(Error::Failed(format!("cover: {other}"))),
        };
        match reply.status {
            200 => return Ok(read(reply)),
            301 | 302 | 303 | 307 | 308 => {
                let location = reply.header(http::header::LOCATION).unwrap_or_default();
                match image::allowed(location, Some(&uri), &upstream.config.images) {
                    Some(next) => uri = next,
                    None => return Ok(Outcome::NoImage),
                }
            }
            403 | 404 | 410 => return Ok(Outcome::Gone),
            429 => return Err(Error::Busy(60)),
            status => return Err(Error::Failed(format!("cover: status {status}"))),
        }
    }
    Ok(Outcome::NoImage)
}

/// What it is, its bytes say; what the server calls it does not count.
fn read(reply: Reply) -> Outcome {
    match image::media_type(&reply.body) {
        None => Outcome::NoImage,
        Some(media_type) => {
            let entry = Entry::json(String::new(), Terms::COVER);
            Outcome::Picture(Entry { media_type: media_type.to_owned(), body: reply.body, ..entry })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_placeholder_runs_nothing() {
        assert!(!PLACEHOLDER.contains("script") && !PLACEHOLDER.contains("href") && !PLACEHOLDER.contains("on"));
        assert!(picture(Entry::missing()).media_type.ends_with("svg+xml"));
    }
}

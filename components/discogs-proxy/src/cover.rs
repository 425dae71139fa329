//! `cover`: an image, fetched once from the address that an answer replaced.

use http::{Uri, header};

use crate::{
    cache::{CacheEntry, CacheKey},
    contract::Error,
    cover_name::{CoverName, CoverPlace},
    cover_source::CoverSource,
    discogs::{Client, HttpError, Response},
    error::Result,
    image,
    proxy::{Fetched, Proxy},
    secret::Secret,
    store::Store,
};

const MAX_REDIRECTS: usize = 3;
/// In seconds, for a 429 of the server of images.
const RETRY_AFTER: u32 = 60;

/// The placeholder for a missing cover: a record without a label.
const PLACEHOLDER: &str = concat!(
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" fill="#8883"/>"##,
    r##"<circle cx="50" cy="50" r="40" fill="#222"/><circle cx="50" cy="50" r="14" fill="#888"/>"##,
    r##"<circle cx="50" cy="50" r="2" fill="#222"/></svg>"##,
);

pub struct Image {
    pub media_type: String,
    pub bytes: Vec<u8>,
    /// In seconds.
    pub max_age: u32,
}

/// What an address led to.
enum Download {
    Image(CacheEntry),
    /// Nothing: the image was deleted, or the signature of the address has expired.
    Gone,
    /// Something that must not be shown.
    NotAnImage,
}

pub async fn read_cover(name: &str) -> Result<Image> {
    let name = CoverName::parse(name, Secret::read().await?).ok_or(Error::NotFound)?;
    let (proxy, store) = (Proxy::open_for_covers().await?, Store::open().await?);
    let (key, place, url) = match name {
        CoverName::Place(place) => (CacheKey::cover(place.id()), place, None),
        CoverName::Earlier(key) => {
            let source = store.find_earlier_cover(&key).await?.ok_or(Error::NotFound)?;
            (CacheKey::cover(key), source.place(), Some(source.url))
        }
    };
    if let Some(entry) = proxy.cache.get(&key).await {
        // A cover that cannot be recorded as used is shown all the same.
        let _ = store.touch(&key).await;
        return Ok(to_image(entry));
    }
    let lookup = proxy.get_or_fetch(&key, async |client| fetch(client, place, url.clone()).await).await?;
    Ok(to_image(lookup.entry))
}

fn to_image(entry: CacheEntry) -> Image {
    let max_age = entry.max_age();
    if entry.is_missing {
        return Image { media_type: "image/svg+xml".to_owned(), bytes: PLACEHOLDER.into(), max_age };
    }
    Image { media_type: entry.media_type, bytes: entry.body, max_age }
}

/// `earlier_url` is the address that is known for a name of an earlier release.
async fn fetch(client: &Client<'_>, place: CoverPlace, earlier_url: Option<String>) -> Result<Fetched> {
    let known = client.store.find_cover_url(place).await?.or(earlier_url);
    let mut download = match &known {
        Some(url) => fetch_image(client, url).await?,
        None => Download::Gone,
    };
    let mut covers = Vec::new();
    if matches!(download, Download::Gone) {
        let current = find_current_address(client, place).await?;
        if let Some(url) = current.filter(|url| Some(url) != known.as_ref()) {
            download = fetch_image(client, &url).await?;
            covers.push(CoverSource::new(place, url));
        }
    }
    let entry = match download {
        Download::Image(entry) => entry,
        Download::Gone | Download::NotAnImage => CacheEntry::missing(),
    };
    Ok(Fetched { entry, covers })
}

/// Asks for the release again: its images have addresses with new signatures.
async fn find_current_address(client: &Client<'_>, place: CoverPlace) -> Result<Option<String>> {
    let Some(mut release) = client.release(place.release_id).await? else { return Ok(None) };
    let index = usize::try_from(place.image_index).unwrap_or_default();
    Ok(release.take_images().get(index).and_then(|image| image.address(place.is_thumb)))
}

/// Fetches an address, and follows redirects within the origin of images.
async fn fetch_image(client: &Client<'_>, address: &str) -> Result<Download> {
    let images = &client.config.images;
    let Some(mut uri) = image::check_origin(address, None, images) else { return Ok(Download::NotAnImage) };
    for _ in 0..=MAX_REDIRECTS {
        let response = match client.get(&uri, &[("accept", "image/*")], image::MAX_BYTES).await? {
            Ok(response) => response,
            Err(HttpError::TooLarge) => return Ok(Download::NotAnImage),
            Err(HttpError::NotAllowed) => {
                let message = "the host of discogs_image_url is not in allowed_outbound_hosts";
                return Err(Error::Misconfigured(message.to_owned()));
            }
            Err(error) => return Err(Error::Failed(format!("cover: {error}"))),
        };
        match response.status {
            200 => return Ok(read_image(response)),
            301 | 302 | 303 | 307 | 308 => match redirect_target(&response, &uri, client) {
                Some(target) => uri = target,
                None => return Ok(Download::NotAnImage),
            },
            403 | 404 | 410 => return Ok(Download::Gone),
            429 => return Err(Error::Busy(RETRY_AFTER)),
            status => return Err(Error::Failed(format!("cover: status {status}"))),
        }
    }
    Ok(Download::NotAnImage)
}

fn redirect_target(response: &Response, from: &Uri, client: &Client<'_>) -> Option<Uri> {
    image::check_origin(response.header(header::LOCATION)?, Some(from), &client.config.images)
}

/// The bytes decide what it is; the server's `Content-Type` is ignored.
fn read_image(response: Response) -> Download {
    match image::detect_media_type(&response.body).filter(|_| image::has_accepted_size(&response.body)) {
        Some(media_type) => Download::Image(CacheEntry::image(media_type, response.body)),
        None => Download::NotAnImage,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_placeholder_is_an_svg_that_runs_nothing_and_loads_nothing() {
        assert_eq!(to_image(CacheEntry::missing()).media_type, "image/svg+xml");
        for word in ["script", "href", "on"] {
            assert!(!PLACEHOLDER.contains(word), "{word}");
        }
    }
}

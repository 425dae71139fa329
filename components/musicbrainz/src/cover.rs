//! `cover`: the front of a release, from the Cover Art Archive, which redirects to the hosts of the archive.

use http::{Uri, header};
use spin_sdk::key_value;
use upstream::{
    fetch::{self, HttpError, Response},
    image,
    origin::Origin,
};

use crate::{
    config::Config,
    contract::Error,
    cover_name::CoverName,
    error::{Result, internal},
    store::Store,
};

/// The archive redirects twice.
const MAX_REDIRECTS: usize = 4;
/// In pixels: the size that the archive offers between a thumb and the original.
const SIZE: u32 = 500;
/// In seconds. The front of a release changes seldom.
const MAX_AGE: u32 = 30 * 86_400;
/// In seconds, for a 429 or 503 without `Retry-After`.
const RETRY_AFTER: u32 = 10;
/// Covers that one new cover may displace.
const MAX_EVICTED: i64 = 20;

pub struct Image {
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
    /// In seconds.
    pub max_age: u32,
}

impl Image {
    fn of(bytes: Vec<u8>) -> Option<Self> {
        let media_type = image::detect_media_type(&bytes).filter(|_| image::has_accepted_size(&bytes))?;
        Some(Self { media_type, bytes, max_age: MAX_AGE })
    }
}

pub async fn read_cover(name: &str) -> Result<Image> {
    let CoverName { mbid } = CoverName::parse(name).await?.ok_or(Error::NotFound)?;
    let (files, store) = (key_value::Store::open_default().await.map_err(unavailable)?, Store::open().await?);
    let key = format!("musicbrainz/cover/{mbid}");
    // An error of the key-value store counts as a miss.
    if let Some(image) = files.get(&key).await.ok().flatten().and_then(Image::of) {
        // A cover that cannot be recorded as used is shown all the same.
        let _ = store.touch_cover(&key).await;
        return Ok(image);
    }
    let config = Config::read().await?;
    let image = fetch_front(&config, &mbid).await?.ok_or(Error::NotFound)?;
    let bytes = i64::try_from(image.bytes.len()).unwrap_or(i64::MAX);
    store.insert_cover(&key, bytes).await?;
    files.set(&key, image.bytes.as_slice()).await.map_err(unavailable)?;
    if config.cover_bytes > 0 {
        for unused in store.take_unused_covers(config.cover_bytes, MAX_EVICTED).await? {
            files.delete(&unused).await.map_err(unavailable)?;
        }
    }
    Ok(image)
}

fn unavailable(error: key_value::Error) -> Error {
    Error::Unavailable(format!("key-value store: {error}"))
}

/// Fetches the image, and follows redirects within the three origins. `None`: there is no image.
async fn fetch_front(config: &Config, mbid: &str) -> Result<Option<Image>> {
    let [index, ..] = &config.covers;
    let address = format!("{}://{}/release/{mbid}/front-{SIZE}", index.scheme, index.authority);
    let mut uri: Uri = address.parse().map_err(|error| internal(format_args!("{address}: {error}")))?;
    let headers = [("accept", "image/*"), ("user-agent", config.user_agent.as_str())];
    for _ in 0..=MAX_REDIRECTS {
        let response = match fetch::get(&uri, &config.covers.each_ref(), &headers, image::MAX_BYTES).await {
            Ok(response) => response,
            Err(HttpError::TooLarge) => return Ok(None),
            Err(HttpError::NotAllowed) => {
                let message =
                    format!("{} is not in allowed_outbound_hosts", uri.authority().map_or("", |a| a.as_str()));
                return Err(Error::Misconfigured(message));
            }
            Err(error) => return Err(Error::Failed(format!("cover: {error}"))),
        };
        match response.status {
            200 => return Ok(Image::of(response.body)),
            301 | 302 | 303 | 307 | 308 => match redirect_target(&response, &uri, &config.covers) {
                Some(target) => uri = target,
                None => return Err(Error::Failed("cover: a redirect to another host".to_owned())),
            },
            403 | 404 | 410 => return Ok(None),
            429 | 503 => {
                let seconds = response.number_header("retry-after").and_then(|seconds| u32::try_from(seconds).ok());
                return Err(Error::Busy(seconds.unwrap_or(RETRY_AFTER).clamp(1, 3_600)));
            }
            status => return Err(Error::Failed(format!("cover: status {status}"))),
        }
    }
    Err(Error::Failed("cover: too many redirects".to_owned()))
}

fn redirect_target(response: &Response, from: &Uri, allowed: &[Origin]) -> Option<Uri> {
    let location = response.header(header::LOCATION)?;
    allowed.iter().find_map(|origin| image::check_origin(location, Some(from), origin))
}

//! Addresses of covers: each of Discogs' addresses in a document is replaced by one of ours.

use serde::Serialize;

use crate::{cover_name::CoverPlace, secret::Secret};

/// Where to fetch a cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoverSource {
    /// The address at Discogs. It is signed, and the signature expires.
    pub url: String,
    pub release_id: i64,
    pub image_index: i64,
    pub is_thumb: bool,
}

impl CoverSource {
    pub fn new(place: CoverPlace, url: String) -> Self {
        let CoverPlace { release_id, image_index, is_thumb } = place;
        Self { url, release_id, image_index, is_thumb }
    }

    pub fn place(&self) -> CoverPlace {
        CoverPlace { release_id: self.release_id, image_index: self.image_index, is_thumb: self.is_thumb }
    }
}

/// The covers of one document.
pub struct CoverSources<'a> {
    secret: &'a Secret,
    sources: Vec<CoverSource>,
}

impl<'a> CoverSources<'a> {
    pub fn new(secret: &'a Secret) -> Self {
        Self { secret, sources: Vec::new() }
    }

    /// Replaces an address at Discogs by ours, and remembers both.
    pub fn replace(&mut self, address: &mut Option<String>, release_id: i64, image_index: i64, is_thumb: bool) {
        let Some(url) = address.take() else { return };
        let place = CoverPlace { release_id, image_index, is_thumb };
        *address = Some(format!("/cache/images/{}.jpg", place.name(self.secret)));
        if !self.sources.iter().any(|source| source.place() == place) {
            self.sources.push(CoverSource::new(place, url));
        }
    }

    pub fn into_vec(self) -> Vec<CoverSource> {
        self.sources
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cover_name::CoverName;

    #[test]
    fn an_address_at_discogs_is_replaced_and_listed_once() {
        let secret = Secret::new(b"secret").unwrap();
        let mut sources = CoverSources::new(&secret);
        let url = || Some("https://i.discogs.com/a.jpeg".to_owned());
        let (mut first, mut same, mut none) = (url(), url(), None);
        for address in [&mut first, &mut same, &mut none] {
            sources.replace(address, 1, 0, false);
        }
        let sources = sources.into_vec();
        assert_eq!((&first, sources.len(), none), (&same, 1, None));
        let name = first.unwrap().replace("/cache/images/", "").replace(".jpg", "");
        assert_eq!(CoverName::parse(&name, &secret), Some(CoverName::Place(sources[0].place())));
    }
}

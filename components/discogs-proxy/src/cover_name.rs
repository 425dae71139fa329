//! The names of covers in our addresses: `/cache/images/{name}.jpg`.
//!
//! A name says which image of which release it is, and ends in a code of the installation's secret. So it needs no row
//! in the database, it is the same each time that Discogs names the image, and a stranger cannot make one up.

use crate::secret::{Purpose, Secret};

/// An image of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoverPlace {
    pub release_id: i64,
    /// The position among the release's images, the front first.
    pub image_index: i64,
    /// Whether it is the small version of the image.
    pub is_thumb: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CoverName {
    Place(CoverPlace),
    /// A name that an earlier release made: a hash of Discogs' address. Users' albums have such names.
    Earlier(String),
}

impl CoverPlace {
    pub fn name(self, secret: &Secret) -> String {
        let id = self.id();
        let code = secret.code(Purpose::CoverName, &id);
        format!("{id}-{code}")
    }

    /// The name without its code.
    pub fn id(self) -> String {
        let Self { release_id, image_index, is_thumb } = self;
        format!("{release_id}-{image_index}{}", if is_thumb { "t" } else { "" })
    }

    fn parse(id: &str) -> Option<Self> {
        let (release, image) = id.split_once('-')?;
        let (image, is_thumb) = image.strip_suffix('t').map_or((image, false), |image| (image, true));
        Some(Self { release_id: release.parse().ok()?, image_index: image.parse().ok()?, is_thumb })
    }
}

impl CoverName {
    /// Returns `None` if this installation never made such a name.
    pub fn parse(name: &str, secret: &Secret) -> Option<Self> {
        if is_hash(name) {
            return Some(Self::Earlier(name.to_owned()));
        }
        let (id, code) = name.rsplit_once('-')?;
        let place = CoverPlace::parse(id)?;
        secret.is_code(Purpose::CoverName, id, code).then_some(Self::Place(place))
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRONT: CoverPlace = CoverPlace { release_id: 249_504, image_index: 0, is_thumb: false };

    fn secret() -> Secret {
        Secret::new(b"the secret of an installation").unwrap()
    }

    #[test]
    fn a_name_is_parsed_by_the_installation_that_made_it() {
        for place in [FRONT, CoverPlace { is_thumb: true, ..FRONT }, CoverPlace { image_index: 12, ..FRONT }] {
            let name = place.name(&secret());
            assert_eq!(CoverName::parse(&name, &secret()), Some(CoverName::Place(place)), "{name}");
            assert_eq!(CoverName::parse(&name, &Secret::new(b"another secret").unwrap()), None);
        }
    }

    #[test]
    fn a_name_that_was_made_up_is_refused() {
        let name = FRONT.name(&secret());
        let code = name.rsplit('-').next().unwrap();
        for other in [
            format!("249505-0-{code}"),
            format!("249504-0t-{code}"),
            format!("249504-1-{code}"),
            format!("0249504-0-{code}"),
            format!("249504-0-{}", &code[..30]),
            "249504-0-".to_owned(),
            "249504-0".to_owned(),
            "../../etc/passwd".to_owned(),
            String::new(),
        ] {
            assert_eq!(CoverName::parse(&other, &secret()), None, "{other}");
        }
    }

    #[test]
    fn a_name_of_an_earlier_release_is_recognised() {
        let name = "0123456789abcdef0123456789abcdef";
        assert_eq!(CoverName::parse(name, &secret()), Some(CoverName::Earlier(name.to_owned())));
    }
}

//! The releases: each of them is the twin of a release of Discogs.

use crate::discogs::{Pressing, Random};

#[derive(Debug)]
pub struct Twin {
    pub mbid: String,
    /// The MBID of the album.
    pub group: String,
    pub pressing: Pressing,
}

impl Twin {
    /// The twins of these releases. One release in seven has none.
    pub fn all(pressings: &[Pressing]) -> Vec<Self> {
        pressings.iter().filter(|pressing| !pressing.id.is_multiple_of(7)).map(Self::of).collect()
    }

    fn of(pressing: &Pressing) -> Self {
        let album = if pressing.master_id == 0 { pressing.id } else { pressing.master_id };
        Self { mbid: mbid(pressing.id), group: mbid(album << 8), pressing: pressing.clone() }
    }

    /// Whether the Cover Art Archive has its front. It has some that Discogs has not.
    pub fn has_front(&self) -> bool {
        !self.pressing.id.is_multiple_of(4) || !self.pressing.has_image()
    }

    /// The number of the front at the Cover Art Archive.
    pub fn image_id(&self) -> u64 {
        10_000_000_000 + self.pressing.id
    }
}

pub fn is_linked(release: u64) -> bool {
    !release.is_multiple_of(7) && !release.is_multiple_of(3)
}

/// A UUID of version 4 that depends on the number.
pub fn mbid(number: u64) -> String {
    let mut random = Random::new(number ^ 0x4d42);
    let (a, b, c) = (random.below(1 << 32), random.below(1 << 16), random.below(1 << 12));
    let (d, e) = (random.below(1 << 12), random.below(1 << 48));
    format!("{a:08x}-{b:04x}-4{c:03x}-8{d:03x}-{e:012x}")
}

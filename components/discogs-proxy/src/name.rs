//! Names of artists and albums: parsed and normalised for comparison, and as Discogs is asked for them.

mod artist;
mod edition;
mod normalize;
mod title;

pub use artist::{Artist, artist_to_search, display_artist};
pub use normalize::normalize;
pub use title::{Title, album_to_search, is_self_titled};

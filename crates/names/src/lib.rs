//! Names of artists and albums: parsed and normalised for comparison, and as Discogs is asked for them. Barcodes.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a failed assertion should panic"
    )
)]

mod artist;
pub mod barcode;
mod edition;
mod normalize;
mod script;
mod title;
mod words;

pub use artist::{Artist, artist_to_search, display_artist};
pub use normalize::{normalize, normalize_in_script};
pub use title::{Title, album_to_search, is_self_titled};
pub use words::{are_same_words, compare_names};

//! The notice that Discogs' terms of use require beside its data.

use serde::Serialize;

const TEXT: &str = "Data provided by Discogs.";
const NOTICE: &str = "This application uses Discogs' API but is not affiliated with, sponsored or endorsed by Discogs. \
                      'Discogs' is a trademark of Zink Media, LLC.";

#[derive(Debug, Clone, Serialize)]
pub struct Attribution {
    text: &'static str,
    /// The page that `text` must link to.
    url: String,
    notice: &'static str,
}

impl Attribution {
    /// For data of one page at Discogs.
    pub fn of_page(url: String) -> Self {
        Self { text: TEXT, url, notice: NOTICE }
    }

    /// For data of several pages.
    pub fn general() -> Self {
        Self::of_page("https://www.discogs.com/".to_owned())
    }
}

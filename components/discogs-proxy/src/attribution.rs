//! What Discogs' terms ask to be shown with its data.

use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub struct Attribution {
    text: &'static str,
    /// Where the text leads.
    url: String,
    notice: &'static str,
}

/// Beside data of a page at Discogs.
pub fn of(url: String) -> Attribution {
    Attribution {
        text: "Data provided by Discogs.",
        url,
        notice: "This application uses Discogs' API but is not affiliated with, sponsored or endorsed by Discogs. 'Discogs' is a trademark of Zink Media, LLC.",
    }
}

/// Beside data of several pages.
pub fn general() -> Attribution {
    of("https://www.discogs.com/".to_owned())
}

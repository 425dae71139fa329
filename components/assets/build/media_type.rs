//! The media type of a file, by the end of its path.

pub struct MediaType {
    pub content_type: &'static str,
    /// Whether compression makes the file smaller.
    pub is_text: bool,
}

const MEDIA_TYPES: &[(&str, &str, bool)] = &[
    (".css", "text/css; charset=utf-8", true),
    (".html", "text/html; charset=utf-8", true),
    (".js", "text/javascript; charset=utf-8", true),
    (".mjs", "text/javascript; charset=utf-8", true),
    ("/manifest.json", "application/manifest+json", true),
    (".json", "application/json", true),
    (".svg", "image/svg+xml", true),
    (".txt", "text/plain; charset=utf-8", true),
    (".jpg", "image/jpeg", false),
    (".png", "image/png", false),
    (".webp", "image/webp", false),
    (".woff2", "font/woff2", false),
    ("/api/docs", "text/html; charset=utf-8", true),
    ("/LICENSE", "text/plain; charset=utf-8", true),
];

pub fn of_path(path: &str) -> Option<MediaType> {
    let (_, content_type, is_text) = MEDIA_TYPES.iter().find(|(end, ..)| path.ends_with(end))?;
    Some(MediaType { content_type, is_text: *is_text })
}

//! Images at other servers: which addresses may be fetched, and which bytes are an image.

use http::Uri;

use crate::origin::Origin;

/// A cover is smaller.
pub const MAX_BYTES: usize = 5 << 20;

/// In pixels. Discogs' images have at most 600 in width and height. A browser needs four bytes for each pixel, however
/// few bytes the file has.
const MAX_SIDE: usize = 4_096;

/// Returns the address if it leads to an image. Without credentials Discogs sends empty texts, and for a release
/// without an image it may send the address of a spacer.
pub fn check_address(text: &str) -> Option<String> {
    let uri: Uri = text.parse().ok()?;
    Origin::of(&uri)?;
    let file = uri.path().rsplit('/').next().unwrap_or_default();
    (!file.is_empty() && !file.starts_with("spacer")).then(|| text.to_owned())
}

/// Returns the address if its origin is `images`. `redirected_from` is the address that redirected to it, if one did:
/// then `text` may be a path.
pub fn check_origin(text: &str, redirected_from: Option<&Uri>, images: &Origin) -> Option<Uri> {
    let is_path = text.starts_with('/') && !text.starts_with("//");
    let uri: Uri = match redirected_from {
        Some(from) if is_path => format!("{}://{}{text}", from.scheme_str()?, from.authority()?).parse().ok()?,
        _ => text.parse().ok()?,
    };
    (Origin::of(&uri)? == *images).then_some(uri)
}

/// Returns the media type by the first bytes; `None` if browsers do not show it. SVG is excluded because it may contain
/// scripts.
pub fn detect_media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => Some("image/avif"),
        _ => None,
    }
}

/// Whether the width and the height that the file states are at most `MAX_SIDE`.
pub fn has_accepted_size(bytes: &[u8]) -> bool {
    imagesize::blob_size(bytes)
        .is_ok_and(|size| (1..=MAX_SIDE).contains(&size.width) && (1..=MAX_SIDE).contains(&size.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_recognised_by_its_bytes() {
        assert_eq!(detect_media_type(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some("image/jpeg"));
        assert_eq!(detect_media_type(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(detect_media_type(b"GIF89a.."), Some("image/gif"));
        assert_eq!(detect_media_type(b"RIFF\x10\0\0\0WEBPVP8 "), Some("image/webp"));
        for other in
            [&b"<svg xmlns=\"http://www.w3.org/2000/svg\">"[..], b"<!doctype html>", b"", b"\xff\xd8", b"RIFF....WAVE"]
        {
            assert_eq!(detect_media_type(other), None);
        }
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let chunk = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
        [&chunk[..], &width.to_be_bytes(), &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat()
    }

    #[test]
    fn an_image_with_too_many_pixels_is_refused() {
        assert!(has_accepted_size(&png(600, 600)));
        assert!(has_accepted_size(&png(4_096, 1)));
        for (width, height) in [(4_097, 1), (1, 4_097), (30_000, 30_000), (0, 600), (u32::MAX, u32::MAX)] {
            assert!(!has_accepted_size(&png(width, height)), "{width} x {height}");
        }
        assert!(!has_accepted_size(b"\xff\xd8\xff\xe0\0\x10JFIF"), "a JPEG that states no size");
    }

    #[test]
    fn only_the_configured_origin_is_fetched() {
        let images = Origin::parse("https://i.discogs.com").unwrap();
        let from: Uri = "https://i.discogs.com/a/b.jpeg".parse().unwrap();
        for good in ["https://i.discogs.com/x.jpeg", "https://I.Discogs.com/x.jpeg", "/moved.jpeg"] {
            assert!(check_origin(good, Some(&from), &images).is_some(), "{good}");
        }
        for bad in [
            "http://i.discogs.com/x.jpeg",
            "https://i.discogs.com:8443/x.jpeg",
            "https://i.discogs.com@evil.example/x.jpeg",
            "https://u@i.discogs.com/x.jpeg",
            "https://i.discogs.com.evil.example/x.jpeg",
            "http://169.254.169.254/latest/meta-data",
            "http://127.0.0.1/x",
            "//evil.example/x.jpeg",
            "file:///etc/passwd",
            "x.jpeg",
            "",
        ] {
            assert!(check_origin(bad, Some(&from), &images).is_none(), "{bad}");
        }
        assert!(check_origin("/moved.jpeg", None, &images).is_none());
    }

    #[test]
    fn a_spacer_is_not_an_image() {
        assert!(check_address("https://i.discogs.com/abc/def.jpeg").is_some());
        for none in ["", "https://st.discogs.com/x/spacer.gif", "spacer.gif", "https://i.discogs.com/"] {
            assert!(check_address(none).is_none(), "{none}");
        }
    }
}

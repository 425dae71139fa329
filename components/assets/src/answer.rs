//! From a request to status, headers and body. Knows nothing of WASI, so that it is tested without.

use std::borrow::Cow;

use crate::files::{self, File};
use crate::negotiation::{Encoding, accepts, matches};
use crate::request_id;

/// What of a request matters; a header that is missing is empty.
#[derive(Default)]
pub struct Request<'a> {
    /// Empty for one that no file takes.
    pub method: &'a str,
    pub path: &'a str,
    pub accept_encoding: &'a str,
    pub if_none_match: &'a str,
    pub request_id: &'a str,
}

pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    pub body: Vec<u8>,
}

/// On every answer.
const SECURITY: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    // Scanning a barcode is all that the app asks of a device.
    ("permissions-policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Kept, but asked for each time: the names of the files do not change when they do. With the service worker nothing is asked.
const REVALIDATE: &str = "no-cache";

impl Answer {
    pub fn to(request: &Request) -> Self {
        let mut answer = match (request.method, files::find(request.path)) {
            ("GET" | "HEAD", Some(file)) => Self::with(request, file, 200),
            ("GET" | "HEAD", None) => Self::not_found(request),
            _ => Self::bare(405, vec![("allow", "GET, HEAD".into())]),
        };
        answer.headers.extend(SECURITY.map(|(name, value)| (name, value.into())));
        answer.headers.push(("x-request-id", request_id::of(request.request_id)));
        answer
    }

    fn not_found(request: &Request) -> Self {
        match files::not_found() {
            Some(page) => Self::with(request, page, 404),
            None => Self::bare(404, Vec::new()),
        }
    }

    fn bare(status: u16, mut headers: Vec<(&'static str, Cow<'static, str>)>) -> Self {
        headers.push(("content-length", "0".into()));
        Self { status, headers, body: Vec::new() }
    }

    fn with(request: &Request, file: &File, status: u16) -> Self {
        let encoding = file.encoding(|encoding| accepts(request.accept_encoding, encoding));
        let mut headers: Vec<(&'static str, Cow<'static, str>)> = vec![
            ("cache-control", if status == 200 { REVALIDATE } else { "no-store" }.into()),
            ("vary", "accept-encoding".into()),
            ("content-security-policy", file.policy.into()),
        ];
        if status == 200 {
            // A strong tag is that of the bytes, so each encoding has its own.
            let etag = match encoding {
                Encoding::Identity => format!("\"{}\"", file.etag),
                _ => format!("\"{}-{}\"", file.etag, encoding.name()),
            };
            let is_known = matches(request.if_none_match, &etag);
            headers.push(("etag", etag.into()));
            if is_known {
                return Self { status: 304, headers, body: Vec::new() };
            }
        }
        headers.push(("content-type", file.content_type.into()));
        headers.push(("content-length", file.length(encoding).to_string().into()));
        if encoding != Encoding::Identity {
            headers.push(("content-encoding", encoding.name().into()));
        }
        if !file.preload.is_empty() {
            headers.push(("link", file.preload.into()));
        }
        let body = if request.method == "HEAD" { Vec::new() } else { file.body(encoding) };
        Self { status, headers, body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Content;

    fn get(path: &str) -> Request<'_> {
        Request { method: "GET", path, ..Request::default() }
    }

    fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
        answer.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_ref())
    }

    #[test]
    fn every_file_is_answered_whole_in_each_encoding() {
        for file in files::FILES {
            for accepted in ["br, gzip", "gzip", ""] {
                let answer = Answer::to(&Request { accept_encoding: accepted, ..get(file.path) });
                let place = format!("{} {accepted}", file.path);
                assert_eq!(answer.status, 200, "{place}");
                assert!(!answer.body.is_empty(), "{place}");
                assert_eq!(header(&answer, "content-length"), Some(answer.body.len().to_string().as_str()), "{place}");
                let is_packed = header(&answer, "content-encoding").is_some();
                assert_eq!(is_packed, matches!(file.content, Content::Compressed { .. }) && !accepted.is_empty());
            }
        }
    }

    #[test]
    fn an_answer_that_is_known_is_not_sent_again() {
        let first = Answer::to(&Request { accept_encoding: "br", ..get("/") });
        let etag = header(&first, "etag").unwrap();
        let again = Answer::to(&Request { accept_encoding: "br", if_none_match: etag, ..get("/") });
        assert_eq!((again.status, again.body.len()), (304, 0));
        assert_eq!(header(&again, "etag"), Some(etag));
        // Its other encodings are other bytes.
        assert_eq!(Answer::to(&Request { if_none_match: etag, ..get("/") }).status, 200);
    }

    #[test]
    fn a_head_is_that_of_the_file_without_its_body() {
        let (whole, head) = (Answer::to(&get("/")), Answer::to(&Request { method: "HEAD", ..get("/") }));
        assert!(!whole.body.is_empty() && head.body.is_empty());
        for name in ["content-length", "content-type", "etag"] {
            assert_eq!(header(&whole, name), header(&head, name));
        }
    }

    #[test]
    fn what_is_not_there_or_not_done_is_refused() {
        for path in ["", "/nothing", "/index.htm", "/../frontend/index.html", "/index.html/", "/%69ndex.html", "//"] {
            let answer = Answer::to(&get(path));
            assert_eq!((answer.status, header(&answer, "etag")), (404, None), "{path}");
        }
        let answer = Answer::to(&Request { method: "", ..get("/") });
        assert_eq!((answer.status, header(&answer, "allow")), (405, Some("GET, HEAD")));
    }

    #[test]
    fn no_page_may_run_what_stands_in_it() {
        for file in files::FILES {
            let answer = Answer::to(&get(file.path));
            let policy = header(&answer, "content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{}", file.path);
            assert_eq!(header(&answer, "x-content-type-options"), Some("nosniff"));
        }
    }

    #[test]
    fn the_worker_keeps_every_page_by_its_hash() {
        let worker = String::from_utf8(files::find("/sw.js").unwrap().body(Encoding::Identity)).unwrap();
        let list = worker.lines().next().unwrap();
        assert!(list.starts_with("self.PRECACHE = {"), "{list:.80}");
        for file in files::FILES.iter().filter(|file| file.path.ends_with(".html")) {
            assert!(list.contains(&format!("{:?}:\"{}", file.path, file.etag)), "{}", file.path);
        }
        assert!(!list.contains("/sw.js") && !list.contains("/api/"));
    }
}

//! Computes the response to a request.

use std::borrow::Cow;

use guest::{entity_tag::TagList, hosts::Hosts, request_id};

use crate::{
    files::{self, File},
    negotiation::{Encoding, accepts},
};

/// The parts of a request that matter here. A missing header is empty.
#[derive(Default)]
pub struct Request<'a> {
    /// `GET`, `HEAD`, or empty for any other method.
    pub method: &'a str,
    /// The host of the address that the request was sent to, with or without a port.
    pub host: &'a str,
    pub path: &'a str,
    pub accept_encoding: &'a str,
    pub if_none_match: &'a str,
    pub request_id: &'a str,
}

pub struct Response {
    pub status: u16,
    pub headers: Headers,
    pub body: Vec<u8>,
}

type Headers = Vec<(&'static str, Cow<'static, str>)>;

/// The headers of every response.
const SECURITY: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    // The app needs no device but the camera, which scans barcodes.
    ("permissions-policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// A browser may store a file but must revalidate it each time, because the path of a file does not change when its
/// content does. With the service worker, no request is sent.
const REVALIDATE: &str = "no-cache";

/// `hosts`: those of the installation, or `None` if they are misconfigured.
pub fn respond(request: &Request, hosts: Option<&Hosts>) -> Response {
    let mut response = match hosts {
        Some(hosts) if hosts.allow(request.host) => serve(request),
        Some(_) => text(request, 421, "This installation has another host name.\n"),
        None => text(request, 500, "The installation is misconfigured; its log says how to correct it.\n"),
    };
    response.headers.extend(SECURITY.map(|(name, value)| (name, value.into())));
    if hosts.is_some_and(|hosts| hosts.is_https) {
        response.headers.push(("strict-transport-security", "max-age=31536000".into()));
    }
    let id = match request_id::is_safe(request.request_id.as_bytes()) {
        true => request.request_id.to_owned(),
        false => request_id::generate(),
    };
    response.headers.push(("x-request-id", id.into()));
    response
}

fn serve(request: &Request) -> Response {
    match (request.method, files::find(request.path)) {
        ("GET" | "HEAD", Some(file)) => found(request, file),
        ("GET" | "HEAD", None) => not_found(request),
        _ => without_body(405, vec![("allow", "GET, HEAD".into())]),
    }
}

/// A refusal of any request, in words.
fn text(request: &Request, status: u16, words: &'static str) -> Response {
    let headers = vec![
        ("cache-control", "no-store".into()),
        ("content-type", "text/plain; charset=utf-8".into()),
        ("content-length", words.len().to_string().into()),
    ];
    let body = if request.method == "HEAD" { Vec::new() } else { words.into() };
    Response { status, headers, body }
}

fn found(request: &Request, file: &File) -> Response {
    let encoding = choose_encoding(request, file);
    // A strong tag belongs to the bytes that are sent, so each encoding has its own.
    let tag = match encoding {
        Encoding::Identity => file.etag.to_owned(),
        _ => format!("{}-{}", file.etag, encoding.name()),
    };
    let mut headers = common_headers(file, REVALIDATE);
    headers.push(("etag", format!("\"{tag}\"").into()));
    if TagList::parse(request.if_none_match).is_some_and(|tags| tags.matches_weakly(&tag)) {
        return Response { status: 304, headers, body: Vec::new() };
    }
    with_body(request, file, encoding, 200, headers)
}

fn not_found(request: &Request) -> Response {
    match files::not_found() {
        Some(page) => with_body(request, page, choose_encoding(request, page), 404, common_headers(page, "no-store")),
        None => without_body(404, Vec::new()),
    }
}

fn choose_encoding(request: &Request, file: &File) -> Encoding {
    file.encoding(|encoding| accepts(request.accept_encoding, encoding))
}

/// The headers of a file that a 304 has, too.
fn common_headers(file: &File, cache_control: &'static str) -> Headers {
    vec![
        ("cache-control", cache_control.into()),
        ("vary", "accept-encoding".into()),
        ("content-security-policy", file.policy.into()),
    ]
}

fn without_body(status: u16, mut headers: Headers) -> Response {
    headers.push(("content-length", "0".into()));
    Response { status, headers, body: Vec::new() }
}

fn with_body(request: &Request, file: &File, encoding: Encoding, status: u16, mut headers: Headers) -> Response {
    headers.push(("content-type", file.content_type.into()));
    headers.push(("content-length", file.length(encoding).to_string().into()));
    if encoding != Encoding::Identity {
        headers.push(("content-encoding", encoding.name().into()));
    }
    if !file.preload.is_empty() {
        headers.push(("link", file.preload.into()));
    }
    let body = if request.method == "HEAD" { Vec::new() } else { file.body(encoding) };
    Response { status, headers, body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Content;

    fn get(path: &str) -> Request<'_> {
        Request { method: "GET", path, ..Request::default() }
    }

    /// The response of an installation without a host name.
    fn respond(request: &Request) -> Response {
        super::respond(request, Some(&Hosts::default()))
    }

    fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
        response.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_ref())
    }

    #[test]
    fn every_file_is_sent_completely_in_each_encoding() {
        for file in files::FILES {
            for accepted in ["br, gzip", "gzip", ""] {
                let response = respond(&Request { accept_encoding: accepted, ..get(file.path) });
                let case = format!("{} {accepted}", file.path);
                assert_eq!(response.status, 200, "{case}");
                assert!(!response.body.is_empty(), "{case}");
                assert_eq!(
                    header(&response, "content-length"),
                    Some(response.body.len().to_string().as_str()),
                    "{case}"
                );
                let is_encoded = header(&response, "content-encoding").is_some();
                assert_eq!(is_encoded, matches!(file.content, Content::Compressed { .. }) && !accepted.is_empty());
            }
        }
    }

    #[test]
    fn a_file_that_the_client_has_is_not_sent_again() {
        let first = respond(&Request { accept_encoding: "br", ..get("/") });
        let etag = header(&first, "etag").unwrap();
        let again = respond(&Request { accept_encoding: "br", if_none_match: etag, ..get("/") });
        assert_eq!((again.status, again.body.len()), (304, 0));
        assert_eq!(header(&again, "etag"), Some(etag));
        // The other encodings have other tags.
        assert_eq!(respond(&Request { if_none_match: etag, ..get("/") }).status, 200);
    }

    #[test]
    fn a_head_request_gets_the_headers_of_the_file_without_its_body() {
        let (whole, head) = (respond(&get("/")), respond(&Request { method: "HEAD", ..get("/") }));
        assert!(!whole.body.is_empty() && head.body.is_empty());
        for name in ["content-length", "content-type", "etag"] {
            assert_eq!(header(&whole, name), header(&head, name));
        }
    }

    #[test]
    fn an_unknown_path_or_another_method_is_refused() {
        for path in ["", "/nothing", "/index.htm", "/../frontend/index.html", "/index.html/", "/%69ndex.html", "//"] {
            let response = respond(&get(path));
            assert_eq!((response.status, header(&response, "etag")), (404, None), "{path}");
        }
        let response = respond(&Request { method: "", ..get("/") });
        assert_eq!((response.status, header(&response, "allow")), (405, Some("GET, HEAD")));
    }

    #[test]
    fn a_request_for_another_host_gets_no_file() {
        let hosts = Hosts::parse("", "https://vinyl.example.org").unwrap();
        for (host, status) in
            [("vinyl.example.org:8443", 200), ("127.0.0.1:3000", 200), ("evil.example", 421), ("", 421)]
        {
            for path in ["/", "/sw.js", "/nothing"] {
                let response = super::respond(&Request { host, ..get(path) }, Some(&hosts));
                let expected = if path == "/nothing" && status == 200 { 404 } else { status };
                assert_eq!(response.status, expected, "{host}{path}");
                assert_eq!(header(&response, "strict-transport-security"), Some("max-age=31536000"));
            }
        }
        assert_eq!(super::respond(&get("/"), None).status, 500);
        assert_eq!(header(&respond(&get("/")), "strict-transport-security"), None);
    }

    #[test]
    fn no_page_may_run_inline_code() {
        for file in files::FILES {
            let response = respond(&get(file.path));
            let policy = header(&response, "content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{}", file.path);
            assert_eq!(header(&response, "x-content-type-options"), Some("nosniff"));
        }
    }

    #[test]
    fn the_service_worker_lists_every_page_with_its_hash() {
        let worker = String::from_utf8(files::find("/sw.js").unwrap().body(Encoding::Identity)).unwrap();
        let list = worker.lines().next().unwrap();
        assert!(list.starts_with("self.PRECACHE = {"), "{list:.80}");
        for file in files::FILES.iter().filter(|file| file.path.ends_with(".html")) {
            assert!(list.contains(&format!("{:?}:\"{}", file.path, file.etag)), "{}", file.path);
        }
        assert!(!list.contains("/sw.js") && !list.contains("/api/"));
    }
}

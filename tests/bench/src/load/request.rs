//! Requests as bytes.

/// An access token, or `None` for a public route.
pub type Token<'a> = Option<&'a str>;

pub fn get(path: &str, token: Token<'_>) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", authorization(token)).into_bytes()
}

pub fn post(path: &str, token: Token<'_>, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n{}\r\n{body}",
        body.len(),
        authorization(token)
    )
    .into_bytes()
}

fn authorization(token: Token<'_>) -> String {
    token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"))
}

//! What holds for every request of every route: request ids, headers, size limits, and an RFC 9457 problem for
//! every error.

mod bodies;
mod headers;
mod malformed;
mod passwords;
mod paths;

use std::time::Duration;

use tests::App;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const LOGIN: &str = "/api/auth/login";
const JSON: &str = "application/json";
/// The end of a request line, and the headers that every raw request has.
const HEAD: &str = "HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";

/// Sends these exact bytes, and reads until the server closes the connection.
async fn send_raw(app: &App, request: impl AsRef<[u8]>) -> String {
    let address = app.url().trim_start_matches("http://").to_owned();
    let (mut read, mut write) = TcpStream::connect(address).await.expect("a connection").into_split();
    // The server may answer and close the connection before it has read the whole request: a failed write is fine.
    let sending = async {
        let _ = write.write_all(request.as_ref()).await;
    };
    let mut answer = Vec::new();
    let reading = tokio::time::timeout(Duration::from_secs(20), read.read_to_end(&mut answer));
    let ((), result) = tokio::join!(sending, reading);
    let text = String::from_utf8_lossy(&answer).into_owned();
    let result = result.unwrap_or_else(|_| panic!("the server kept the connection open after: {text}"));
    assert!(result.is_ok() || !answer.is_empty(), "{result:?}");
    text
}

fn status(answer: &str) -> u16 {
    let code = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).and_then(|code| code.parse().ok());
    code.unwrap_or_else(|| panic!("no status in {answer:?}"))
}

//! Accepts connections, and refuses those that are too many.

use std::{io::Write, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::{Server, connection, log_limit::LogLimit};

/// The kernel reports that a socket takes more bytes when fewer than half of these are unsent. Without this, it waits
/// until a third of a buffer of up to 4 MB is free, and a client that reads slowly would seem to read nothing.
static UNSENT_BYTES: i32 = 128 << 10;
/// The answer to a connection that is not served.
const REFUSAL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-type: application/problem+json\r\ncontent-length: 131\r\nretry-after: 1\r\nconnection: close\r\n\r\n\
    {\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,\
    \"detail\":\"Too many connections. Try again shortly.\",\"code\":\"busy\"}";

/// Accepts connections until `stop` changes, then returns at once. Each connection finishes its requests; it holds a
/// clone of `stop` until then.
pub async fn serve(server: Arc<Server>, listener: TcpListener, mut stop: watch::Receiver<bool>) {
    limit_unsent(&listener);
    let refusals = LogLimit::new("connections were refused: there are too many, of one address or of all");
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stop.changed() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, client) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // There are no file descriptors left, or the client disconnected before it was accepted.
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        match server.addresses.admit(client.ip(), &server.limits, server.connections) {
            Some(admitted) => {
                tokio::spawn(connection::serve(server.clone(), stream, client, admitted, stop.clone()));
            }
            None => {
                refuse(stream);
                refusals.add();
            }
        }
    }
}

/// Sends the refusal if the socket takes it at once, as a new one does. Does not wait.
fn refuse(stream: TcpStream) {
    if let Ok(mut socket) = stream.into_std() {
        let _ = socket.write(REFUSAL);
    }
}

/// Sockets inherit the option from the listener.
fn limit_unsent(listener: &TcpListener) {
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd;
        let length = size_of_val(&UNSENT_BYTES) as libc::socklen_t;
        // SAFETY: the pointer and the length are those of a static, which outlives the call.
        #[allow(unsafe_code, reason = "no library in use has this option")]
        let set = unsafe {
            libc::setsockopt(
                listener.as_raw_fd(),
                libc::IPPROTO_TCP,
                libc::TCP_NOTSENT_LOWAT,
                (&raw const UNSENT_BYTES).cast(),
                length,
            )
        };
        if set != 0 {
            tracing::debug!(error = %std::io::Error::last_os_error(), "TCP_NOTSENT_LOWAT is not available");
        }
    }
}

//! One connection: finds the version of HTTP, serves the requests, and ends the connection when it is overdue.

use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use hyper::{
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    sync::watch,
    time::{sleep, timeout},
};

use super::{
    Server,
    activity::{Activity, Overdue},
    addresses::Admitted,
    io::CountedSocket,
};
use crate::limits::ConnectionLimits;

/// What an HTTP/2 connection begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The maximum size of a request's head; proxies commonly allow 8 to 64 kB.
const HEAD_BYTES: usize = 64 << 10;
/// Bodies that an HTTP/2 client may send before a guest takes them: of a stream, and of the connection.
const STREAM_WINDOW: u32 = 128 << 10;
const CONNECTION_WINDOW: u32 = 256 << 10;
/// The part of an answer that waits in an HTTP/2 stream for the client.
const SEND_BUFFER: usize = 64 << 10;
/// Streams that a client resets before they are served. It is disconnected beyond this number, and beyond the number
/// of streams with errors: only attacks have so many.
const RESET_STREAMS: usize = 20;
const FAULTY_STREAMS: usize = 128;
/// How long an HTTP/2 client may take to close an idle connection itself.
const GOAWAY_TIME: Duration = Duration::from_secs(1);

/// The settings of both versions.
pub struct Protocols {
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
}

impl Protocols {
    pub fn new(limits: &ConnectionLimits) -> Self {
        let mut http1 = http1::Builder::new();
        // `Activity` limits the time of heads: hyper's limit includes the time between two requests.
        http1.header_read_timeout(None).max_buf_size(HEAD_BYTES);
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .max_header_list_size(HEAD_BYTES as u32)
            .max_concurrent_streams(limits.streams)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(SEND_BUFFER)
            .max_pending_accept_reset_streams(RESET_STREAMS)
            .max_local_error_reset_streams(FAULTY_STREAMS)
            // Notices a client that disappeared during a long answer.
            .keep_alive_interval(Duration::from_secs(30));
        Self { http1, http2 }
    }
}

/// Serves a connection until it ends.
pub async fn serve(
    server: Arc<Server>,
    mut stream: TcpStream,
    client: SocketAddr,
    admitted: Admitted,
    mut stop: watch::Receiver<bool>,
) {
    // The head and the body of a response are often two writes. With Nagle's algorithm and delayed acknowledgements
    // the second write would wait for 40 ms.
    let _ = stream.set_nodelay(true);
    let first = tokio::select! {
        first = read_start(&mut stream, &server.limits) => first,
        _ = stop.changed() => return,
    };
    let Some(first) = first else { return };
    let is_http2 = first == PREFACE;
    let activity = Arc::new(Activity::new(server.memory.clone(), admitted.address.clone()));
    let io = TokioIo::new(CountedSocket::new(first, stream, activity.clone()));
    let service = {
        let (server, activity) = (server.clone(), activity.clone());
        service_fn(move |request| {
            let (server, activity) = (server.clone(), activity.clone());
            async move { Ok::<_, Infallible>(server.answer(request, client, &activity).await) }
        })
    };
    let overdue = activity.overdue(&server.limits, is_http2);
    let ended = match is_http2 {
        true => {
            let connection = server.protocols.http2.serve_connection(io, service);
            drive(connection, http2::Connection::graceful_shutdown, &activity, overdue, stop).await
        }
        false => {
            let connection = server.protocols.http1.serve_connection(io, service);
            drive(connection, http1::Connection::graceful_shutdown, &activity, overdue, stop).await
        }
    };
    match ended {
        Ok(()) => {}
        // The client disconnected, or sent something that is not HTTP.
        Err(Ended::Http(error)) => tracing::debug!(%client, %error, "connection ended"),
        Err(Ended::Overdue(reason)) => tracing::debug!(%client, ?reason, "connection closed"),
    }
}

/// Reads what shows the version: the first byte, or the whole of the preface of HTTP/2. `None`: the client did not send
/// it in time, or disconnected.
async fn read_start(stream: &mut TcpStream, limits: &ConnectionLimits) -> Option<Vec<u8>> {
    let mut first = vec![0; PREFACE.len()];
    let mut count = timeout(limits.first_byte, stream.read(&mut first)).await.ok()?.ok()?;
    let rest = async {
        while count > 0 && count < PREFACE.len() && PREFACE.starts_with(first.get(..count)?) {
            match stream.read(first.get_mut(count..)?).await.ok()? {
                0 => return None,
                more => count += more,
            }
        }
        Some(())
    };
    timeout(limits.head, rest).await.ok()??;
    first.truncate(count);
    (count > 0).then_some(first)
}

enum Ended {
    Http(hyper::Error),
    Overdue(Overdue),
}

/// Runs a connection until it ends, is overdue, or has finished its requests after the application stopped.
async fn drive<C: Future<Output = hyper::Result<()>>>(
    connection: C,
    close: fn(Pin<&mut C>),
    activity: &Activity,
    overdue: impl Future<Output = Overdue>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Ended> {
    let (mut connection, mut overdue) = (pin!(connection), pin!(overdue));
    let mut stopping = false;
    let reason = loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => return ended.map_err(Ended::Http),
            reason = overdue.as_mut() => break reason,
            _ = stop.changed(), if !stopping => {
                stopping = true;
                close(connection.as_mut());
            }
        }
    };
    match reason {
        Overdue::Write => activity.discard.store(true, Ordering::Relaxed),
        Overdue::Idle => {
            close(connection.as_mut());
            tokio::select! {
                _ = connection.as_mut() => {}
                () = sleep(GOAWAY_TIME) => {}
            }
        }
        Overdue::Head => {}
    }
    Err(Ended::Overdue(reason))
}

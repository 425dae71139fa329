//! The socket of a connection, which counts what it transfers.

use std::{
    io,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::activity::{Activity, Held};

/// A head up to this size is not counted as held memory: nearly all are smaller.
const USUAL_HEAD: usize = 8 << 10;

/// The bytes that were read to find the version of HTTP, then the socket.
pub struct CountedSocket {
    first: Vec<u8>,
    stream: TcpStream,
    activity: Arc<Activity>,
    /// The bytes since the last request, the number of that request, and the memory that they take.
    head: usize,
    after: u64,
    held: Option<Held>,
}

impl CountedSocket {
    pub fn new(first: Vec<u8>, stream: TcpStream, activity: Arc<Activity>) -> Self {
        Self { first, stream, activity, head: 0, after: 0, held: None }
    }

    /// Counts bytes that arrived while there is no request: they may be the beginning of a large head.
    fn count_head(&mut self, bytes: usize) -> io::Result<()> {
        let requests = self.activity.requests();
        if self.activity.has_requests() || requests != self.after {
            (self.head, self.after, self.held) = (0, requests, None);
        }
        if self.activity.has_requests() {
            return Ok(());
        }
        self.activity.received();
        self.head += bytes;
        if self.head > USUAL_HEAD {
            let held = self.held.get_or_insert_with(|| Held::new(&self.activity, 0));
            held.add(bytes);
            if held.is_too_much() {
                return Err(io::ErrorKind::OutOfMemory.into());
            }
        }
        Ok(())
    }

    fn wrote(&self, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &result {
            Poll::Ready(Ok(bytes)) => self.activity.wrote(Some(*bytes)),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.activity.wrote(None),
        }
        result
    }
}

impl AsyncRead for CountedSocket {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.first.is_empty() {
            let count = self.first.len().min(into.remaining());
            into.put_slice(&self.first[..count]);
            self.first.drain(..count);
            return Poll::Ready(Ok(()));
        }
        let before = into.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, into) {
            Poll::Ready(Ok(())) => {
                let bytes = into.filled().len() - before;
                match bytes {
                    0 => Poll::Ready(Ok(())),
                    bytes => Poll::Ready(self.count_head(bytes)),
                }
            }
            other => other,
        }
    }
}

impl AsyncWrite for CountedSocket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Drop for CountedSocket {
    fn drop(&mut self) {
        if self.activity.discard.load(Ordering::Relaxed) {
            // Otherwise the kernel would keep the unread bytes for minutes.
            let _ = self.stream.set_zero_linger();
        }
    }
}

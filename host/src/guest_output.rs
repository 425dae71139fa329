//! The lines that guests print, written to standard error.
//!
//! One thread with a bounded queue writes them: a terminal or a pipe that does not drain never delays a request, and
//! lines of several guests are never mixed. Lines that do not fit the queue are dropped and counted in the log.

use std::{
    io::Write,
    pin::Pin,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::{
    cli::{IsTerminal, StdoutStream},
    p2::{OutputStream, Pollable, StreamResult},
};

/// The maximum of chunks that wait for the writing thread; each is about one line.
const QUEUE_LENGTH: usize = 8192;
/// A line longer than this is written in parts.
const MAX_LINE: usize = 64 << 10;

static DROPPED: AtomicU64 = AtomicU64::new(0);

enum Entry {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

fn queue() -> &'static SyncSender<Entry> {
    static QUEUE: OnceLock<SyncSender<Entry>> = OnceLock::new();
    QUEUE.get_or_init(|| {
        let (sender, receiver) = sync_channel(QUEUE_LENGTH);
        // If the thread cannot be started, lines are dropped and the application is served.
        let _ = std::thread::Builder::new().name("guest-output".to_owned()).spawn(move || write_lines(&receiver));
        sender
    })
}

fn write_lines(queue: &Receiver<Entry>) {
    let mut buffer = Vec::with_capacity(64 << 10);
    while let Ok(first) = queue.recv() {
        let mut entry = Some(first);
        let mut flushed = Vec::new();
        while let Some(now) = entry {
            match now {
                Entry::Line(line) => buffer.extend_from_slice(&line),
                Entry::Flush(done) => flushed.push(done),
            }
            entry = if buffer.len() < 48 << 10 { queue.try_recv().ok() } else { None };
        }
        let dropped = DROPPED.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            tracing::warn!(dropped, "lines of guests were dropped: standard error does not drain");
        }
        // An error cannot be reported: standard error is closed.
        let _ = std::io::stderr().lock().write_all(&buffer);
        buffer.clear();
        for done in flushed {
            let _ = done.send(());
        }
    }
}

/// Waits until the lines that guests have printed are written, for at most 1 s.
pub fn flush() {
    let (sender, receiver) = sync_channel(1);
    if queue().send(Entry::Flush(sender)).is_ok() {
        let _ = receiver.recv_timeout(Duration::from_secs(1));
    }
}

/// The standard output and error of guests.
pub struct GuestOutput;

impl StdoutStream for GuestOutput {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(Lines::default())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(Lines::default())
    }
}

impl IsTerminal for GuestOutput {
    fn is_terminal(&self) -> bool {
        false
    }
}

/// Splits the output of a guest into lines.
#[derive(Default)]
struct Lines {
    partial: Vec<u8>,
}

impl Lines {
    fn push(&mut self, bytes: &[u8]) {
        self.partial.extend_from_slice(bytes);
        if let Some(end) = self.partial.iter().rposition(|b| *b == b'\n') {
            let rest = self.partial.split_off(end + 1);
            send(std::mem::replace(&mut self.partial, rest));
        } else if self.partial.len() > MAX_LINE {
            self.end();
        }
    }

    fn end(&mut self) {
        if !self.partial.is_empty() {
            self.partial.push(b'\n');
            send(std::mem::take(&mut self.partial));
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.end();
    }
}

fn send(line: Vec<u8>) {
    if queue().try_send(Entry::Line(line)).is_err() {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

impl OutputStream for Lines {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.push(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MAX_LINE)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Lines {
    async fn ready(&mut self) {}
}

impl AsyncWrite for Lines {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.push(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

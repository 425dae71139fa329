//! Logs: the host's own, and the lines that guests print.
//!
//! Guests' lines pass through one thread with a bounded queue: a terminal or a pipe that does not
//! drain never stops a request, lines of several guests never mix, and what had to be dropped is
//! counted and said.

use std::io::Write;
use std::pin::Pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use tracing_subscriber::EnvFilter;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// How the host's own events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Json,
    Text,
}

/// Sends the host's events to stderr; the first call wins. `RUST_LOG` sets the level.
pub fn init(format: Option<Format>) {
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let json = format.map_or(!terminal, |f| f == Format::Json);
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let set = if json {
        subscriber.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init()
    } else {
        subscriber.with_ansi(terminal).with_target(false).compact().try_init()
    };
    // Another part of the process (a test) has set its own subscriber: it stays.
    drop(set);
}

/// Chunks waiting for the writing thread; each is about one line.
const QUEUE: usize = 8192;
/// A line longer than this is written in pieces.
const LINE: usize = 64 << 10;

static DROPPED: AtomicU64 = AtomicU64::new(0);

enum Entry {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

fn queue() -> &'static SyncSender<Entry> {
    static QUEUE_IN: OnceLock<SyncSender<Entry>> = OnceLock::new();
    QUEUE_IN.get_or_init(|| {
        let (sender, receiver) = sync_channel(QUEUE);
        // Without the thread the queue fills and lines are dropped: serving goes on.
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
            buffer.extend_from_slice(format!("{{\"level\":\"WARN\",\"message\":\"{dropped} lines of guests were dropped: stderr does not drain\"}}\n").as_bytes());
        }
        // A closed stderr cannot be reported anywhere.
        let _ = std::io::stderr().lock().write_all(&buffer);
        buffer.clear();
        for done in flushed {
            let _ = done.send(());
        }
    }
}

/// Waits until the lines printed so far are written.
pub fn flush() {
    let (sender, receiver) = sync_channel(1);
    if queue().send(Entry::Flush(sender)).is_ok() {
        let _ = receiver.recv_timeout(std::time::Duration::from_secs(1));
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

/// Cuts what a guest writes into lines.
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
        } else if self.partial.len() > LINE {
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
        Ok(LINE)
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

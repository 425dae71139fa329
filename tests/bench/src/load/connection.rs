//! One HTTP/1.1 keep-alive connection.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

use super::chunked::Chunked;

/// Enough to read an answer with a few hundred albums at once.
const BUFFER: usize = 256 << 10;

pub struct Connection {
    stream: TcpStream,
    buffer: Box<[u8]>,
}

/// The status and the length of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub status: u16,
    /// The length of the body.
    pub length: usize,
}

enum Framing {
    Length(usize),
    Chunked,
}

struct Head {
    status: u16,
    framing: Framing,
    bytes: usize,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("could not connect to {address}"))?;
        Self::of(stream)
    }

    /// Connects as a client at another address of this machine, such as 127.0.0.2.
    pub async fn open_from(local: Ipv4Addr, address: SocketAddr) -> anyhow::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((local, 0).into())?;
        Self::of(socket.connect(address).await.with_context(|| format!("could not connect to {address}"))?)
    }

    fn of(stream: TcpStream) -> anyhow::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; BUFFER].into_boxed_slice() })
    }

    /// Sends a request and reads the whole answer. Passes each part of the body to `body`.
    pub async fn exchange(&mut self, request: &[u8], mut body: impl FnMut(&[u8])) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await.context("could not send a request")?;
        let mut filled = 0;
        let head = loop {
            filled += self.read(filled).await?;
            if let Some(head) = parse(&self.buffer[..filled])? {
                break head;
            }
        };
        let first = head.bytes..filled;
        let length = match head.framing {
            Framing::Length(length) => self.read_length(first, length, &mut body).await?,
            Framing::Chunked => self.read_chunks(first, &mut body).await?,
        };
        Ok(Answer { status: head.status, length })
    }

    async fn read_length(
        &mut self,
        first: std::ops::Range<usize>,
        length: usize,
        body: &mut impl FnMut(&[u8]),
    ) -> anyhow::Result<usize> {
        let mut got = first.len();
        body(&self.buffer[first]);
        while got < length {
            let count = self.read(0).await?;
            body(&self.buffer[..count]);
            got += count;
        }
        if got > length {
            bail!("an answer has {} bytes more than its content-length", got - length);
        }
        Ok(length)
    }

    async fn read_chunks(
        &mut self,
        first: std::ops::Range<usize>,
        body: &mut impl FnMut(&[u8]),
    ) -> anyhow::Result<usize> {
        let mut chunked = Chunked::default();
        chunked.feed(&self.buffer[first], body)?;
        while !chunked.is_done() {
            let count = self.read(0).await?;
            chunked.feed(&self.buffer[..count], body)?;
        }
        Ok(chunked.length())
    }

    async fn read(&mut self, from: usize) -> anyhow::Result<usize> {
        match self.stream.read(&mut self.buffer[from..]).await.context("could not read an answer")? {
            0 => bail!("the server closed the connection"),
            count => Ok(count),
        }
    }
}

fn parse(bytes: &[u8]) -> anyhow::Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(bytes) = response.parse(bytes).context("an answer is not HTTP")? else {
        return Ok(None);
    };
    let mut framing = None;
    for header in response.headers.iter() {
        if header.name.eq_ignore_ascii_case("content-length") {
            framing = Some(Framing::Length(std::str::from_utf8(header.value)?.parse()?));
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            framing = Some(Framing::Chunked);
        }
    }
    let status = response.code.unwrap_or_default();
    Ok(Some(Head {
        status,
        framing: framing.context("an answer has neither content-length nor transfer-encoding")?,
        bytes,
    }))
}

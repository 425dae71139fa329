//! The calls of the API that prepare a measurement.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::{
    catalogue,
    load::{Connection, Length, Load, request},
    process::Process,
};

const PASSWORD: &str = "a long enough password";
/// The number of albums in one sync; the API accepts at most 5,000.
const BATCH: u64 = 5_000;

#[derive(Clone, Copy)]
pub struct Api {
    pub address: SocketAddr,
    process: u32,
    client: Ipv4Addr,
}

/// An account and its access token.
pub struct Account {
    pub email: String,
    pub token: String,
}

impl Api {
    pub fn new(process: &Process) -> Self {
        Self { address: process.address, process: process.id(), client: Ipv4Addr::LOCALHOST }
    }

    /// The same API for a client at another address of this machine.
    pub fn at_address(self, client: Ipv4Addr) -> Self {
        Self { client, ..self }
    }

    pub async fn register(self, name: &str) -> anyhow::Result<Account> {
        self.sign_in("/api/auth/register", name, 201).await
    }

    async fn sign_in(self, path: &str, name: &str, status: u16) -> anyhow::Result<Account> {
        let email = format!("{name}@example.com");
        let (got, body) = self.call(&request::post(path, None, &credentials(&email))).await?;
        ensure!(got == status, "{path} answers {got}: {}", String::from_utf8_lossy(&body));
        let body: Value = serde_json::from_slice(&body)?;
        let token = body["access_token"].as_str().context("there is no access_token")?.to_owned();
        Ok(Account { email, token })
    }

    /// Registers an account and adds this many albums.
    pub async fn collector(self, name: &str, albums: u64) -> anyhow::Result<Account> {
        let account = self.register(name).await?;
        for first in (0..albums).step_by(usize::try_from(BATCH)?) {
            let body = catalogue::sync(first, BATCH.min(albums - first))?;
            self.sync(&account, &body).await.with_context(|| format!("could not add the albums from {first} on"))?;
        }
        Ok(account)
    }

    /// Sends a sync. Returns the time that it took and the length of its answer.
    pub async fn sync(self, account: &Account, body: &str) -> anyhow::Result<(Duration, usize)> {
        let request = request::post("/api/collection/sync", Some(&account.token), body);
        let mut connection = Connection::open_from(self.client, self.address).await?;
        let mut kept = Vec::new();
        let begin = Instant::now();
        let answer = connection
            .exchange(&request, |part| {
                // The beginning is enough for an error message.
                if kept.len() < 1_000 {
                    kept.extend_from_slice(part);
                }
            })
            .await?;
        let elapsed = begin.elapsed();
        ensure!(answer.status == 200, "a sync answers {}: {}", answer.status, String::from_utf8_lossy(&kept));
        Ok((elapsed, answer.length))
    }

    /// The albums of a page.
    pub async fn page(self, account: &Account, limit: u64) -> anyhow::Result<Vec<Value>> {
        let (status, body) = self.call(&request::get(&page_path(limit), Some(&account.token))).await?;
        ensure!(status == 200, "a page answers {status}: {}", String::from_utf8_lossy(&body));
        match serde_json::from_slice::<Value>(&body)?["items"].take() {
            Value::Array(items) => Ok(items),
            _ => anyhow::bail!("a page has no items"),
        }
    }

    async fn call(self, request: &[u8]) -> anyhow::Result<(u16, Vec<u8>)> {
        let mut body = Vec::new();
        let mut connection = Connection::open_from(self.client, self.address).await?;
        let answer = connection.exchange(request, |part| body.extend_from_slice(part)).await?;
        Ok((answer.status, body))
    }

    /// A load of one request. Every answer must have the length of the first one.
    pub async fn load(self, request: Vec<u8>, connections: usize) -> anyhow::Result<Load> {
        let (status, body) = self.call(&request).await?;
        ensure!(status == 200, "the request to be measured answers {status}: {}", String::from_utf8_lossy(&body));
        Ok(self.load_of([request].into(), connections, Length::Exactly(body.len())))
    }

    /// A load of several requests, sent in turn.
    pub fn load_of(self, requests: Arc<[Vec<u8>]>, connections: usize, length: Length) -> Load {
        Load { address: self.address, process: self.process, requests, connections, length }
    }
}

pub fn page_path(limit: u64) -> String {
    format!("/api/collection?limit={limit}")
}

/// The body of a registration or a login.
pub fn credentials(email: &str) -> String {
    json!({"email": email, "password": PASSWORD}).to_string()
}

//! Attacks by many requests, or by requests that cost much.

use std::{fmt::Write as _, sync::Arc, time::Instant};

use serde_json::json;
use tokio::{task::JoinSet, time::timeout_at};

use super::{Target, tally::Tally};
use crate::load::{Connection, request};

/// Three rounds of 16 syncs at once.
pub async fn long_pages(target: &Target) -> anyhow::Result<Tally> {
    let body = json!({"device_id": "attacker", "cursor": null, "ops": []}).to_string();
    let sync = Arc::new(request::post("/api/collection/sync", Some(&target.token), &body));
    let mut tally = Tally::default();
    for _ in 0..3 {
        let sync = sync.clone();
        tally.add(send(target, 16, Some(1), move |_| sync.to_vec()).await);
        if Instant::now() >= target.until {
            break;
        }
    }
    Ok(tally)
}

pub async fn unknown_members(target: &Target) -> anyhow::Result<Tally> {
    let mut body = String::from(r#"{"artist":"a","album":"b""#);
    for number in 0..40_000 {
        write!(body, r#","unknown{number:05}":1"#)?;
    }
    body.push('}');
    let create = request::post("/api/collection", Some(&target.token), &body);
    Ok(send(target, 4, None, move |_| create.clone()).await)
}

pub async fn logins(target: &Target) -> anyhow::Result<Tally> {
    let login = |number| {
        let body = json!({"email": format!("unknown{number}@example.com"), "password": "wrong password"});
        request::post("/api/auth/login", None, &body.to_string())
    };
    Ok(send(target, 16, None, login).await)
}

pub async fn registrations(target: &Target) -> anyhow::Result<Tally> {
    let register = |number| {
        let body = json!({"email": format!("flood{number}@example.com"), "password": "a long enough password"});
        request::post("/api/auth/register", None, &body.to_string())
    };
    Ok(send(target, 16, None, register).await)
}

pub async fn cheap_requests(target: &Target) -> anyhow::Result<Tally> {
    let list = request::get("/api/collection", None);
    Ok(send(target, 64, None, move |_| list.clone()).await)
}

/// Sends the requests of `make`, which gets a number, on these connections: each at most `most`, or until the end of
/// the attack. A connection that was closed is opened again.
async fn send(
    target: &Target,
    connections: usize,
    most: Option<usize>,
    make: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static,
) -> Tally {
    let make = Arc::new(make);
    let mut running = JoinSet::new();
    for connection in 0..connections {
        let (target, make) = (target.clone(), make.clone());
        running.spawn(async move {
            let (mut tally, mut open) = (Tally::default(), None);
            for number in 0..most.unwrap_or(usize::MAX) {
                let request = make(connection * 1_000_000 + number);
                let exchange = exchange(&target, &mut open, &request);
                match timeout_at(target.until.into(), exchange).await {
                    Err(_) => {
                        tally.count("unfinished");
                        break;
                    }
                    Ok(Ok(status)) => tally.count(status.to_string()),
                    Ok(Err(_)) => (tally.count("closed"), open = None).1,
                }
            }
            tally
        });
    }
    let mut sum = Tally::default();
    running.join_all().await.into_iter().for_each(|tally| sum.add(tally));
    sum
}

async fn exchange(target: &Target, open: &mut Option<Connection>, request: &[u8]) -> anyhow::Result<u16> {
    let connection = match open.take() {
        Some(connection) => open.insert(connection),
        None => open.insert(Connection::open(target.api.address).await?),
    };
    Ok(connection.exchange(request, |_| {}).await?.status)
}

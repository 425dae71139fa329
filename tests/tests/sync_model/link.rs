//! The link between devices and server, which loses, delays, doubles and reorders.

use std::collections::HashSet;

use serde_json::Value;
use tests::Caller;

use crate::{
    client::Client,
    run::{Act, Fate, Run},
};

enum Held {
    Request(usize, Value),
    Answer(usize, Value),
}

pub struct Link<'a> {
    server: &'a Caller,
    held: Vec<Held>,
    pub requests: usize,
    /// Operations in the order in which they first came to the server.
    pub arrived: Vec<String>,
    known: HashSet<String>,
}

pub const SYNC: &str = "/api/collection/sync";

impl<'a> Link<'a> {
    pub fn to(server: &'a Caller) -> Self {
        Self { server, held: Vec::new(), requests: 0, arrived: Vec::new(), known: HashSet::new() }
    }

    /// The devices after the run, when the link is whole again and all have heard everything.
    pub async fn play(&mut self, run: &Run, cursor: Option<i64>) -> Vec<Client> {
        let mut clients: Vec<_> = run.skews.iter().map(|skew| Client::new(*skew, cursor)).collect();
        for step in &run.steps {
            let device = step.device % clients.len();
            match step.act {
                Act::Sync(take, fate) => self.sync(&mut clients, device, take, fate).await,
                Act::Release => self.release(&mut clients, step.which).await,
                _ => clients[device].act(step),
            }
        }
        while !self.held.is_empty() {
            self.release(&mut clients, self.requests).await;
        }
        for _ in 0..10 {
            let mut quiet = true;
            for client in &mut clients {
                let answer = self.deliver(&client.request(usize::MAX)).await;
                quiet &= !client.receive(&answer) && client.is_idle();
            }
            if quiet {
                return clients;
            }
        }
        panic!("the devices never come to rest");
    }

    async fn sync(&mut self, clients: &mut [Client], device: usize, take: usize, fate: Fate) {
        let body = clients[device].request(take);
        match fate {
            Fate::RequestLost => {}
            Fate::RequestHeld => self.held.push(Held::Request(device, body)),
            Fate::AnswerLost => {
                self.deliver(&body).await;
            }
            Fate::AnswerHeld => {
                let answer = self.deliver(&body).await;
                self.held.push(Held::Answer(device, answer));
            }
            Fate::Through | Fate::Twice | Fate::CopyHeld => {
                let answer = self.deliver(&body).await;
                clients[device].receive(&answer);
                if let Fate::Twice = fate {
                    let again = self.deliver(&body).await;
                    clients[device].receive(&again);
                } else if let Fate::CopyHeld = fate {
                    self.held.push(Held::Request(device, body));
                }
            }
        }
    }

    async fn release(&mut self, clients: &mut [Client], which: usize) {
        if self.held.is_empty() {
            return;
        }
        let (device, answer) = match self.held.swap_remove(which % self.held.len()) {
            Held::Request(device, body) => (device, self.deliver(&body).await),
            Held::Answer(device, answer) => (device, answer),
        };
        clients[device].receive(&answer);
    }

    async fn deliver(&mut self, body: &Value) -> Value {
        self.requests += 1;
        for op in body["ops"].as_array().expect("ops") {
            let op_id = op["op_id"].as_str().expect("an op_id");
            if self.known.insert(op_id.to_owned()) {
                self.arrived.push(op_id.to_owned());
            }
        }
        self.server.post(SYNC, body.clone()).await.expect(200).json()
    }
}

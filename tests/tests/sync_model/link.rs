//! A link between devices and server that loses, delays, duplicates and reorders requests and answers.

use std::collections::HashSet;

use serde_json::Value;
use tests::Caller;

use crate::{
    client::Client,
    run::{Action, Delivery, Run},
};

/// A request or an answer that the link delivers later, and the number of its device.
enum Held {
    Request(usize, Value),
    Answer(usize, Value),
}

pub struct Link<'a> {
    server: &'a Caller,
    held: Vec<Held>,
    pub requests: usize,
    /// The ids of operations in the order of their first arrival at the server.
    pub arrived: Vec<String>,
    arrived_set: HashSet<String>,
}

pub const SYNC: &str = "/api/collection/sync";

impl<'a> Link<'a> {
    pub fn to(server: &'a Caller) -> Self {
        Self { server, held: Vec::new(), requests: 0, arrived: Vec::new(), arrived_set: HashSet::new() }
    }

    /// Carries out a run. Then delivers everything that is held, and synchronises until no device receives anything
    /// new. Returns the devices.
    pub async fn play(&mut self, run: &Run, cursor: Option<i64>) -> Vec<Client> {
        let mut clients: Vec<_> = run.skews.iter().map(|skew| Client::new(*skew, cursor)).collect();
        for step in &run.steps {
            let device = step.device % clients.len();
            match step.action {
                Action::Sync(take, delivery) => self.sync(&mut clients, device, take, delivery).await,
                Action::Release => self.release(&mut clients, step.which).await,
                _ => clients[device].act(step),
            }
        }
        while !self.held.is_empty() {
            self.release(&mut clients, self.requests).await;
        }
        for _ in 0..10 {
            let mut is_stable = true;
            for client in &mut clients {
                let answer = self.deliver(&client.request(usize::MAX)).await;
                is_stable &= !client.receive(&answer) && client.is_idle();
            }
            if is_stable {
                return clients;
            }
        }
        panic!("the devices still receive changes after 10 rounds");
    }

    async fn sync(&mut self, clients: &mut [Client], device: usize, take: usize, delivery: Delivery) {
        let body = clients[device].request(take);
        match delivery {
            Delivery::RequestLost => {}
            Delivery::RequestHeld => self.held.push(Held::Request(device, body)),
            Delivery::AnswerLost => {
                self.deliver(&body).await;
            }
            Delivery::AnswerHeld => {
                let answer = self.deliver(&body).await;
                self.held.push(Held::Answer(device, answer));
            }
            Delivery::Normal | Delivery::Twice | Delivery::CopyHeld => {
                let answer = self.deliver(&body).await;
                clients[device].receive(&answer);
                if let Delivery::Twice = delivery {
                    let again = self.deliver(&body).await;
                    clients[device].receive(&again);
                } else if let Delivery::CopyHeld = delivery {
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
            if self.arrived_set.insert(op_id.to_owned()) {
                self.arrived.push(op_id.to_owned());
            }
        }
        self.server.post(SYNC, body.clone()).await.expect(200).json()
    }
}

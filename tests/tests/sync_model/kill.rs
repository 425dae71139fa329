//! `kill -9` at random moments while devices synchronise.

use std::time::{Duration, Instant};

use proptest::strategy::{Strategy, ValueTree};
use tempfile::TempDir;
use tests::{Caller, Process};

use crate::{
    client::Client,
    invariants::prove,
    ledger::Ledger,
    link::SYNC,
    run::{Act, Fate, Skew, Step, runner, runs},
    runtime, seed, setting,
};

/// Does the steps over and over until the host is gone; comes back with the client and whether a request of its was cut in
/// flight (and not refused, as one is that comes after the kill).
async fn work(mut client: Client, server: Caller, steps: Vec<Step>) -> (Client, bool) {
    loop {
        for step in &steps {
            let Act::Sync(take, fate) = step.act else {
                client.act(step);
                continue;
            };
            let request = server.request(reqwest::Method::POST, SYNC).json(&client.request(take));
            let answer = match request.send().await {
                Ok(answer) => answer,
                Err(error) => return (client, !error.is_connect()),
            };
            assert_eq!(answer.status(), 200);
            let Ok(body) = answer.bytes().await else { return (client, true) };
            if !matches!(fate, Fate::AnswerLost) {
                client.receive(&serde_json::from_slice(&body).expect("JSON"));
            }
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_by_a_hundred_kills_during_syncs() {
    let (runtime, began, kills) = (runtime(), Instant::now(), setting("SYNC_MODEL_KILLS", 100));
    let state = TempDir::new().expect("a temporary folder");
    let mut random = runner(1, 0, seed());
    let plans = (runs(3..=3, 10..=25), 0_u64..60);
    let mut process = runtime.block_on(Process::start(state.path()));
    let token = runtime.block_on(process.anonymous().register("collector@example.org")).access_token;
    let ledger = Ledger::open(&state.path().join("sqlite_db.db"));
    let since = (ledger.end(), ledger.now());
    let mut clients = [Skew::DayBehind, Skew::Right, Skew::Future]
        .map(|skew| Client::new(skew, None))
        .into_iter()
        .collect::<Vec<_>>();
    let (mut struck, mut cut) = (0, 0);

    for _ in 0..kills {
        let (run, delay) = plans.new_tree(&mut random).expect("a plan").current();
        let server = process.anonymous().bearing(&token);
        clients = runtime.block_on(async {
            let workers: Vec<_> = clients
                .into_iter()
                .map(|client| {
                    let mut steps = run.steps.clone();
                    let sync = Act::Sync(usize::MAX, Fate::Through);
                    steps.push(Step { act: sync, ..steps[0].clone() });
                    steps.rotate_left(client.made.len() % run.steps.len());
                    tokio::spawn(work(client, server.clone(), steps))
                })
                .collect();
            tokio::time::sleep(Duration::from_millis(2 + delay)).await;
            process.kill();
            let (mut clients, mut requests) = (Vec::new(), 0);
            for worker in workers {
                let (client, in_flight) = worker.await.expect("a worker sees answers or a broken connection");
                requests += usize::from(in_flight);
                clients.push(client);
            }
            struck += usize::from(requests > 0);
            cut += requests;
            clients
        });
        process = runtime.block_on(Process::start(state.path()));
    }

    let server = process.anonymous().bearing(&token);
    clients.push(Client::new(Skew::Right, None));
    runtime.block_on(rest(&mut clients, &server));
    let figures = prove(&ledger, &clients, &since);
    process.kill();
    ledger.check();
    println!(
        "{kills} kills, {struck} of them in the middle of requests ({cut} cut), {figures}, in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    assert!(struck > kills as usize / 2, "the kills strike during syncs");
}

/// Synchronises until nobody hears anything new.
pub async fn rest(clients: &mut [Client], server: &Caller) {
    for _ in 0..100 {
        let mut quiet = true;
        for client in &mut *clients {
            let answer = server.post(SYNC, client.request(usize::MAX)).await.expect(200).json();
            quiet &= !client.receive(&answer) && client.is_idle();
        }
        if quiet {
            return;
        }
    }
    panic!("the devices never come to rest");
}

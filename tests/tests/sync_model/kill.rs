//! The host is killed (SIGKILL) at random moments while devices synchronise.

use std::time::{Duration, Instant};

use proptest::strategy::{Strategy, ValueTree};
use tempfile::TempDir;
use tests::{Caller, Process};

use crate::{
    client::Client,
    invariants::check_invariants,
    ledger::Ledger,
    link::SYNC,
    run::{Action, ClockSkew, Delivery, Step, runner, runs},
    runtime, seed, setting,
};

/// Repeats the steps until the host is killed. Returns the client, and whether the kill interrupted one of its requests
/// (a connection that is refused after the kill does not count).
async fn run_until_killed(mut client: Client, server: Caller, steps: Vec<Step>) -> (Client, bool) {
    loop {
        for step in &steps {
            let Action::Sync(take, delivery) = step.action else {
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
            if !matches!(delivery, Delivery::AnswerLost) {
                client.receive(&serde_json::from_slice(&body).expect("JSON"));
            }
        }
    }
}

#[test]
fn no_acknowledged_operation_is_lost_when_the_host_is_killed() {
    let (runtime, start, kills) = (runtime(), Instant::now(), setting("SYNC_MODEL_KILLS", 100));
    let state = TempDir::new().expect("a temporary folder");
    let mut random = runner(1, 0, seed());
    let plans = (runs(3..=3, 10..=25), 0_u64..60);
    let mut process = runtime.block_on(Process::start(state.path()));
    let token = runtime.block_on(process.anonymous().register("collector@example.org")).access_token;
    let ledger = Ledger::open(&state.path().join("sqlite_db.db"));
    let since = (ledger.end(), ledger.now());
    let mut clients = [ClockSkew::DayBehind, ClockSkew::Right, ClockSkew::Future]
        .map(|skew| Client::new(skew, None))
        .into_iter()
        .collect::<Vec<_>>();
    let (mut effective_kills, mut interrupted) = (0, 0);

    for _ in 0..kills {
        let (run, delay) = plans.new_tree(&mut random).expect("a plan").current();
        let server = process.anonymous().bearing(&token);
        clients = runtime.block_on(async {
            let workers: Vec<_> = clients
                .into_iter()
                .map(|client| {
                    let mut steps = run.steps.clone();
                    let sync = Action::Sync(usize::MAX, Delivery::Normal);
                    steps.push(Step { action: sync, ..steps[0].clone() });
                    steps.rotate_left(client.operations.len() % run.steps.len());
                    tokio::spawn(run_until_killed(client, server.clone(), steps))
                })
                .collect();
            tokio::time::sleep(Duration::from_millis(2 + delay)).await;
            process.kill();
            let (mut clients, mut requests) = (Vec::new(), 0);
            for worker in workers {
                let (client, was_interrupted) = worker.await.expect("the task of a device");
                requests += usize::from(was_interrupted);
                clients.push(client);
            }
            effective_kills += usize::from(requests > 0);
            interrupted += requests;
            clients
        });
        process = runtime.block_on(Process::start(state.path()));
    }

    let server = process.anonymous().bearing(&token);
    clients.push(Client::new(ClockSkew::Right, None));
    runtime.block_on(sync_until_stable(&mut clients, &server));
    let figures = check_invariants(&ledger, &clients, &since);
    process.kill();
    ledger.check();
    println!(
        "{kills} kills, {effective_kills} of them interrupted requests ({interrupted} requests), {figures}, in {:.1} s",
        start.elapsed().as_secs_f64()
    );
    assert!(effective_kills > kills as usize / 2, "too few kills interrupted a request: {effective_kills}");
}

/// Synchronises all devices until none receives anything new.
pub async fn sync_until_stable(clients: &mut [Client], server: &Caller) {
    for _ in 0..100 {
        let mut is_stable = true;
        for client in &mut *clients {
            let answer = server.post(SYNC, client.request(usize::MAX)).await.expect(200).json();
            is_stable &= !client.receive(&answer) && client.is_idle();
        }
        if is_stable {
            return;
        }
    }
    panic!("the devices still receive changes after 100 rounds");
}

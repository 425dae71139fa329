//! Two hosts on one database, and devices that synchronise with both at the same time.

use std::time::Instant;

use serde_json::Value;
use tempfile::TempDir;
use tests::{Caller, Process};

use crate::{
    client::Client,
    invariants::{Figures, check_invariants, check_runs},
    kill::sync_until_stable,
    ledger::Ledger,
    link::SYNC,
    run::{Action, Delivery, Run, Step, runner, runs},
    runtime, seed, setting,
};

async fn send(host: &Caller, body: &Value) -> Option<Value> {
    let answer = host.post(SYNC, body.clone()).await;
    // 503: the database is busy. To the device this is the same as a lost answer.
    if answer.status == 503 { None } else { Some(answer.expect(200).json()) }
}

/// Carries out the steps of one device. A duplicated request is sent to both hosts at the same time.
async fn run_device(mut client: Client, hosts: [Caller; 2], steps: Vec<Step>) -> Client {
    for step in &steps {
        let Action::Sync(take, delivery) = step.action else {
            client.act(step);
            continue;
        };
        let body = client.request(take);
        let answers = match delivery {
            Delivery::RequestLost => Vec::new(),
            Delivery::Normal => vec![send(&hosts[step.which % 2], &body).await],
            Delivery::AnswerLost => {
                send(&hosts[step.which % 2], &body).await;
                Vec::new()
            }
            _ => {
                let (one, two) = tokio::join!(send(&hosts[0], &body), send(&hosts[1], &body));
                vec![two, one]
            }
        };
        for answer in answers.iter().flatten() {
            client.receive(answer);
        }
    }
    client
}

async fn play(hosts: &[Caller; 2], ledger: &Ledger, run: &Run) -> Figures {
    let since = (ledger.end(), ledger.now());
    let mut clients: Vec<_> = run.skews.iter().map(|skew| Client::new(*skew, ledger.cursor())).collect();
    // Records that exist before, so that the devices edit the same ones.
    for which in 0..3 {
        clients[0].act(&Step { device: 0, which, second: 0, action: Action::Create });
    }
    sync_until_stable(&mut clients, &hosts[0]).await;
    let share = |device: usize| {
        let steps = run.steps.iter().filter(|step| step.device % run.skews.len() == device);
        steps.cloned().collect()
    };
    let tasks: Vec<_> = clients
        .into_iter()
        .enumerate()
        .map(|(device, client)| tokio::spawn(run_device(client, hosts.clone(), share(device))))
        .collect();
    let mut clients = Vec::new();
    for task in tasks {
        clients.push(task.await.expect("the task of a device"));
    }
    sync_until_stable(&mut clients, &hosts[1]).await;
    check_invariants(ledger, &clients, &since)
}

#[test]
fn two_hosts_on_one_database_give_the_same_results_as_one() {
    let (runtime, start) = (runtime(), Instant::now());
    let state = TempDir::new().expect("a temporary folder");
    let (one, two) =
        runtime.block_on(async { (Process::start(state.path()).await, Process::start(state.path()).await) });
    let collector = runtime.block_on(one.anonymous().register("collector@example.org"));
    let hosts = [collector.clone(), two.anonymous().bearing(&collector.access_token)];
    let ledger = Ledger::open(&state.path().join("sqlite_db.db"));
    // No shrinking: threads race, so a smaller run could fail for another reason.
    let runner = runner(setting("SYNC_MODEL_RUNS", 500).div_ceil(16), 0, seed());
    let figures =
        check_runs(runner, &runs(3..=5, 60..=120), ledger, |ledger, run| runtime.block_on(play(&hosts, ledger, run)));
    println!("two hosts: {figures}, in {:.1} s", start.elapsed().as_secs_f64());
    assert!(figures.merged > 0 && figures.kept > 0, "the runs had no conflicts: {figures}");
}

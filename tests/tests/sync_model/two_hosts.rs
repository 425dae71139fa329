//! Two hosts on one database, and devices that talk to both at once.

use std::{sync::Mutex, time::Instant};

use serde_json::Value;
use tempfile::TempDir;
use tests::{Caller, Process};

use crate::{
    client::Client,
    invariants::{Figures, prove},
    kill::rest,
    ledger::Ledger,
    link::SYNC,
    run::{Act, Fate, Run, Step, runner, runs},
    runtime, seed, setting,
};

async fn send(host: &Caller, body: &Value) -> Option<Value> {
    let answer = host.post(SYNC, body.clone()).await;
    // A busy database may say so; then nothing was written, or it was and the answer is lost.
    if answer.status == 503 { None } else { Some(answer.expect(200).json()) }
}

/// One device's part of a run. What the link doubles goes to both hosts at the same moment.
async fn live(mut client: Client, hosts: [Caller; 2], steps: Vec<Step>) -> Client {
    for step in &steps {
        let Act::Sync(take, fate) = step.act else {
            client.act(step);
            continue;
        };
        let body = client.request(take);
        let answers = match fate {
            Fate::RequestLost => Vec::new(),
            Fate::Through => vec![send(&hosts[step.which % 2], &body).await],
            Fate::AnswerLost => {
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
    // Something to quarrel about.
    for which in 0..3 {
        clients[0].act(&Step { device: 0, which, second: 0, act: Act::Create });
    }
    rest(&mut clients, &hosts[0]).await;
    let share = |device: usize| {
        let steps = run.steps.iter().filter(|step| step.device % run.skews.len() == device);
        steps.cloned().collect()
    };
    let lives: Vec<_> = clients
        .into_iter()
        .enumerate()
        .map(|(device, client)| tokio::spawn(live(client, hosts.clone(), share(device))))
        .collect();
    let mut clients = Vec::new();
    for life in lives {
        clients.push(life.await.expect("a device that lives to the end"));
    }
    rest(&mut clients, &hosts[1]).await;
    prove(ledger, &clients, &since)
}

#[test]
fn two_hosts_on_one_database_merge_and_record_as_one_does() {
    let (runtime, began, seed) = (runtime(), Instant::now(), seed());
    let state = TempDir::new().expect("a temporary folder");
    let (one, two) =
        runtime.block_on(async { (Process::start(state.path()).await, Process::start(state.path()).await) });
    let collector = runtime.block_on(one.anonymous().register("collector@example.org"));
    let hosts = [collector.clone(), two.anonymous().bearing(&collector.access_token)];
    let ledger = Mutex::new(Ledger::open(&state.path().join("sqlite_db.db")));
    let figures = Mutex::new(Figures::default());
    // Threads race: a smaller run would prove nothing about this one.
    let outcome = runner(setting("SYNC_MODEL_RUNS", 500).div_ceil(16), 0, seed).run(&runs(3..=5, 60..=120), |run| {
        let of_run = runtime.block_on(play(&hosts, &ledger.lock().expect("the ledger"), &run));
        *figures.lock().expect("the figures") += of_run;
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("SYNC_MODEL_SEED={seed}: {failure}");
    }
    ledger.lock().expect("the ledger").check();
    let figures = figures.lock().expect("the figures");
    println!("two hosts: {figures}, in {:.1} s", began.elapsed().as_secs_f64());
    assert!(figures.merged > 0 && figures.kept > 0, "the runs have conflicts: {figures}");
}

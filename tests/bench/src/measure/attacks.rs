//! Attacks by clients at one address, each for a bounded time against a new process with the limits of the manifest:
//! how its requests end, how much memory the process takes, and how a bystander at another address is served meanwhile.

mod bystander;
mod connections;
mod floods;
mod tally;

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use serde_json::json;

use self::{bystander::Bystander, tally::Tally};
use super::Bench;
use crate::{
    api::{Account, Api},
    catalogue,
    load::memory,
    table::{Row, number},
};

const MIB: f64 = 1_048_576.0;
/// The goal for the peak of resident memory.
const GOAL_MIB: f64 = 512.0;
/// The time of an attack whose requests do not end earlier.
const DURATION: Duration = Duration::from_secs(20);
const BYSTANDER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// An attack, named as on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Attack {
    /// 270 logins that announce 100 bytes and send one
    SlowBodies,
    /// 200 connections that send nothing, and 200 that send only the first bytes of HTTP/2
    Silent,
    /// 24 connections that never read the answer, a long list
    UnreadAnswers,
    /// 16 syncs at once, of an account with 1,000 albums with long notes
    LongPages,
    /// Albums with 40,000 unknown members each
    UnknownMembers,
    /// Logins with wrong passwords on 16 connections
    Logins,
    /// Registrations on 16 connections
    Registrations,
    /// Cheap requests on 64 connections, as fast as possible
    Flood,
}

const ALL: [Attack; 8] = [
    Attack::SlowBodies,
    Attack::Silent,
    Attack::UnreadAnswers,
    Attack::LongPages,
    Attack::UnknownMembers,
    Attack::Logins,
    Attack::Registrations,
    Attack::Flood,
];

/// What an attack needs: the server, and an account of the attacker.
#[derive(Clone)]
struct Target {
    api: Api,
    token: String,
    until: Instant,
}

pub async fn each(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let attacks = if bench.attacks.is_empty() { ALL.to_vec() } else { bench.attacks.clone() };
    let mut rows = Vec::new();
    for attack in attacks {
        eprintln!("attack {attack:?} …");
        let row = measure(bench, attack).await?;
        eprintln!("  {}", row.ours);
        rows.push(row);
    }
    Ok(rows)
}

async fn measure(bench: &Bench<'_>, attack: Attack) -> anyhow::Result<Row> {
    let process = bench.setup.start_ours_limited(&format!("attack-{attack:?}"), "code", &[]).await?;
    let api = Api::new(&process);
    let neighbour = api.at_address(BYSTANDER).collector("bystander", 100).await?;
    let token = prepare(attack, api).await?.token;
    let begin = Instant::now();
    let target = Target { api, token, until: begin + DURATION };
    let bystander = tokio::task::spawn_blocking(move || Bystander::watch(api, &neighbour.token, begin + DURATION));
    let attackers = tokio::task::spawn_blocking(move || on_own_runtime(attack, &target)).await??;
    let seconds = begin.elapsed().as_secs_f64();
    let bystander = bystander.await??;
    let peak = memory(process.id())?.peak as f64 / MIB;
    Ok(Row {
        what: format!("attack {attack:?}"),
        ours: format!("{attackers} in {} s; peak {peak:.0} MiB; bystander: {bystander}", number(seconds)),
        goal: format!("< {GOAL_MIB:.0} MiB, bystander served"),
        met: Some(peak < GOAL_MIB && bystander.is_served()),
        figures: json!({"attackers": attackers, "seconds": seconds, "peak_mib": peak, "bystander": bystander}),
        ..Row::default()
    })
}

/// The attacker's account, with what the attack needs.
async fn prepare(attack: Attack, api: Api) -> anyhow::Result<Account> {
    let account = api.register("attacker").await?;
    if matches!(attack, Attack::UnreadAnswers | Attack::LongPages) {
        api.sync(&account, &catalogue::long_albums(1_000)?).await?;
    }
    Ok(account)
}

/// The attackers have a thread of their own, so that they do not delay the bystander.
fn on_own_runtime(attack: Attack, target: &Target) -> anyhow::Result<Tally> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match attack {
            Attack::SlowBodies => connections::slow_bodies(target).await,
            Attack::Silent => connections::silent(target).await,
            Attack::UnreadAnswers => connections::unread_answers(target).await,
            Attack::LongPages => floods::long_pages(target).await,
            Attack::UnknownMembers => floods::unknown_members(target).await,
            Attack::Logins => floods::logins(target).await,
            Attack::Registrations => floods::registrations(target).await,
            Attack::Flood => floods::cheap_requests(target).await,
        }
    })
}

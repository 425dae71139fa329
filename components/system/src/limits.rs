//! The limits of requests per minute. `wit/system/limits.wit` is the manual.

mod counter;
mod counters;

use std::{
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use guest::{time, variables};

pub use counter::Counts;
pub use counters::Key;

use crate::{
    bindings::exports::vinyl::system::limits::{Refusal, Subject, Verdict},
    contract::Error,
    proxies::Proxies,
    store::Store,
};
use counter::Decision;
use counters::Counters;

/// A page shows covers by the hundreds, and `<img>` sends no token.
const COVERS: u64 = 10;
const REFRESH_TIME: Duration = Duration::from_millis(500);
/// How long an instance does without the database after it failed, which refuses no request by itself, and after it was
/// slow, as in a flood, when other instances do the same.
const AFTER_FAILURE_MS: u64 = 5000;
const AFTER_DELAY_MS: u64 = 300;
const PART_AFTER_DELAY: u64 = 4;
const POLL_TIME: Duration = Duration::from_millis(2);

pub struct Limits {
    address: u64,
    account: u64,
    pub proxies: Proxies,
}

pub fn admit(subject: Subject) -> Verdict {
    let limits = match limits() {
        Ok(limits) => limits,
        Err(fault) => return Verdict::Misconfigured(fault.clone()),
    };
    let limit = match subject {
        Subject::Address(_) => limits.address,
        Subject::Covers(_) => limits.address * COVERS,
        Subject::Account(_) => limits.account,
    };
    if limit == 0 {
        return Verdict::Admitted(false);
    }
    let (decision, is_due) = counters().admit(key(subject), now_ms(), limit);
    match decision {
        Decision::Admitted => Verdict::Admitted(is_due),
        Decision::Stale => Verdict::Stale,
        Decision::Refused { retry_after, is_first } => {
            Verdict::Refused(Refusal { limit: u32::try_from(limit).unwrap_or(u32::MAX), retry_after, is_first })
        }
    }
}

/// Writes if there is something to write of the subject, else reads it.
pub async fn refresh(subject: Subject) {
    let key = key(subject);
    let exchanged = time::within(REFRESH_TIME, async {
        if counters().own(key) == 0 {
            return read(key).await;
        }
        while counters().is_flushing {
            time::sleep(POLL_TIME).await;
        }
        if counters().own(key) > 0 { write(Some(key)).await } else { Ok(()) }
    })
    .await;
    match exchanged {
        Some(Ok(())) => {}
        Some(Err(_)) => counters().be_alone(now_ms() + AFTER_FAILURE_MS, 1),
        None => counters().be_alone(now_ms() + AFTER_DELAY_MS, PART_AFTER_DELAY),
    }
}

pub async fn flush() {
    if !counters().is_flushing && write(None).await.is_err() {
        counters().be_alone(now_ms() + AFTER_FAILURE_MS, 1);
    }
}

async fn read(key: Key) -> Result<(), Error> {
    let found = Store::open().await?.read_counts(key).await?;
    counters().exchange(key, found, 0);
    Ok(())
}

async fn write(wanted: Option<Key>) -> Result<(), Error> {
    let _flushing = Flushing::begin();
    let written = counters().unwritten(wanted);
    if written.is_empty() {
        return Ok(());
    }
    let minute = now_ms() / 60_000;
    let store = Store::open().await?;
    for (key, found) in store.add_counts(minute, &written).await? {
        let own = written.iter().find(|(known, _)| *known == key).map_or(0, |(_, own)| *own);
        counters().exchange(key, found, own);
    }
    static CLEANED: Mutex<u64> = Mutex::new(0);
    let cleaned = std::mem::replace(&mut *CLEANED.lock().unwrap_or_else(PoisonError::into_inner), minute);
    if cleaned != minute {
        store.delete_counts_before(minute.saturating_sub(1)).await?;
    }
    Ok(())
}

/// Ends also if the request that writes is cancelled.
struct Flushing;

impl Flushing {
    fn begin() -> Self {
        counters().is_flushing = true;
        Self
    }
}

impl Drop for Flushing {
    fn drop(&mut self) {
        counters().is_flushing = false;
    }
}

/// No caller keeps the guard across an await, and a component has one thread, so there is no waiting.
fn counters() -> MutexGuard<'static, Counters> {
    static COUNTERS: OnceLock<Mutex<Counters>> = OnceLock::new();
    COUNTERS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// The variables, read once; the text of a fault is for the operator's log.
pub fn limits() -> Result<&'static Limits, &'static String> {
    static LIMITS: OnceLock<Result<Limits, String>> = OnceLock::new();
    let read = || {
        let number = |name| variables::number::<u32>(name, 0..=1_000_000_000).map_err(|error| error.to_string());
        let (address, account) = (number("rate_limit_ip")?.into(), number("rate_limit_user")?.into());
        Ok(Limits { address, account, proxies: Proxies::read()? })
    };
    LIMITS.get_or_init(read).as_ref()
}

fn key(subject: Subject) -> Key {
    let (class, id) = match subject {
        Subject::Address(id) => (0, id.cast_signed()),
        Subject::Covers(id) => (1, id.cast_signed()),
        Subject::Account(id) => (2, id),
    };
    Key { class, id }
}

fn now_ms() -> u64 {
    u64::try_from(time::now_millis()).unwrap_or_default()
}

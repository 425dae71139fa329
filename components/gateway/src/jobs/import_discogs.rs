//! Imports the collection of a Discogs user page by page, and reads it again every day if the account follows it.
//!
//! A page is read, compared with the collection, written, and its copies are bound to their albums; then the state
//! names the next page. A page that is repeated, because the host was killed, adds nothing.

mod page;
mod state;

use std::time::{Duration, Instant};

use guest::time;
use http::header;

pub use self::state::{Stage, State};
use super::{SliceFuture, enrichment};
use crate::{
    log,
    problem::{Code, Problem},
    services::{
        call,
        discogs_accounts::{self as accounts, Part, Position, Source},
        jobs::{Outcome, Report, Slice},
    },
};

pub const KIND: &str = "import_discogs";

const DAY: Duration = Duration::from_secs(24 * 3600);
/// In seconds, for a refusal that does not say when to try again.
const RETRY_AFTER: u64 = 60;

/// A slice is one page: a host that is killed repeats no more than that.
pub fn run(slice: Slice, _: Instant) -> SliceFuture {
    Box::pin(async move {
        let user = slice.account.unwrap_or_default();
        let mut state = State::parse(&slice.state);
        state.error = None;
        let outcome = match work(user, &mut state).await {
            Ok(outcome) => outcome,
            Err(problem) => refused(&mut state, &problem),
        };
        let state = state.to_json();
        Ok(Report { outcome, progress: Some(state.clone()), state: Some(state) })
    })
}

async fn work(user: i64, state: &mut State) -> Result<Outcome, Problem> {
    // A slice begins: it is the next day.
    if let Stage::Done = state.stage {
        *state = State { stage: Stage::Look, ..State::default() };
    }
    state.started_at.get_or_insert_with(now);
    step(user, state).await?;
    if !matches!(state.stage, Stage::Done) {
        return Ok(Outcome::Again(0));
    }
    state.finished_at = Some(now());
    // A list of copies does not name countries, barcodes and tracks.
    enrichment::ensure(user).await;
    Ok(match state.follow {
        true => Outcome::Again(u64::try_from(DAY.as_millis()).unwrap_or(u64::MAX)),
        false => Outcome::Ended,
    })
}

/// Does the next part of the work: one page.
async fn step(user: i64, state: &mut State) -> Result<(), Problem> {
    let source = match state.stage {
        Stage::Begin => Source::Begin,
        Stage::Look => Source::Newest,
        Stage::Copies => Source::At(Position { run: state.run, part: Part::Copies, number: state.page }),
        Stage::Wants | Stage::Done => Source::At(Position { run: state.run, part: Part::Wants, number: state.page }),
    };
    let page = match call(accounts::read(user, source)).await {
        // A list of wants may be private where the collection is public.
        Err(accounts::Error::Private) if matches!(state.stage, Stage::Wants) => {
            call(accounts::keep(user, state.run, "[]".to_owned(), Vec::new(), true)).await?;
            state.stage = Stage::Done;
            return Ok(());
        }
        page => page?,
    };
    state.follow = page.follow;
    page::apply(user, state, page).await
}

fn now() -> String {
    time::rfc3339(time::now_millis())
}

/// Goes on later if the refusal passes by itself; stops if only a person can end it.
fn refused(state: &mut State, problem: &Problem) -> Outcome {
    let why = problem.detail().to_owned();
    state.error = Some((problem.code().name().to_owned(), why.clone()));
    if let Some(cause) = problem.cause() {
        log::warning(cause);
    }
    match problem.code() {
        Code::DiscogsBusy | Code::QuotaExceeded | Code::InstallationQuotaExceeded => {
            let seconds = problem.header_value(&header::RETRY_AFTER).unwrap_or(RETRY_AFTER);
            Outcome::Again(seconds.max(1) * 1_000)
        }
        Code::DiscogsUserNotFound
        | Code::DiscogsPrivate
        | Code::DiscogsTokenRejected
        | Code::StorageQuotaExceeded
        | Code::NotFound => Outcome::Stopped(why),
        _ => Outcome::Failed(why),
    }
}

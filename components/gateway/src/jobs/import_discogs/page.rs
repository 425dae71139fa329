//! One page of an import: compared with the collection, and written.

use super::{Stage, State};
use crate::{
    error,
    problem::Problem,
    services::{
        call,
        collection::{crates, sync, transfer},
        discogs_accounts::{self as accounts, Page, Plan},
    },
};

/// Writes what a page changes, and moves the state to the next one.
pub async fn apply(user: i64, state: &mut State, page: Page) -> Result<(), Problem> {
    let existing = call(transfer::find_copies(user, page.release_ids, page.uids)).await?;
    let plan = compare(user, page.rows, existing, state).await?;
    if let Stage::Look = state.stage {
        // If no copy is new, and there are as many as before, none is gone.
        if plan.added == 0 && page.records == page.copies {
            (state.pages, state.pages_read, state.stage) = (1, 1, Stage::Done);
            (state.records, state.unchanged) = (page.records, page.records);
        } else {
            state.stage = Stage::Begin;
        }
        return Ok(());
    }
    let mut written = Vec::new();
    for request in [plan.additions, plan.fills].into_iter().flatten() {
        written.push(call(sync::sync(user, request.into_bytes())).await?.document);
    }
    if let Stage::Begin = state.stage {
        (state.stage, state.run, state.page) = (Stage::Copies, page.run, 1);
    }
    let (is_wants, is_last) = (matches!(state.stage, Stage::Wants), state.page >= page.pages);
    let kept = call(accounts::keep(user, state.run, plan.copies, written, is_wants && is_last)).await?;
    if state.page == 1 {
        state.pages += page.pages;
        *(if is_wants { &mut state.wants } else { &mut state.records }) = page.records;
    }
    state.pages_read += 1;
    state.rejected += kept;
    state.added += plan.added;
    state.updated += plan.filled;
    state.unchanged += plan.unchanged;
    state.page += 1;
    match (is_last, is_wants) {
        (true, true) => state.stage = Stage::Done,
        (true, false) => (state.stage, state.page) = (Stage::Wants, 1),
        _ => {}
    }
    Ok(())
}

/// What the page changes. First adds the crates of folders that have none.
async fn compare(user: i64, rows: String, existing: String, state: &State) -> Result<Plan, Problem> {
    let mut crates: Option<String> = None;
    loop {
        let plan = call(accounts::compare(user, rows.clone(), existing.clone(), crates.clone())).await?;
        if plan.missing_crates.is_empty() || matches!(state.stage, Stage::Look) {
            return Ok(plan);
        }
        // Only after a look at the list are crates really missing.
        for name in plan.missing_crates.iter().filter(|_| crates.is_some()) {
            let name = serde_json::to_string(name).map_err(|error| error::internal(error.to_string()))?;
            call(crates::create(user, format!(r#"{{"name":{name}}}"#).into_bytes())).await?;
        }
        crates = Some(call(crates::list_all(user)).await?);
    }
}

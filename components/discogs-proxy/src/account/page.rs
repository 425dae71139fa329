//! Reads pages of copies and wants.

use std::collections::HashMap;

use serde::Deserialize;

use super::{
    Result,
    row::{self, CopyRow, Head, Rows},
    session::Session,
};
use crate::{
    account_contract::{Error as AccountError, Page, Part, Position, Source},
    contract::Error,
    discogs::{Pagination, UserAnswer, UserPage},
    store::{Names, Store},
};

/// Folder 0 has all copies, and folder 1 those that are in none.
const FIRST_OWN_FOLDER: i64 = 2;

/// The page to read, and what is known about its user.
struct Place {
    position: Position,
    newest_first: bool,
    username: String,
    names: Names,
    follow: bool,
    is_preview: bool,
}

pub async fn read(user: i64, source: Source) -> Result<Page> {
    let mut session = Session::open(user, !matches!(source, Source::Preview(_))).await?;
    let place = find(&mut session, source).await?;
    let Place { position: Position { run, part, number }, newest_first, username, names, follow, is_preview } = place;
    let client = session.client();
    let answer: UserAnswer<UserPage> = match part {
        Part::Copies => client.copies(&username, number, newest_first).await?,
        Part::Wants => client.wants(&username, number).await?,
    };
    let UserPage { pagination, releases } = session.found(answer)?;
    let head = if is_preview { Some(read_head(&session, username, &pagination).await?) } else { None };
    let mut covers = client.covers();
    // A row that is not well-formed is left out.
    let rows = releases.iter().filter_map(|row| row::convert(row, part == Part::Wants, &names, &mut covers));
    let mut rows: Vec<CopyRow> = rows.collect();
    bind(&session.store, user, &mut rows).await?;
    session.store.insert_covers(&covers.into_vec()).await?;
    Ok(Page {
        follow,
        copies: session.store.count_copies(user).await?,
        run,
        pages: pagination.pages.max(1),
        records: pagination.items,
        release_ids: rows.iter().map(|row| row.release_id).collect(),
        uids: rows.iter().map(|row| row.uid.clone()).collect(),
        rows: serde_json::to_string(&Rows { head, rows }).map_err(Error::from)?,
    })
}

async fn find(session: &mut Session, source: Source) -> Result<Place> {
    if let Source::Preview(target) = source {
        let position = Position { run: 0, part: Part::Copies, number: 1 };
        let (username, names) = (session.resolve(&target).await?, Names::default());
        return Ok(Place { position, newest_first: false, username, names, follow: false, is_preview: true });
    }
    let row = session.stored().await?;
    let (username, newest_first) = (row.username, matches!(source, Source::Newest));
    let mut place = Place {
        position: Position { run: 0, part: Part::Copies, number: 1 },
        newest_first,
        username,
        names: row.names,
        follow: row.follow,
        is_preview: false,
    };
    match source {
        Source::At(position) => place.position = position,
        Source::Begin => {
            place.names =
                if row.token.is_some() { read_names(session, &place.username).await? } else { Names::default() };
            let run = session.store.begin_run(session.user, &place.names).await?;
            place.position.run = run.ok_or(AccountError::NotConnected)?;
        }
        _ => {}
    }
    Ok(place)
}

/// Counts the copies and the wants. A list of wants may be private where the collection is public.
async fn read_head(session: &Session, username: String, copies: &Pagination) -> Result<Head> {
    let wants = match session.client().wants(&username, 1).await? {
        UserAnswer::Private => Pagination::default(),
        answer => session.found(answer)?.pagination,
    };
    let pages = copies.pages.max(1) + wants.pages;
    Ok(Head { username, records: copies.items, wants: wants.items, pages })
}

async fn read_names(session: &Session, username: &str) -> Result<Names> {
    let client = session.client();
    let folders = session.found(client.folders(username).await?)?.folders;
    let fields = session.found(client.fields(username).await?)?.fields;
    Ok(Names { folders: folders.into_iter().filter(|folder| folder.id >= FIRST_OWN_FOLDER).collect(), fields })
}

/// Gives the rows the albums that they are bound to.
async fn bind(store: &Store, user: i64, rows: &mut [CopyRow]) -> Result<()> {
    let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
    let is_want = rows.first().is_some_and(|row| row.is_want);
    let mut bound: HashMap<i64, String> = store.bound_copies(user, is_want, &numbers).await?;
    for row in rows {
        if let Some(uid) = bound.remove(&row.number) {
            (row.uid, row.is_bound) = (uid, true);
        }
    }
    Ok(())
}

pub async fn keep(user: i64, run: i64, copies: String, written: &[String], is_last: bool) -> Result<u32> {
    let mut rejected = 0;
    for answer in written {
        let Written { results } = serde_json::from_str(answer)?;
        rejected += results.iter().filter(|result| result.status == "rejected").count();
    }
    let store = Store::open().await?;
    store.keep_copies(user, run, copies).await?;
    if is_last {
        store.complete_run(user, run).await?;
    }
    Ok(u32::try_from(rejected).unwrap_or(u32::MAX))
}

/// The answer to a request of the offline protocol.
#[derive(Deserialize)]
struct Written {
    results: Vec<WrittenOperation>,
}

#[derive(Deserialize)]
struct WrittenOperation {
    status: String,
}

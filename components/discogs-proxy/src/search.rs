//! `search`: the best match for artist and album, or a page of candidates.

mod best_match;
mod page;
mod question;
mod term;

use names::normalize_in_script;

use crate::{
    cache::CacheKey,
    contract::{Answer, Caller, Question},
    error::Result,
    proxy::Proxy,
};

use question::Search;

pub async fn search(caller: Caller, question: Question) -> Result<Answer> {
    let search = question::check(question)?;
    let proxy = Proxy::open(&caller).await?;
    let lookup = match search {
        Search::BestMatch(wanted) => {
            let year = wanted.year.unwrap_or_default().to_string();
            let label = wanted.label.as_deref().map(normalize_in_script).unwrap_or_default();
            let key = CacheKey::hashed(
                "match",
                &[&normalize_in_script(&wanted.artist), &normalize_in_script(&wanted.album), &year, &label],
            );
            proxy.get_or_fetch(&key, async |client| best_match::fetch(client, &wanted).await).await?
        }
        Search::Page { term, limit, page } => {
            let (kind, text) = term.cache_name();
            let key = CacheKey::hashed("page", &[kind, &text, &limit.to_string(), &page.to_string()]);
            proxy.get_or_fetch(&key, async |client| page::fetch(client, &term, limit, page).await).await?
        }
    };
    lookup.answer()
}

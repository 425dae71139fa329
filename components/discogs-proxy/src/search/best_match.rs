//! The best match for artist and album.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    attribution::Attribution,
    cache::{CacheEntry, Lifetime},
    candidate::Candidate,
    cover_source::CoverSources,
    discogs::Client,
    error::{Result, internal},
    matching::{self, Match, NoMatch, WantedAlbum},
    proxy::Fetched,
};

#[derive(Serialize)]
struct MatchDocument {
    /// The members of a candidate; all of them null if there is no match.
    #[serde(flatten)]
    best: Map<String, Value>,
    score: f64,
    confident: bool,
    /// Why there is no match.
    reason: Option<&'static str>,
    alternatives: Vec<Candidate>,
    attribution: Attribution,
}

pub async fn fetch(client: &Client<'_>, wanted: &WantedAlbum) -> Result<Fetched> {
    let artist = names::artist_to_search(&wanted.artist);
    let album = names::album_to_search(&wanted.album, &wanted.artist);
    let mut by_fields = vec![("release_title", album.as_str()), ("per_page", "100")];
    if !artist.is_empty() {
        by_fields.push(("artist", &artist));
    }
    let mut candidates: Vec<Candidate> = client.search(&by_fields).await?.into_rows().map(Candidate::from).collect();
    let mut found = matching::find_match(wanted, candidates.clone());
    // Discogs' search by fields forgives no spelling mistake; its search by words forgives a few.
    if matches!(found.best, Err(NoMatch::NoCandidates | NoMatch::TooDifferent)) {
        let words = format!("{artist} {album}").trim_start().to_owned();
        let by_words = client.search(&[("q", &words), ("per_page", "50")]).await?;
        candidates.extend(by_words.into_rows().map(Candidate::from));
        candidates.sort_by_key(|candidate| candidate.id);
        candidates.dedup_by_key(|candidate| candidate.id);
        found = matching::find_match(wanted, candidates);
    }
    let lifetime = if matches!(found.best, Err(NoMatch::NoCandidates)) { Lifetime::MISSING } else { Lifetime::SEARCH };
    let mut covers = client.covers();
    let document = build_document(found, &mut covers)?;
    Ok(Fetched { entry: CacheEntry::json(&document, lifetime)?, covers: covers.into_vec() })
}

fn build_document(found: Match, covers: &mut CoverSources<'_>) -> Result<MatchDocument> {
    let Match { best, score, mut alternatives } = found;
    alternatives.iter_mut().for_each(|alternative| alternative.replace_addresses(covers));
    let reason = best.as_ref().err().map(|reason| match reason {
        NoMatch::NoCandidates => "none",
        NoMatch::TooDifferent => "far",
        NoMatch::Ambiguous => "ambiguous",
    });
    let confident = best.is_ok();
    let mut candidate = best.unwrap_or_default();
    candidate.replace_addresses(covers);
    let attribution = if confident { Attribution::of_page(candidate.uri.clone()) } else { Attribution::general() };
    // The document has the score once, with a match or without.
    candidate.score = None;
    let Value::Object(mut best) = serde_json::to_value(candidate)? else {
        return Err(internal("a candidate is not a JSON object"));
    };
    if !confident {
        best.values_mut().for_each(|value| *value = Value::Null);
    }
    Ok(MatchDocument { best, score, confident, reason, alternatives, attribution })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn members(found: Match) -> Vec<String> {
        let secret = Secret::new(b"secret").unwrap();
        let document = build_document(found, &mut CoverSources::new(&secret)).unwrap();
        let document = serde_json::to_value(document).unwrap();
        document.as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn the_document_has_the_same_members_with_a_match_and_without() {
        let candidate = Candidate { id: 7, title: "A - B".to_owned(), ..Candidate::default() };
        let found = Match { best: Ok(candidate), score: 1.0, alternatives: vec![] };
        let none = Match { best: Err(NoMatch::NoCandidates), score: 0.0, alternatives: vec![] };
        assert_eq!(members(found), members(none));
    }
}

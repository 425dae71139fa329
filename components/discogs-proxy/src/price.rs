//! `price`: what copies of a release cost now, and the price that Discogs suggests for each grade.

use std::collections::BTreeMap;

use guest::time;
use serde::Serialize;

use crate::{
    attribution::Attribution,
    cache::{CacheEntry, CacheKey, Lifetime},
    candidate::release_page,
    config::CURRENCIES,
    contract::{Answer, Caller, Error},
    discogs::{self, ApiAnswer, Client, MarketplaceStats},
    error::Result,
    lookup::Lookup,
    proxy::{Fetched, Proxy},
};

/// In seconds. If Discogs failed to give suggestions, a client asks again after this time.
const MAX_AGE_WITHOUT_SUGGESTIONS: u32 = 30;

/// A price at a moment: it is of no use without its time and its source.
#[derive(Debug, Serialize)]
struct PriceSnapshot {
    value: f64,
    currency: String,
    /// RFC 3339, UTC.
    at: String,
    source: &'static str,
}

#[derive(Serialize)]
struct OfferDocument {
    id: i64,
    /// `for_sale`, `none_for_sale` or `blocked`.
    status: &'static str,
    price: Option<PriceSnapshot>,
    num_for_sale: i64,
    attribution: Attribution,
}

#[derive(Serialize)]
struct SuggestionsDocument {
    /// `available`, `none` or `seller_settings_missing`; `no_token` or `unavailable` if Discogs was not asked or
    /// failed.
    status: &'static str,
    grades: BTreeMap<String, PriceSnapshot>,
}

pub async fn read_price(caller: Caller, id: i64, currency: Option<String>) -> Result<Answer> {
    let currency = currency.map(|currency| currency.to_uppercase());
    if currency.as_deref().is_some_and(|currency| !CURRENCIES.contains(&currency)) {
        return Err(Error::invalid("currency", format!("must be one of {}", CURRENCIES.join(", "))));
    }
    let proxy = Proxy::open(&caller).await?;
    if id < 1 {
        return Err(Error::NotFound);
    }
    let currency = currency.unwrap_or_else(|| proxy.config.currency.clone());
    let key = CacheKey::named("price", format_args!("{id}-{currency}"));
    let offer = proxy.get_or_fetch(&key, async |client| fetch_offer(client, id, &currency).await).await?;
    if !proxy.config.credentials.is_personal_token() {
        return without_suggestions(&offer, "no_token");
    }
    let key = CacheKey::named("suggestions", id);
    match proxy.get_or_fetch(&key, async |client| fetch_suggestions(client, id).await).await {
        Ok(suggestions) => with_suggestions(&offer, &suggestions),
        // A price without suggestions is better than an error.
        Err(error) if error.allows_stale() => {
            let mut answer = without_suggestions(&offer, "unavailable")?;
            answer.max_age = answer.max_age.min(MAX_AGE_WITHOUT_SUGGESTIONS);
            Ok(answer)
        }
        Err(error) => Err(error),
    }
}

/// Joins two lookups in one answer, which may be kept as long as both of them. Its `cached`, `age` and `stale` are the
/// offer's.
fn with_suggestions(offer: &Lookup, suggestions: &Lookup) -> Result<Answer> {
    let mut answer = offer.answer_with_suggestions(suggestions.document()?)?;
    answer.tag = format!("{}-{}", answer.tag, suggestions.tag());
    answer.max_age = answer.max_age.min(suggestions.entry.max_age());
    Ok(answer)
}

fn without_suggestions(offer: &Lookup, status: &'static str) -> Result<Answer> {
    let none = SuggestionsDocument { status, grades: BTreeMap::new() };
    let mut answer = offer.answer_with_suggestions(&serde_json::to_string(&none)?)?;
    answer.tag = format!("{}-{status}", answer.tag);
    Ok(answer)
}

async fn fetch_offer(client: &Client<'_>, id: i64, currency: &str) -> Result<Fetched> {
    match client.marketplace_stats(id, currency).await? {
        Some(stats) => fetched(&OfferDocument::new(id, stats)),
        None => Ok(Fetched::missing()),
    }
}

async fn fetch_suggestions(client: &Client<'_>, id: i64) -> Result<Fetched> {
    let (status, grades) = match client.price_suggestions(id).await? {
        ApiAnswer::Found(grades) if grades.is_empty() => ("none", grades),
        ApiAnswer::Found(grades) => ("available", grades),
        // The release itself exists, because its offer was found.
        ApiAnswer::NotFound(message) if message.contains("seller settings") => {
            ("seller_settings_missing", BTreeMap::new())
        }
        ApiAnswer::NotFound(_) => ("none", BTreeMap::new()),
    };
    let grades = grades.into_iter().map(|(grade, price)| (grade, PriceSnapshot::now(price))).collect();
    fetched(&SuggestionsDocument { status, grades })
}

fn fetched(document: &impl Serialize) -> Result<Fetched> {
    Ok(Fetched { entry: CacheEntry::json(document, Lifetime::PRICE)?, covers: Vec::new() })
}

impl OfferDocument {
    fn new(id: i64, stats: MarketplaceStats) -> Self {
        let price = stats.lowest_price.filter(|price| price.value.is_finite()).map(PriceSnapshot::now);
        let status = match (&price, stats.blocked_from_sale) {
            (_, true) => "blocked",
            (None, false) => "none_for_sale",
            (Some(_), false) => "for_sale",
        };
        let num_for_sale = if status == "for_sale" { stats.num_for_sale.unwrap_or_default() } else { 0 };
        let price = price.filter(|_| status == "for_sale");
        Self { id, status, price, num_for_sale, attribution: Attribution::of_page(release_page(id)) }
    }
}

impl PriceSnapshot {
    fn now(discogs::Price { value, currency }: discogs::Price) -> Self {
        Self { value, currency, at: time::rfc3339(time::now_millis()), source: "Discogs" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_without_a_price_has_a_reason() {
        for (stats, status, has_price) in [
            (
                r#"{"num_for_sale":26,"lowest_price":{"currency":"EUR","value":2.09},"blocked_from_sale":false}"#,
                "for_sale",
                true,
            ),
            (r#"{"num_for_sale":null,"lowest_price":null,"blocked_from_sale":false}"#, "none_for_sale", false),
            (r#"{"num_for_sale":0,"lowest_price":null}"#, "none_for_sale", false),
            (r#"{"num_for_sale":null,"lowest_price":null,"blocked_from_sale":true}"#, "blocked", false),
        ] {
            let offer = OfferDocument::new(1, serde_json::from_str(stats).unwrap());
            assert_eq!((offer.status, offer.price.is_some()), (status, has_price), "{stats}");
        }
    }
}

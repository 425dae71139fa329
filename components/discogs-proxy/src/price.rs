//! `price`: what copies cost now, and what Discogs suggests for each grade.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    attribution::{self, Attribution},
    cache::{Entry, Key, Terms},
    clock,
    config::CURRENCIES,
    covers::Covers,
    error::{Error, Result},
    lookup::{Context, Fetched, Known},
    row,
    service::contract::Answer,
    upstream::{Told, Upstream},
};

/// A snapshot: worth nothing without its time and its source.
#[derive(Debug, Serialize)]
struct Price {
    value: f64,
    currency: String,
    at: String,
    source: &'static str,
}

#[derive(Deserialize)]
struct TheirPrice {
    value: f64,
    currency: String,
}

#[derive(Deserialize)]
struct Stats {
    #[serde(default)]
    num_for_sale: Option<i64>,
    #[serde(default)]
    lowest_price: Option<TheirPrice>,
    #[serde(default)]
    blocked_from_sale: bool,
}

#[derive(Serialize)]
struct Offer {
    id: i64,
    status: &'static str,
    price: Option<Price>,
    num_for_sale: i64,
    attribution: Attribution,
}

#[derive(Serialize)]
struct Suggestions {
    status: &'static str,
    grades: BTreeMap<String, Price>,
}

pub async fn price(caller: Option<i64>, id: i64, currency: Option<String>) -> Result<Answer> {
    let currency = currency.map(|currency| currency.to_uppercase());
    if currency.as_deref().is_some_and(|currency| !CURRENCIES.contains(&currency)) {
        return Err(Error::invalid("currency", format!("must be one of {}", CURRENCIES.join(", "))));
    }
    let context = Context::open(caller).await?;
    if id < 1 {
        return Err(Error::NotFound);
    }
    let currency = currency.unwrap_or_else(|| context.config.currency.clone());
    let key = Key::of("price", format_args!("{id}-{currency}"));
    let offer = context.lookup(&key, async |upstream| offer(upstream, id, &currency).await).await?;
    let suggestions = if context.config.credentials.is_token() {
        let key = Key::of("suggestions", id);
        match context.lookup(&key, async |upstream| suggestions(upstream, id).await).await {
            Ok(known) => Ok(known),
            // A price without suggestions is better than none.
            Err(error) if error.is_upstream() => Err("unavailable"),
            Err(error) => return Err(error),
        }
    } else {
        Err("no_token")
    };
    joined(&offer, suggestions)
}

/// One answer of two, each as old as it is; the older is what is told.
fn joined(offer: &Known, suggestions: Result<Known, &'static str>) -> Result<Answer> {
    let mut answer = offer.answer()?;
    let suggested = match &suggestions {
        Ok(known) => {
            let other = known.answer()?;
            answer.max_age = answer.max_age.min(other.max_age);
            answer.tag = format!("{}-{}", answer.tag, other.tag);
            known.body()?.to_owned()
        }
        Err(status) => {
            answer.tag = format!("{}-{status}", answer.tag);
            // What is missing only now is asked for again soon.
            answer.max_age = answer.max_age.min(if *status == "unavailable" { 30 } else { u32::MAX });
            json(&Suggestions { status, grades: BTreeMap::new() })?
        }
    };
    answer.document.truncate(answer.document.len().saturating_sub(1));
    answer.document.push_str(r#","suggestions":"#);
    answer.document.push_str(&suggested);
    answer.document.push('}');
    Ok(answer)
}

async fn offer(upstream: &Upstream<'_>, id: i64, currency: &str) -> Result<Fetched> {
    let path = format!("/marketplace/stats/{id}");
    Ok(match upstream.ask::<Stats>(&path, &[("curr_abbr", currency)]).await? {
        Told::Found(stats) => fetched(json(&Offer::of(id, stats))?),
        Told::Missing(_) => missing(),
    })
}

impl Offer {
    fn of(id: i64, stats: Stats) -> Self {
        let price = stats.lowest_price.filter(|price| price.value.is_finite()).map(priced);
        let status = match (&price, stats.blocked_from_sale) {
            (_, true) => "blocked",
            (None, false) => "none_for_sale",
            (Some(_), false) => "for_sale",
        };
        let num_for_sale = if status == "for_sale" { stats.num_for_sale.unwrap_or_default() } else { 0 };
        let price = price.filter(|_| status == "for_sale");
        Self { id, status, price, num_for_sale, attribution: attribution::of(row::page(id)) }
    }
}

async fn suggestions(upstream: &Upstream<'_>, id: i64) -> Result<Fetched> {
    let path = format!("/marketplace/price_suggestions/{id}");
    let (status, grades) = match upstream.ask::<BTreeMap<String, TheirPrice>>(&path, &[]).await? {
        Told::Found(grades) if grades.is_empty() => ("none", grades),
        Told::Found(grades) => ("available", grades),
        // 404 too, but the release is there: its price was just found.
        Told::Missing(words) if words.contains("seller settings") => ("seller_settings_missing", BTreeMap::new()),
        Told::Missing(_) => ("none", BTreeMap::new()),
    };
    let grades = grades.into_iter().map(|(grade, price)| (grade, priced(price))).collect();
    Ok(fetched(json(&Suggestions { status, grades })?))
}

fn priced(TheirPrice { value, currency }: TheirPrice) -> Price {
    Price { value, currency, at: clock::rfc3339(clock::now()), source: "Discogs" }
}

fn fetched(body: String) -> Fetched {
    Fetched { entry: Entry::json(body, Terms::PRICE), covers: Covers::default() }
}

fn missing() -> Fetched {
    Fetched { entry: Entry::missing(), covers: Covers::default() }
}

fn json(document: &impl Serialize) -> Result<String> {
    serde_json::to_string(document).map_err(|error| Error::Internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_price_has_its_reason() {
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
            let offer = Offer::of(1, serde_json::from_str(stats).unwrap());
            assert_eq!((offer.status, offer.price.is_some()), (status, has_price), "{stats}");
        }
    }
}

//! `GET /marketplace/stats/{id}` and `GET /marketplace/price_suggestions/{id}`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::client::{ApiAnswer, Client};
use crate::error::Result;

#[derive(Deserialize)]
pub struct MarketplaceStats {
    #[serde(default)]
    pub num_for_sale: Option<i64>,
    #[serde(default)]
    pub lowest_price: Option<Price>,
    #[serde(default)]
    pub blocked_from_sale: bool,
}

#[derive(Deserialize)]
pub struct Price {
    pub value: f64,
    pub currency: String,
}

impl Client<'_> {
    pub async fn marketplace_stats(&self, release_id: i64, currency: &str) -> Result<Option<MarketplaceStats>> {
        let path = format!("/marketplace/stats/{release_id}");
        Ok(match self.get_json(&path, &[("curr_abbr", currency)]).await? {
            ApiAnswer::Found(stats) => Some(stats),
            ApiAnswer::NotFound(_) => None,
        })
    }

    /// Returns a price for each grade (`Mint (M)`). Discogs answers 404 both if it has no suggestions and if the owner
    /// of the token has no seller settings; only the message differs.
    pub async fn price_suggestions(&self, release_id: i64) -> Result<ApiAnswer<BTreeMap<String, Price>>> {
        self.get_json(&format!("/marketplace/price_suggestions/{release_id}"), &[]).await
    }
}

//! `GET /ws/2/url`: the release that is linked to an address at Discogs.

use serde::Deserialize;

use super::Client;
use crate::error::Result;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Linked {
    relations: Vec<Relation>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Relation {
    release: Option<ReleaseId>,
}

#[derive(Debug, Deserialize)]
struct ReleaseId {
    id: String,
}

impl Client<'_> {
    /// The MBID of the release that is linked to a release at Discogs; `None` if none or several are linked.
    pub async fn release_of_discogs(&self, id: i64) -> Result<Option<String>> {
        let resource = format!("https://www.discogs.com/release/{id}");
        let query = [("resource", resource.as_str()), ("inc", "release-rels")];
        let Some(linked) = self.get_json::<Linked>("/ws/2/url", &query).await? else { return Ok(None) };
        let mut ids = linked.relations.into_iter().filter_map(|relation| relation.release).map(|release| release.id);
        let first = ids.next();
        Ok(first.filter(|first| ids.all(|id| id == *first)))
    }
}

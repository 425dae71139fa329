//! `GET /releases/{id}`.

use serde::{Deserialize, Serialize};

use super::{
    client::{ApiAnswer, Client},
    year::Year,
};
use crate::{error::Result, image};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Release {
    pub id: i64,
    pub title: String,
    pub year: Option<Year>,
    pub country: Option<String>,
    pub released: Option<String>,
    pub notes: Option<String>,
    pub artists: Vec<Artist>,
    pub labels: Vec<Label>,
    pub formats: Vec<Format>,
    pub genres: Vec<String>,
    pub styles: Vec<String>,
    pub tracklist: Vec<Track>,
    images: Vec<Image>,
    pub identifiers: Vec<Identifier>,
    pub community: Community,
    /// 0 if the release has no master.
    pub master_id: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Artist {
    pub name: String,
    /// "Artist name variation": the name on the sleeve, if it differs from `name`.
    pub anv: String,
    /// What joins the name to the next one: `,`, `/`, `&`, `Feat.`
    pub join: String,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Label {
    pub name: String,
    pub catno: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Format {
    pub name: String,
    pub qty: String,
    pub descriptions: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Track {
    pub position: String,
    pub type_: String,
    pub title: String,
    pub duration: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Image {
    r#type: String,
    uri: String,
    uri150: String,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Identifier {
    pub r#type: String,
    pub value: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Community {
    pub have: i64,
    pub want: i64,
    pub rating: Rating,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Rating {
    pub average: f64,
    pub count: i64,
}

impl Client<'_> {
    pub async fn release(&self, id: i64) -> Result<Option<Release>> {
        Ok(match self.get_json(&format!("/releases/{id}"), &[]).await? {
            ApiAnswer::Found(release) => Some(release),
            ApiAnswer::NotFound(_) => None,
        })
    }
}

impl Release {
    /// Takes the images out of the release, the front of the sleeve first.
    pub fn take_images(&mut self) -> Vec<Image> {
        let mut images = std::mem::take(&mut self.images);
        images.sort_by_key(|image| image.r#type != "primary");
        images
    }
}

impl Image {
    /// Returns the address of the image or of its small version, if it has one.
    pub fn address(&self, is_thumb: bool) -> Option<String> {
        image::check_address(if is_thumb { &self.uri150 } else { &self.uri })
    }
}

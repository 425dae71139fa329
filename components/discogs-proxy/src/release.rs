//! `release` and `facts`: one release, and the fields of an album that it gives.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    attribution::{self, Attribution},
    barcode,
    cache::{Entry, Key, Terms},
    covers::Covers,
    error::{Error, Result},
    image,
    lookup::{Context, Fetched, Known},
    name,
    row::{self, Candidate, Loose, cut},
    upstream::{Told, Upstream},
};

/// As Discogs sends it; whatever may be missing may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Theirs {
    id: i64,
    title: String,
    year: Option<Loose>,
    country: Option<String>,
    released: Option<String>,
    notes: Option<String>,
    artists: Vec<Artist>,
    labels: Vec<Label>,
    formats: Vec<Format>,
    genres: Vec<String>,
    styles: Vec<String>,
    tracklist: Vec<TheirTrack>,
    images: Vec<Image>,
    identifiers: Vec<Identifier>,
    community: Community,
    master_id: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Artist {
    name: String,
    /// As the sleeve has it, if it differs.
    anv: String,
    join: String,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Label {
    name: String,
    catno: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Format {
    name: String,
    qty: String,
    descriptions: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TheirTrack {
    position: String,
    type_: String,
    title: String,
    duration: String,
}

#[derive(Debug, Serialize)]
struct Track {
    position: String,
    title: String,
    duration: Option<String>,
    /// The title of a side or a part, not a track.
    heading: bool,
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
struct Identifier {
    r#type: String,
    value: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Community {
    have: i64,
    want: i64,
    rating: Rating,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Rating {
    average: f64,
    count: i64,
}

#[derive(Serialize)]
struct Release {
    #[serde(flatten)]
    candidate: Candidate,
    labels: Vec<Label>,
    released: Option<String>,
    notes: Option<String>,
    genres: Vec<String>,
    styles: Vec<String>,
    tracklist: Vec<Track>,
    barcodes: Vec<String>,
    identifiers: Vec<Identifier>,
    images: Vec<String>,
    rating: Rating,
    attribution: Attribution,
}

pub async fn release(caller: Option<i64>, id: i64) -> Result<Known> {
    let context = Context::open(caller).await?;
    lookup(&context, id).await
}

async fn lookup(context: &Context, id: i64) -> Result<Known> {
    if id < 1 {
        return Err(Error::NotFound);
    }
    context.lookup(&Key::of("release", id), async |upstream| fetch(upstream, id).await).await
}

/// The fields of an album, within the limits of the collection.
pub async fn facts(caller: Option<i64>, id: i64) -> Result<String> {
    let context = Context::open(caller).await?;
    let known = lookup(&context, id).await?;
    let release: Map<String, Value> =
        serde_json::from_str(known.body()?).map_err(|error| Error::Internal(error.to_string()))?;
    serde_json::to_string(&album(id, release)).map_err(|error| Error::Internal(error.to_string()))
}

fn album(id: i64, mut release: Map<String, Value>) -> Map<String, Value> {
    const FIELDS: [(&str, usize); 12] = [
        ("artist", 500),
        ("album", 500),
        ("year", 0),
        ("country", 100),
        ("label", 500),
        ("catno", 200),
        ("format", 200),
        ("genre", 200),
        ("style", 200),
        ("barcode", 100),
        ("master_id", 0),
        ("cover", 2_000),
    ];
    let mut album = Map::from_iter([("discogs_id".to_owned(), id.into())]);
    for (field, most) in FIELDS {
        let value = match release.remove(field) {
            Some(Value::String(text)) => {
                // A line: what breaks it is a space.
                let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                Value::String(cut(line.trim().to_owned(), most))
            }
            Some(Value::Null) | None => continue,
            Some(other) => other,
        };
        album.insert(field.to_owned(), value);
    }
    album
}

async fn fetch(upstream: &Upstream<'_>, id: i64) -> Result<Fetched> {
    let theirs = match upstream.ask::<Theirs>(&format!("/releases/{id}"), &[]).await? {
        Told::Found(theirs) => theirs,
        Told::Missing(_) => return Ok(Fetched { entry: Entry::missing(), covers: Covers::default() }),
    };
    if theirs.id != id || theirs.title.is_empty() {
        return Err(Error::Failed(format!("release {id} was answered with something else")));
    }
    let (release, covers) = ours(theirs);
    let body = serde_json::to_string(&release).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Fetched { entry: Entry::json(body, Terms::RELEASE), covers })
}

fn ours(theirs: Theirs) -> (Release, Covers) {
    let mut covers = Covers::default();
    let id = theirs.id;
    let artist = by(&theirs.artists);
    let formats: Vec<String> = theirs.formats.iter().flat_map(Format::words).collect();
    let barcodes =
        barcode::among(theirs.identifiers.iter().filter(|one| one.r#type == "Barcode").map(|one| one.value.as_str()));
    let barcodes: Vec<String> = barcodes.iter().map(|code| code.printed().to_owned()).collect();
    let images = front_first(theirs.images);
    let mut thumb = images.first().and_then(|front| image::address(&front.uri150));
    covers.publish(&mut thumb, id, 0, true);
    let places = images.iter().zip(0..).filter_map(|(one, place)| Some((image::address(&one.uri)?, place)));
    let images: Vec<String> = places
        .filter_map(|(address, place)| {
            let mut address = Some(address);
            covers.publish(&mut address, id, place, false);
            address
        })
        .collect();
    let candidate = Candidate {
        id,
        title: format!("{artist} - {}", theirs.title),
        artist,
        album: theirs.title,
        year: theirs.year.as_ref().and_then(Loose::year),
        cover: images.first().cloned(),
        thumb,
        price: None,
        format: row::format(&formats),
        formats,
        label: row::distinct(&theirs.labels.iter().map(|label| name::display(&label.name)).collect::<Vec<_>>()),
        catno: theirs
            .labels
            .iter()
            .map(|label| &label.catno)
            .find(|no| !no.is_empty() && !no.eq_ignore_ascii_case("none"))
            .cloned(),
        country: theirs.country.filter(|country| !country.is_empty()),
        genre: theirs.genres.first().cloned(),
        style: theirs.styles.first().cloned(),
        barcode: barcodes.first().cloned(),
        master_id: theirs.master_id.filter(|id| *id > 0),
        uri: row::page(id),
        have: theirs.community.have,
        want: theirs.community.want,
        exact: None,
        score: None,
    };
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    let release = Release {
        attribution: attribution::of(candidate.uri.clone()),
        candidate,
        labels: theirs.labels,
        released: some(theirs.released),
        notes: some(theirs.notes),
        genres: theirs.genres,
        styles: theirs.styles,
        tracklist: theirs.tracklist.into_iter().map(Track::from).collect(),
        barcodes,
        identifiers: theirs.identifiers,
        images,
        rating: theirs.community.rating,
    };
    (release, covers)
}

/// "Stan Getz / João Gilberto": names as the sleeve has them, joined as Discogs says.
fn by(artists: &[Artist]) -> String {
    let mut text = String::new();
    for (index, artist) in artists.iter().enumerate() {
        let name = if artist.anv.is_empty() { &artist.name } else { &artist.anv };
        text.push_str(&name::display(name));
        if index + 1 < artists.len() {
            match artist.join.trim() {
                "" | "," => text.push_str(", "),
                join => {
                    text.push(' ');
                    text.push_str(join);
                    text.push(' ');
                }
            }
        }
    }
    text
}

pub fn front_first(mut images: Vec<Image>) -> Vec<Image> {
    images.sort_by_key(|image| image.r#type != "primary");
    images
}

/// The addresses of a release's images as they are now, the front first.
pub async fn images(upstream: &Upstream<'_>, id: i64) -> Result<Vec<Image>> {
    Ok(match upstream.ask::<Theirs>(&format!("/releases/{id}"), &[]).await? {
        Told::Found(theirs) => front_first(theirs.images),
        Told::Missing(_) => vec![],
    })
}

impl Image {
    pub fn address(&self, thumb: bool) -> Option<String> {
        image::address(if thumb { &self.uri150 } else { &self.uri })
    }
}

impl Format {
    /// `Vinyl, 2xLP, Album`: how many there are is said of the carrier.
    fn words(&self) -> Vec<String> {
        let several = self.qty.parse().is_ok_and(|quantity: u32| quantity > 1);
        let mut words = vec![self.name.clone()];
        words.extend(self.descriptions.iter().enumerate().map(|(index, word)| {
            match several && index == 0 && word == "LP" {
                true => format!("{}x{word}", self.qty),
                false => word.clone(),
            }
        }));
        words.retain(|word| !word.is_empty());
        words
    }
}

impl From<TheirTrack> for Track {
    fn from(track: TheirTrack) -> Self {
        Self {
            heading: track.type_ == "heading",
            position: track.position,
            title: track.title,
            duration: Some(track.duration).filter(|duration| !duration.is_empty()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theirs() -> Theirs {
        serde_json::from_str(
            r#"{"id":7,"title":"Getz / Gilberto","year":1964,"artists":[{"name":"Stan Getz","join":"/"},{"name":"João Gilberto (2)","anv":""}],
                "labels":[{"name":"Verve Records","catno":"none"},{"name":"Verve Records","catno":"V6-8545"}],
                "formats":[{"name":"Vinyl","qty":"2","descriptions":["LP","Album"]}],"genres":["Jazz"],"master_id":0,
                "identifiers":[{"type":"Barcode","value":"7 2064 24425 1 7"},{"type":"Matrix / Runout","value":"V6-8545-A"}],
                "images":[{"type":"secondary","uri":"https://i.discogs.com/back.jpeg"},{"type":"primary","uri":"https://i.discogs.com/front.jpeg"}],
                "tracklist":[{"position":"","type_":"heading","title":"Side A","duration":""},{"position":"A1","type_":"track","title":"The Girl From Ipanema","duration":"5:22"}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_release_is_what_the_sleeve_says() {
        let (release, covers) = ours(theirs());
        let of = &release.candidate;
        assert_eq!(of.title, "Stan Getz / João Gilberto - Getz / Gilberto");
        assert_eq!((of.label.as_deref(), of.catno.as_deref()), (Some("Verve Records"), Some("V6-8545")));
        assert_eq!((of.format.as_deref(), of.master_id), (Some("2xLP, Album"), None));
        assert_eq!(of.barcode.as_deref(), Some("720642442517"));
        assert_eq!((release.images.len(), &of.cover), (2, &Some(release.images[0].clone())));
        assert!(covers.list()[0].url.ends_with("front.jpeg") && covers.list()[1].place == 1);
        assert!(release.tracklist[0].heading && release.tracklist[1].duration.is_some());
    }

    #[test]
    fn a_release_gives_the_fields_that_it_knows() {
        let long = "x".repeat(600);
        let release = serde_json::json!({"artist": long, "album": "A\nB", "year": null, "id": 7, "notes": "no field", "genre": "Jazz"});
        let Value::Object(release) = release else { unreachable!() };
        let album = album(7, release);
        assert_eq!(album["artist"].as_str().unwrap().len(), 500);
        assert_eq!((&album["album"], &album["discogs_id"]), (&Value::from("A B"), &Value::from(7)));
        assert_eq!(album.keys().collect::<Vec<_>>(), ["album", "artist", "discogs_id", "genre"]);
    }
}

//! The document of a release.

use serde::Serialize;

use crate::{
    attribution::Attribution,
    barcode::{self, Barcode},
    candidate::{self, Candidate},
    cover_source::CoverSources,
    discogs::{self, Identifier, Label, Rating, Release, Year},
};

#[derive(Serialize)]
pub struct ReleaseDocument {
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
    /// Our addresses, the front of the sleeve first.
    images: Vec<String>,
    rating: Rating,
    attribution: Attribution,
}

#[derive(Debug, Serialize)]
struct Track {
    position: String,
    title: String,
    duration: Option<String>,
    /// Whether it is the title of a side or a part instead of a track.
    heading: bool,
}

/// Converts a release into our document. Adds the covers that it mentions to `covers`.
pub fn build_document(mut release: Release, covers: &mut CoverSources<'_>) -> ReleaseDocument {
    let (images, thumb) = replace_images(&mut release, covers);
    let barcodes = printed_barcodes(&release.identifiers);
    let candidate = build_candidate(&release, images.first().cloned(), thumb, barcodes.first().cloned());
    ReleaseDocument {
        attribution: Attribution::of_page(candidate.uri.clone()),
        candidate,
        labels: release.labels,
        released: release.released.filter(|text| !text.is_empty()),
        notes: release.notes.filter(|text| !text.is_empty()),
        genres: release.genres,
        styles: release.styles,
        tracklist: release.tracklist.into_iter().map(Track::from).collect(),
        barcodes,
        identifiers: release.identifiers,
        images,
        rating: release.community.rating,
    }
}

/// Returns our addresses of the images, the front first, and of the front's small version.
fn replace_images(release: &mut Release, covers: &mut CoverSources<'_>) -> (Vec<String>, Option<String>) {
    let images = release.take_images();
    let mut thumb = images.first().and_then(|front| front.address(true));
    covers.replace(&mut thumb, release.id, 0, true);
    let replaced = images.iter().zip(0..).filter_map(|(image, index)| {
        let mut address = image.address(false);
        covers.replace(&mut address, release.id, index, false);
        address
    });
    (replaced.collect(), thumb)
}

fn printed_barcodes(identifiers: &[Identifier]) -> Vec<String> {
    let texts = identifiers.iter().filter(|one| one.r#type == "Barcode").map(|one| one.value.as_str());
    barcode::find_barcodes(texts).iter().map(Barcode::printed).map(str::to_owned).collect()
}

pub fn build_candidate(
    release: &Release,
    cover: Option<String>,
    thumb: Option<String>,
    barcode: Option<String>,
) -> Candidate {
    let artist = join_artists(&release.artists);
    let formats: Vec<String> = release.formats.iter().flat_map(describe_parts).collect();
    let labels: Vec<String> = release.labels.iter().map(|label| names::display_artist(&label.name)).collect();
    Candidate {
        id: release.id,
        title: format!("{artist} - {}", release.title),
        artist,
        album: release.title.clone(),
        year: release.year.as_ref().and_then(Year::known),
        cover,
        thumb,
        price: None,
        format: candidate::describe_format(&formats),
        formats,
        label: candidate::join_labels(labels.iter().map(String::as_str)),
        catno: release.labels.iter().map(|label| &label.catno).find(|catno| candidate::is_catno(catno)).cloned(),
        country: release.country.clone().filter(|country| !country.is_empty()),
        genre: candidate::join_values(&release.genres),
        style: candidate::join_values(&release.styles),
        barcode,
        master_id: release.master_id.filter(|id| *id > 0),
        uri: candidate::release_page(release.id),
        have: release.community.have,
        want: release.community.want,
        exact: None,
        score: None,
    }
}

/// Returns `Stan Getz / João Gilberto`: the names on the sleeve, joined as Discogs says.
fn join_artists(artists: &[discogs::Artist]) -> String {
    let mut text = String::new();
    for (index, artist) in artists.iter().enumerate() {
        let name = if artist.anv.is_empty() { &artist.name } else { &artist.anv };
        text.push_str(&names::display_artist(name));
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

/// Returns `Vinyl`, `2xLP`, `Album`: Discogs states the number of discs apart from the word that it belongs to.
fn describe_parts(format: &discogs::Format) -> Vec<String> {
    let is_multiple = format.qty.parse().is_ok_and(|quantity: u32| quantity > 1);
    let descriptions = format.descriptions.iter().enumerate().map(|(index, word)| match word.as_str() {
        "LP" if is_multiple && index == 0 => format!("{}xLP", format.qty),
        word => word.to_owned(),
    });
    let parts = std::iter::once(format.name.clone()).chain(descriptions);
    parts.filter(|part| !part.is_empty()).collect()
}

impl From<discogs::Track> for Track {
    fn from(track: discogs::Track) -> Self {
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
    use crate::{cover_source::CoverSource, secret::Secret};

    const RELEASE: &str = r#"{
        "id": 7, "title": "Getz / Gilberto", "year": 1964, "genres": ["Jazz"], "master_id": 0,
        "artists": [{"name": "Stan Getz", "join": "/"}, {"name": "João Gilberto (2)", "anv": ""}],
        "labels": [{"name": "Verve Records", "catno": "none"}, {"name": "Verve Records", "catno": "V6-8545"}],
        "formats": [{"name": "Vinyl", "qty": "2", "descriptions": ["LP", "Album"]}],
        "identifiers": [
            {"type": "Barcode", "value": "7 2064 24425 1 7"},
            {"type": "Matrix / Runout", "value": "V6-8545-A"}
        ],
        "images": [
            {"type": "secondary", "uri": "https://i.discogs.com/back.jpeg"},
            {"type": "primary", "uri": "https://i.discogs.com/front.jpeg"}
        ],
        "tracklist": [
            {"position": "", "type_": "heading", "title": "Side A", "duration": ""},
            {"position": "A1", "type_": "track", "title": "The Girl From Ipanema", "duration": "5:22"}
        ]
    }"#;

    fn build() -> (ReleaseDocument, Vec<CoverSource>) {
        let secret = Secret::new(b"secret").unwrap();
        let mut covers = CoverSources::new(&secret);
        let document = build_document(serde_json::from_str(RELEASE).unwrap(), &mut covers);
        (document, covers.into_vec())
    }

    #[test]
    fn a_document_has_the_names_and_numbers_of_the_sleeve() {
        let candidate = build().0.candidate;
        assert_eq!(candidate.title, "Stan Getz / João Gilberto - Getz / Gilberto");
        assert_eq!((candidate.label.as_deref(), candidate.catno.as_deref()), (Some("Verve Records"), Some("V6-8545")));
        assert_eq!((candidate.format.as_deref(), candidate.master_id), (Some("2xLP, Album"), None));
        assert_eq!(candidate.barcode.as_deref(), Some("720642442517"));
    }

    #[test]
    fn the_front_is_the_first_image_and_the_cover() {
        let (document, covers) = build();
        assert_eq!((document.images.len(), &document.candidate.cover), (2, &Some(document.images[0].clone())));
        let [front, back] = covers.as_slice() else { panic!("{covers:?}") };
        assert!(front.url.ends_with("front.jpeg") && back.url.ends_with("back.jpeg"));
        assert_eq!((front.image_index, back.image_index), (0, 1));
    }

    #[test]
    fn a_heading_is_marked() {
        let tracks = build().0.tracklist;
        assert!(tracks[0].heading && tracks[0].duration.is_none());
        assert!(!tracks[1].heading && tracks[1].duration.is_some());
    }
}

//! Records at MusicBrainz.

use utoipa::ToSchema;

#[derive(ToSchema)]
pub struct Found {
    /// `null` if MusicBrainz does not have the record, or if it is not certain which one it is.
    r#match: Option<FoundRecord>,
    source: Source,
}

/// Must be shown beside the data.
#[derive(ToSchema)]
struct Source {
    #[schema(example = "MusicBrainz")]
    name: String,
    url: String,
}

#[derive(ToSchema)]
struct FoundRecord {
    /// The id at MusicBrainz.
    mbid: String,
    by: Way,
    fields: FoundFields,
    tracklist: Vec<FoundTrack>,
}

/// How the record was found. With `names`, the pressing is not certain.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
enum Way {
    DiscogsId,
    Barcode,
    Catno,
    Names,
}

/// Fields of an album. A field that MusicBrainz does not know is left out.
#[derive(ToSchema)]
struct FoundFields {
    artist: String,
    album: String,
    /// A path on this site.
    #[schema(nullable = false)]
    cover: Option<String>,
    #[schema(nullable = false)]
    styles: Option<Vec<String>>,
    #[schema(nullable = false)]
    year: Option<i64>,
    #[schema(nullable = false)]
    country: Option<String>,
    #[schema(nullable = false)]
    labels: Option<Vec<String>>,
    #[schema(nullable = false)]
    catno: Option<String>,
    #[schema(nullable = false)]
    barcode: Option<String>,
}

#[derive(ToSchema)]
struct FoundTrack {
    #[schema(example = "A1")]
    position: String,
    title: String,
    #[schema(example = "3:05")]
    duration: Option<String>,
}

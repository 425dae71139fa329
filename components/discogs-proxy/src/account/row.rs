//! A copy or a want of a Discogs user, as the fields of an album.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, value::RawValue};
use sha2::{Digest as _, Sha256};

use crate::{
    cover_source::CoverSources,
    discogs::{Named, Release},
    image, release,
    store::Names,
};

/// The fields that every user of Discogs has. Users add others, with greater numbers.
const MEDIA_CONDITION: i64 = 1;
const SLEEVE_CONDITION: i64 = 2;
const NOTES: i64 = 3;

/// The grades that the collection knows; the last three are grades of sleeves only.
const GRADES: [&str; 11] = [
    "Mint (M)",
    "Near Mint (NM or M-)",
    "Very Good Plus (VG+)",
    "Very Good (VG)",
    "Good Plus (G+)",
    "Good (G)",
    "Fair (F)",
    "Poor (P)",
    "Generic",
    "Not Graded",
    "No Cover",
];
const MEDIA_GRADES: usize = 8;

/// The collection's limits: characters of notes and names of crates, and bytes of the user's own fields.
const MAX_NOTES: usize = 7_000;
const MAX_NAME: usize = 200;
const MAX_CUSTOM: usize = 8_000;

/// The rows of a page, between `read` and `compare`.
#[derive(Serialize, Deserialize)]
pub struct Rows {
    /// Of a preview.
    pub head: Option<Head>,
    pub rows: Vec<CopyRow>,
}

/// What the whole collection has.
#[derive(Default, Serialize, Deserialize)]
pub struct Head {
    pub username: String,
    pub records: u32,
    pub wants: u32,
    pub pages: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct CopyRow {
    /// The number of the copy; of a want, that of its release.
    pub number: i64,
    pub is_want: bool,
    pub release_id: i64,
    /// The album that the copy is bound to, else the uid that a new one gets.
    pub uid: String,
    pub is_bound: bool,
    pub added_at: Option<String>,
    pub folder: Option<String>,
    pub fields: Map<String, Value>,
}

#[derive(Deserialize)]
struct UserRow {
    #[serde(default)]
    instance_id: i64,
    #[serde(default)]
    folder_id: i64,
    #[serde(default)]
    rating: i64,
    date_added: Option<String>,
    basic_information: Box<RawValue>,
    /// Of a copy, a list; of a want, a text.
    #[serde(default)]
    notes: Value,
}

#[derive(Deserialize)]
struct Picture {
    #[serde(default)]
    cover_image: String,
}

#[derive(Deserialize)]
struct Note {
    field_id: i64,
    value: String,
}

/// Returns `None` if the row is not well-formed.
pub fn convert(row: &RawValue, is_want: bool, names: &Names, covers: &mut CoverSources<'_>) -> Option<CopyRow> {
    let row: UserRow = parse(row)?;
    let basic: Release = parse(&row.basic_information)?;
    let (release_id, number) = (basic.id, if is_want { basic.id } else { row.instance_id });
    if release_id < 1 || number < 1 || basic.title.trim().is_empty() {
        return None;
    }
    let picture = parse::<Picture>(&row.basic_information);
    let mut cover = picture.and_then(|picture| image::check_address(&picture.cover_image));
    covers.replace(&mut cover, release_id, 0, false);
    let mut fields = release::fields_of(basic, cover)?;
    if (1..=5).contains(&row.rating) {
        fields.insert("rating".to_owned(), row.rating.into());
    }
    if is_want {
        fields.insert("wanted".to_owned(), true.into());
    }
    add_notes(&mut fields, row.notes, names);
    Some(CopyRow {
        number,
        is_want,
        release_id,
        uid: uid_of(is_want, number),
        is_bound: false,
        added_at: row.date_added.filter(|time| time.len() >= 20),
        folder: name_of(&names.folders, row.folder_id).map(|name| release::single_line(name, MAX_NAME)),
        fields,
    })
}

/// As the client parses answers, so that the parser of a release is compiled once.
fn parse<T: DeserializeOwned>(json: &RawValue) -> Option<T> {
    serde_json::from_slice(json.get().as_bytes()).ok()
}

fn add_notes(fields: &mut Map<String, Value>, notes: Value, names: &Names) {
    let notes = match notes {
        Value::String(value) => vec![Note { field_id: NOTES, value }],
        list => serde_json::from_value::<Vec<Note>>(list).unwrap_or_default(),
    };
    let (mut custom, mut custom_bytes) = (Map::new(), 0);
    for Note { field_id, value } in notes {
        let has = |grades: usize| GRADES.iter().take(grades).any(|grade| *grade == value);
        match field_id {
            _ if value.trim().is_empty() => {}
            MEDIA_CONDITION if has(MEDIA_GRADES) => _ = fields.insert("media_condition".to_owned(), value.into()),
            SLEEVE_CONDITION if has(GRADES.len()) => _ = fields.insert("sleeve_condition".to_owned(), value.into()),
            NOTES => _ = fields.insert("notes".to_owned(), paragraph(&value).into()),
            MEDIA_CONDITION | SLEEVE_CONDITION => {}
            other => {
                let Some(name) = name_of(&names.fields, other) else { continue };
                custom_bytes += 2 * (name.len() + value.len()) + 8;
                if custom_bytes <= MAX_CUSTOM {
                    custom.insert(name.to_owned(), value.into());
                }
            }
        }
    }
    if !custom.is_empty() {
        fields.insert("custom".to_owned(), custom.into());
    }
}

/// Notes may have several lines, and no other control characters.
fn paragraph(text: &str) -> String {
    let is_kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    text.chars().filter(is_kept).take(MAX_NOTES).collect()
}

fn name_of(names: &[Named], id: i64) -> Option<&str> {
    names.iter().find(|named| named.id == id).map(|named| named.name.as_str()).filter(|name| !name.trim().is_empty())
}

/// The same copy has the same uid each time (a UUID of version 8), so that a page that was cut off adds nothing twice.
fn uid_of(is_want: bool, number: i64) -> String {
    let hash = Sha256::digest(format!("vinyl:discogs {} {number}", if is_want { "want" } else { "copy" }));
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
    let number = u128::from_be_bytes(bytes);
    let number = number & !(0xf << 76) & !(0b11 << 62) | 8 << 76 | 0b10 << 62;
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

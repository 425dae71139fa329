//! An album with typed fields. Its text is borrowed from a row of the database (`Album<&str>`) or owned
//! (`Album<String>`).

use rusqlite::{Row, types::FromSqlResult};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The columns in the order of the fields.
pub const COLUMNS: &str = "id, uid, version, created_at, updated_at, artist, album, genre, style, year, country, \
    label, catno, format, barcode, discogs_id, master_id, media_condition, sleeve_condition, rating, notes, tags, \
    crate, quantity, purchase_price, purchase_currency, purchased_at, price, price_currency, price_at, price_source, \
    cover, custom";

macro_rules! album {
    ($($(#[$attribute:meta])? $field:ident: $type:ty,)*) => {
        #[derive(Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Album<S> {
            $($(#[$attribute])? #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$type>,)*
        }

        impl<'r, S: Column<'r>> Album<S> {
            /// Reads a row of [`COLUMNS`].
            pub fn of(row: &'r Row<'_>) -> rusqlite::Result<Self> {
                let mut columns = Columns { row, next: 0 };
                Ok(Self { $($field: columns.take()?,)* })
            }
        }
    };
}

album! {
    id: i64, uid: S, version: i64, created_at: S, updated_at: S,
    artist: S, album: S, genre: S, style: S, year: i64, country: S, label: S, catno: S, format: S, barcode: S,
    discogs_id: i64, master_id: i64, media_condition: S, sleeve_condition: S, rating: i64, notes: S,
    tags: Box<RawValue>, #[serde(rename = "crate")] crate_uid: S, quantity: i64,
    purchase_price: f64, purchase_currency: S, purchased_at: S,
    price: f64, price_currency: S, price_at: S, price_source: S, cover: S, custom: Box<RawValue>,
}

impl Album<String> {
    /// The name of the first field that violates a limit of the API. Serde has already checked the types.
    pub fn fault(&self, is_new: bool) -> Option<&'static str> {
        let names = [("artist", &self.artist), ("album", &self.album)];
        let missing = names.into_iter().find(|(_, text)| match text {
            Some(text) => text.trim().is_empty(),
            None => is_new,
        });
        let lines = [
            ("artist", &self.artist, 500),
            ("album", &self.album, 500),
            ("genre", &self.genre, 200),
            ("style", &self.style, 200),
            ("country", &self.country, 100),
            ("label", &self.label, 500),
            ("catno", &self.catno, 200),
            ("format", &self.format, 200),
            ("barcode", &self.barcode, 100),
            ("media_condition", &self.media_condition, 30),
            ("sleeve_condition", &self.sleeve_condition, 30),
            ("notes", &self.notes, 10_000),
        ];
        let too_long = lines.into_iter().find_map(|(name, text, max)| {
            text.as_ref().is_some_and(|text| text.len() > max && text.chars().count() > max).then_some(name)
        });
        let year = self.year.is_some_and(|year| !(1860..=2100).contains(&year)).then_some("year");
        let rating = self.rating.is_some_and(|rating| !(0..=5).contains(&rating)).then_some("rating");
        missing.map(|(name, _)| name).or(too_long).or(year).or(rating)
    }
}

struct Columns<'r, 'stmt> {
    row: &'r Row<'stmt>,
    next: usize,
}

impl<'r> Columns<'r, '_> {
    fn take<T: Column<'r>>(&mut self) -> rusqlite::Result<Option<T>> {
        let index = self.next;
        self.next += 1;
        let value = self.row.get_ref(index)?;
        T::of(value).map_err(|error| rusqlite::Error::FromSqlConversionFailure(index, value.data_type(), error.into()))
    }
}

/// The type of a column's value; NULL becomes `None`.
pub trait Column<'r>: Sized {
    fn of(value: rusqlite::types::ValueRef<'r>) -> FromSqlResult<Option<Self>>;
}

impl<'r> Column<'r> for &'r str {
    fn of(value: rusqlite::types::ValueRef<'r>) -> FromSqlResult<Option<Self>> {
        value.as_str_or_null()
    }
}

impl Column<'_> for String {
    fn of(value: rusqlite::types::ValueRef<'_>) -> FromSqlResult<Option<Self>> {
        Ok(value.as_str_or_null()?.map(str::to_owned))
    }
}

impl Column<'_> for i64 {
    fn of(value: rusqlite::types::ValueRef<'_>) -> FromSqlResult<Option<Self>> {
        value.as_i64_or_null()
    }
}

impl Column<'_> for f64 {
    fn of(value: rusqlite::types::ValueRef<'_>) -> FromSqlResult<Option<Self>> {
        value.as_f64_or_null()
    }
}

impl Column<'_> for Box<RawValue> {
    fn of(value: rusqlite::types::ValueRef<'_>) -> FromSqlResult<Option<Self>> {
        let text = value.as_str_or_null()?.map(str::to_owned);
        text.map(RawValue::from_string).transpose().map_err(rusqlite::types::FromSqlError::other)
    }
}

//! Which albums a list has: the conditions of its statement.

use std::fmt::Write as _;

use sqlite::Value;

use crate::contract::albums::AlbumQuery;

/// A part of the collection that has a list of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    Owned,
    Wanted,
    Trash,
}

impl Shelf {
    /// Constants in the SQL, not parameters: else SQLite would not use the partial index of each list.
    fn condition(self) -> &'static str {
        match self {
            Self::Owned => "deleted_at IS NULL AND wanted = 0",
            Self::Wanted => "deleted_at IS NULL AND wanted = 1",
            Self::Trash => "deleted_at IS NOT NULL",
        }
    }

    /// The column that counts its albums.
    fn total(self) -> &'static str {
        match self {
            Self::Owned => "collections.albums",
            Self::Wanted => "collections.wanted",
            Self::Trash => "collections.trashed",
        }
    }
}

/// The conditions of a list and their parameters; `?1` is the user.
pub struct Filter {
    pub sql: String,
    pub parameters: Vec<Value>,
    shelf: Shelf,
    /// Whether a filter restricts the list to a part of its shelf.
    is_partial: bool,
}

impl Filter {
    pub fn new(user: i64, query: &AlbumQuery, shelf: Shelf) -> Self {
        let mut filter = Self {
            sql: format!("user_id = ?1 AND type = 'album' AND {}", shelf.condition()),
            parameters: vec![user.into()],
            shelf,
            is_partial: false,
        };
        if let Some(artist) = &query.artist {
            // The same expression as the column artist_key has, so that the list's index serves.
            filter.and("artist_key = lower(CASE WHEN ? LIKE 'the _%' THEN substr(?, 5) ELSE ? END)", artist.as_str());
        }
        // A text contains each of its values: most albums are decided without reading a list.
        if let Some(genre) = &query.genre {
            let sql = format!("instr(lower(genre), lower(?)) AND {}", has_value(&list("genre"), "?"));
            filter.and(&sql, genre.as_str());
        }
        if let Some(format) = &query.format {
            // Also a part of the text: "2xLP".
            let text = "instr(concat(',', replace(lower(format), ', ', ','), ','), concat(',', lower(?), ','))";
            filter.and(&format!("({text} OR {})", has_value(FORMATS, "?")), format.as_str());
        }
        if let Some(crate_uid) = &query.crate_uid {
            filter.and("crate = ?", crate_uid.as_str());
        }
        if let Some(decade) = query.decade {
            filter.and("year BETWEEN ? AND ? + 9", decade);
        }
        if let Some(words) = &query.q {
            // The search index does not contain the trash.
            filter.and("id IN (SELECT rowid FROM search WHERE search MATCH ?)", search_expression(user, words));
        }
        filter
    }

    /// The SQL of the list's total: the shelf's counter if no filter is given.
    pub fn total(&self) -> String {
        match self.is_partial {
            true => format!("(SELECT count(*) FROM records WHERE {})", self.sql),
            false => self.shelf.total().to_owned(),
        }
    }

    /// Adds a parameter and returns its name in the SQL.
    pub fn push(&mut self, parameter: Value) -> String {
        self.parameters.push(parameter);
        format!("?{}", self.parameters.len())
    }

    /// Adds a condition, in which every `?` means `parameter`.
    fn and(&mut self, sql: &str, parameter: impl Into<Value>) {
        self.is_partial = true;
        let name = self.push(parameter.into());
        let _ = write!(self.sql, " AND {}", sql.replace('?', &name));
    }
}

/// The list of the values that the text `field` joins. A record that a release wrote that knew no lists has none.
pub fn list(field: &str) -> String {
    format!("coalesce(doc -> '$.{field}s', json_array(doc ->> '$.{field}'))")
}

/// The list of the names by which a format is found: the carrier and the descriptions.
pub const FORMATS: &str = "json_insert(coalesce(doc -> '$.format_descriptions', '[]'), '$[#]', doc ->> '$.carrier')";

/// Whether a list has a value, in any case.
pub fn has_value(list: &str, value: &str) -> String {
    format!("EXISTS (SELECT 1 FROM json_each({list}) AS entry WHERE lower(entry.value) = lower({value}))")
}

/// Whether an `entry` of a list is the first of its value, so that a value counts once for each album.
pub fn is_first(list: &str) -> String {
    format!(
        "(entry.key = 0 OR NOT EXISTS (
            SELECT 1 FROM json_each({list}) AS other WHERE other.key < entry.key AND other.value = entry.value))"
    )
}

/// The words of a search that count. FTS5 reads a part of the index for each of them.
const MAX_WORDS: usize = 16;

/// An FTS5 expression: every word must be the beginning of a word of the album. The words are quoted, so that none of
/// them is an operator of FTS5.
pub fn search_expression(user: i64, words: &str) -> String {
    let mut expression = format!("owner:u{user}");
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    for word in words.take(MAX_WORDS) {
        let _ = write!(expression, " AND {{artist album rest}}:\"{word}\"*");
    }
    expression
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_words_are_quoted() {
        let words = ["Miles", "OR", "owner", "u8"].map(|word| format!("{{artist album rest}}:\"{word}\"*"));
        assert_eq!(search_expression(7, r#"Miles" OR owner:u8 "#), format!("owner:u7 AND {}", words.join(" AND ")));
        assert_eq!(search_expression(7, &"a ".repeat(100)).matches(" AND ").count(), MAX_WORDS);
    }
}

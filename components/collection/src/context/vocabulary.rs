//! The names that a collection holds, to be recognised in a question.

use super::words::{Word, is_common, words};
use serde::Deserialize;

/// As the albums have them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Vocabulary {
    pub artists: Vec<String>,
    pub labels: Vec<String>,
    /// Genres and styles; Discogs joins several by commas.
    pub genres: Vec<String>,
    pub formats: Vec<String>,
    pub countries: Vec<String>,
}

/// A question's words; what was recognised is taken out.
#[derive(Debug)]
pub struct Left(Vec<Option<Word>>);

impl Left {
    pub fn new(words: Vec<Word>) -> Self {
        Self(words.into_iter().map(Some).collect())
    }

    /// Those of some names that the words hold, the longest first, each with its words taken out.
    pub fn take<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let mut found: Vec<(usize, Vec<String>, &str)> = Vec::new();
        for name in names {
            let parts: Vec<String> = words(name).into_iter().map(|word| word.text).collect();
            if !parts.is_empty() && self.place(&parts).is_some() {
                found.push((parts.len(), parts, name));
            }
        }
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.2.cmp(b.2)));
        let (mut taken, mut last): (Vec<String>, Vec<String>) = Default::default();
        for (_, parts, name) in found {
            // Names that differ only in case or punctuation are all meant.
            if parts == last {
                taken.push(name.to_owned());
            } else if let Some(place) = self.place(&parts) {
                self.0.iter_mut().skip(place).take(parts.len()).for_each(|word| *word = None);
                taken.push(name.to_owned());
                last = parts;
            }
        }
        taken.truncate(20);
        taken
    }

    /// Where the parts stand in a row.
    fn place(&self, parts: &[String]) -> Option<usize> {
        self.0.windows(parts.len()).enumerate().position(|(index, window)| {
            let same = window.iter().zip(parts).all(|(word, part)| word.as_ref().is_some_and(|w| same(&w.text, part)));
            // "Can" and "Yes" are bands, too; at the beginning of a question a capital says nothing.
            let meant = parts.iter().any(|part| !is_common(part))
                || (index > 0 && window.iter().all(|word| word.as_ref().is_some_and(|word| word.capital)));
            same && meant
        })
    }

    pub fn take_word(&mut self, is: impl Fn(&str) -> bool) -> Option<String> {
        let slot = self.0.iter_mut().find(|slot| slot.as_ref().is_some_and(|word| is(&word.text)))?;
        slot.take().map(|word| word.text)
    }

    /// What is left, without the common words.
    pub fn telling(self) -> Vec<String> {
        let mut telling: Vec<String> = Vec::new();
        for word in self.0.into_iter().flatten() {
            if !is_common(&word.text) && !telling.contains(&word.text) && word.text.chars().count() > 1 {
                telling.push(word.text);
            }
        }
        telling
    }
}

/// LP and LPs are the same format.
fn same(word: &str, part: &str) -> bool {
    word == part || word.strip_suffix('s').is_some_and(|singular| singular == part && part.chars().count() > 1)
}

/// The parts of names that Discogs joins by commas, each once.
pub fn parts(names: &[String]) -> Vec<&str> {
    let mut parts: Vec<&str> = names.iter().flat_map(|name| name.split(", ")).map(str::trim).collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(question: &str, names: &[&str]) -> Vec<String> {
        Left::new(words(question)).take(names.iter().copied())
    }

    #[test]
    fn the_longest_name_is_meant() {
        assert_eq!(take("any free jazz there?", &["Jazz", "Free Jazz"]), ["Free Jazz"]);
        assert_eq!(take("free jazz or other jazz", &["Jazz", "Free Jazz"]), ["Free Jazz", "Jazz"]);
    }

    #[test]
    fn a_common_word_is_a_name_only_with_a_capital() {
        assert!(take("Can I play something", &["Can", "Yes"]).is_empty());
        assert_eq!(take("What of Can do I have", &["Can"]), ["Can"]);
        assert!(take("what can I play", &["Can"]).is_empty());
    }

    #[test]
    fn names_that_read_the_same_are_all_meant() {
        assert_eq!(take("by ac dc", &["AC/DC", "AC DC"]), ["AC DC", "AC/DC"]);
    }
}

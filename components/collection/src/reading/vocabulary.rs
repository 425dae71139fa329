//! Finding the names of a collection in a question.

use serde::Deserialize;

use super::words::{Word, is_common, split_words};

/// The names in a collection, as its albums have them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Vocabulary {
    pub artists: Vec<String>,
    pub labels: Vec<String>,
    /// Genres and styles.
    pub genres: Vec<String>,
    pub formats: Vec<String>,
    pub countries: Vec<String>,
}

/// The limit for the names of one kind in a reading.
const MAX_NAMES: usize = 20;

/// The words of a question that are not recognised yet.
#[derive(Debug)]
pub struct RemainingWords(Vec<Option<Word>>);

impl RemainingWords {
    pub fn new(words: Vec<Word>) -> Self {
        Self(words.into_iter().map(Some).collect())
    }

    /// Finds names in the question, the longest first, and takes out the words of each.
    pub fn take_names<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let mut found: Vec<(Vec<String>, &str)> = Vec::new();
        for name in names {
            let parts: Vec<String> = split_words(name).into_iter().map(|word| word.text).collect();
            if !parts.is_empty() && self.position(&parts).is_some() {
                found.push((parts, name));
            }
        }
        found.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.1.cmp(b.1)));
        let (mut taken, mut last): (Vec<String>, Vec<String>) = Default::default();
        for (parts, name) in found {
            // Names that differ only in case or punctuation are all meant.
            if parts == last {
                taken.push(name.to_owned());
            } else if let Some(position) = self.position(&parts) {
                self.0.iter_mut().skip(position).take(parts.len()).for_each(|word| *word = None);
                taken.push(name.to_owned());
                last = parts;
            }
        }
        taken.truncate(MAX_NAMES);
        taken
    }

    /// The position of the parts of a name as consecutive words.
    fn position(&self, parts: &[String]) -> Option<usize> {
        self.0.windows(parts.len()).enumerate().position(|(index, window)| {
            let is_equal =
                window.iter().zip(parts).all(|(word, part)| word.as_ref().is_some_and(|w| matches_part(&w.text, part)));
            // "Can" and "Yes" are bands too. The first word of a question has a capital letter anyway. Few windows are
            // equal, and only for these the list of common words is searched.
            is_equal
                && (parts.iter().any(|part| !is_common(part))
                    || (index > 0 && window.iter().all(|word| word.as_ref().is_some_and(|word| word.is_capitalised))))
        })
    }

    /// Takes out the first word for which `is_wanted` holds.
    pub fn take_word(&mut self, is_wanted: impl Fn(&str) -> bool) -> Option<String> {
        let slot = self.0.iter_mut().find(|slot| slot.as_ref().is_some_and(|word| is_wanted(&word.text)))?;
        slot.take().map(|word| word.text)
    }

    /// The remaining words without the common ones and single characters, each once.
    pub fn into_significant(self) -> Vec<String> {
        let mut significant: Vec<String> = Vec::new();
        for word in self.0.into_iter().flatten() {
            if !is_common(&word.text) && !significant.contains(&word.text) && word.text.chars().count() > 1 {
                significant.push(word.text);
            }
        }
        significant
    }
}

/// Whether a word is part of a name, perhaps in the plural: "LPs" means the format LP.
fn matches_part(word: &str, part: &str) -> bool {
    word == part || word.strip_suffix('s').is_some_and(|singular| singular == part && part.chars().count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(question: &str, names: &[&str]) -> Vec<String> {
        RemainingWords::new(split_words(question)).take_names(names.iter().copied())
    }

    #[test]
    fn the_longest_name_wins() {
        assert_eq!(take("any free jazz there?", &["Jazz", "Free Jazz"]), ["Free Jazz"]);
        assert_eq!(take("free jazz or other jazz", &["Jazz", "Free Jazz"]), ["Free Jazz", "Jazz"]);
    }

    #[test]
    fn a_common_word_is_a_name_only_with_a_capital_letter() {
        assert!(take("Can I play something", &["Can", "Yes"]).is_empty());
        assert_eq!(take("What of Can do I have", &["Can"]), ["Can"]);
        assert!(take("what can I play", &["Can"]).is_empty());
    }

    #[test]
    fn names_that_differ_only_in_punctuation_are_all_found() {
        assert_eq!(take("by ac dc", &["AC/DC", "AC DC"]), ["AC DC", "AC/DC"]);
    }
}

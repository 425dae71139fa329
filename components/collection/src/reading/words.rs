//! The words of a question, and the common ones that say nothing about an album.

/// A word in lower case, and whether it began with a capital letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub is_capitalised: bool,
}

/// Splits a text at every character that is not a letter, a digit or an apostrophe. Removes apostrophes: "don't"
/// becomes "dont".
pub fn split_words(text: &str) -> Vec<Word> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
        .map(|word| word.replace(['\'', '’'], ""))
        .filter(|word| !word.is_empty())
        .map(|word| Word { is_capitalised: word.starts_with(char::is_uppercase), text: word.to_lowercase() })
        .collect()
}

/// Whether any of the phrases, each between spaces, is in `text`.
pub fn contains_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.contains(phrase))
}

/// Whether a word is common in questions: it is not searched for in albums, and does not identify a name alone.
pub fn is_common(word: &str) -> bool {
    COMMON.contains(&word)
}

#[rustfmt::skip]
const COMMON: &[&str] = &[
    "a", "about", "add", "added", "again", "album", "albums", "all", "already", "am", "an", "and", "any", "anything",
    "are", "as", "ask", "at", "average", "be", "been", "best", "between", "bought", "buy", "by", "can", "cd", "cds",
    "choose", "collection", "copies", "copy", "cost", "could", "count", "day", "days", "decade", "decades", "did",
    "different", "do", "does", "dont", "each", "earliest", "else", "ever", "every", "expensive", "favorite",
    "favorites", "favourite", "favourites", "few", "first", "for", "format", "formats", "free", "from", "genre",
    "genres", "get", "give", "good", "got", "had", "has", "have", "havent", "hear", "heard", "hello", "help", "her",
    "here", "hey", "hi", "highest", "him", "his", "how", "i", "id", "if", "im", "in", "into", "is", "isnt", "it",
    "its", "ive", "just", "know", "label", "labels", "last", "latest", "least", "less", "let", "like", "list",
    "listen", "listened", "listening", "little", "live", "long", "look", "looking", "lot", "love", "low", "made",
    "make", "many", "may", "me", "mine", "money", "more", "most", "much", "music", "my", "name", "need", "never",
    "new", "newest", "next", "no", "none", "not", "nothing", "now", "number", "of", "old", "oldest", "on", "one",
    "only", "or", "other", "our", "out", "over", "own", "owned", "owning", "paid", "pay", "per", "pick", "play",
    "played", "please", "price", "priciest", "purchase", "purchased", "put", "random", "rated", "rating", "ratings",
    "recent", "recently", "recommend", "record", "records", "release", "released", "right", "say", "see", "shelf",
    "should", "show", "since", "so", "some", "something", "spend", "spent", "star", "stars", "still", "suggest",
    "surprise", "tell", "than", "thank", "thanks", "that", "the", "their", "them", "then", "there", "these", "they",
    "thing", "think", "this", "those", "time", "to", "today", "tonight", "too", "top", "total", "under", "unplayed",
    "unrated", "up", "us", "value", "valuable", "very", "vinyl", "want", "was", "we", "well", "were", "what", "whats",
    "when", "where", "which", "while", "who", "whole", "why", "will", "with", "without", "work", "works", "worth",
    "would", "year", "years", "yes", "yet", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_at_spaces_and_punctuation() {
        let texts: Vec<_> =
            split_words("Don’t I own “Björk's” 7\"-single?").into_iter().map(|word| word.text).collect();
        assert_eq!(texts, ["dont", "i", "own", "björks", "7", "single"]);
        assert!(split_words("Can")[0].is_capitalised);
    }
}

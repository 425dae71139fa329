//! Queries in the part of Lucene's syntax that clients need: `barcode:123`, `artist:"A" AND release:"B"`,
//! `catno:(X-1 OR X1)`. A backslash escapes a character that has a meaning.

use super::Twin;
use crate::discogs::{has_words, plain};

#[derive(Debug)]
pub struct Query(Vec<Clause>);

#[derive(Debug, PartialEq, Eq)]
struct Clause {
    /// Empty for words without a field.
    field: String,
    value: String,
    is_required: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(String),
    Field(String),
    Open,
    Close,
}

impl Query {
    /// `None` if the query is not valid.
    pub fn parse(text: &str) -> Option<Self> {
        let mut clauses: Vec<Clause> = Vec::new();
        let (mut field, mut group) = (String::new(), None);
        let mut is_required = false;
        for token in tokens(text)? {
            let value = match token {
                Token::Field(_) if !field.is_empty() => return None,
                Token::Field(name) => {
                    field = name;
                    continue;
                }
                Token::Open => {
                    group = Some(field.clone());
                    continue;
                }
                Token::Close => {
                    group.take()?;
                    field.clear();
                    continue;
                }
                Token::Word(word) if word == "AND" => {
                    clauses.last_mut()?.is_required = true;
                    is_required = true;
                    continue;
                }
                Token::Word(word) if word == "OR" => continue,
                Token::Word(value) | Token::Quoted(value) => value,
            };
            let field = group.clone().unwrap_or_else(|| std::mem::take(&mut field));
            clauses.push(Clause { field, value, is_required: std::mem::take(&mut is_required) });
        }
        (group.is_none() && !clauses.is_empty()).then_some(Self(clauses))
    }

    /// 1 to 100; `None` if the release does not fit.
    pub fn score(&self, twin: &Twin) -> Option<usize> {
        let fitting = self.0.iter().filter(|clause| clause.fits(twin)).count();
        let is_refused = self.0.iter().any(|clause| clause.is_required && !clause.fits(twin));
        (fitting > 0 && !is_refused).then(|| 100 * fitting / self.0.len())
    }
}

impl Clause {
    fn fits(&self, twin: &Twin) -> bool {
        let pressing = &twin.pressing;
        match self.field.as_str() {
            "artist" | "artistname" | "creditname" => has_words(&self.value, pressing.artist),
            "" | "release" | "releaseaccent" => has_words(&self.value, pressing.title),
            "barcode" => pressing.barcode.as_ref() == Some(&self.value),
            "catno" => plain(&pressing.catno) == plain(&self.value),
            "label" => has_words(&self.value, pressing.label),
            "country" => super::document::country(pressing.country) == self.value,
            "date" => pressing.year != 0 && self.value.starts_with(&pressing.year.to_string()),
            "format" => has_words(&self.value, &super::document::medium_name(pressing)),
            "reid" => twin.mbid == self.value,
            _ => false,
        }
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            c if c.is_whitespace() => {}
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            '"' => {
                let mut value = String::new();
                loop {
                    match rest.next()? {
                        '"' => break,
                        '\\' => value.push(rest.next()?),
                        c => value.push(c),
                    }
                }
                tokens.push(Token::Quoted(value));
            }
            // They have a meaning that no client needs, or are a fault.
            '!' | '{' | '}' | '[' | ']' | '^' | '~' | '/' | ':' => return None,
            c => {
                let mut word = String::new();
                let mut next = Some(c);
                while let Some(c) = next {
                    word.push(if c == '\\' { rest.next()? } else { c });
                    next = rest.next_if(|c| !c.is_whitespace() && !"()\"!{}[]^~/:".contains(*c));
                }
                let is_field = rest.next_if_eq(&':').is_some();
                tokens.push(if is_field { Token::Field(word) } else { Token::Word(word) });
            }
        }
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_lucene_reads_it() {
        let clause = |field: &str, value: &str, is_required| Clause {
            field: field.to_owned(),
            value: value.to_owned(),
            is_required,
        };
        let parsed = |text: &str| Query::parse(text).map(|query| query.0);
        assert_eq!(parsed("barcode:123"), Some(vec![clause("barcode", "123", false)]));
        assert_eq!(
            parsed(r#"artist:"AC\"DC" AND release:Back\!"#),
            Some(vec![clause("artist", "AC\"DC", true), clause("release", "Back!", true)])
        );
        assert_eq!(parsed("catno:(A OR B)"), Some(vec![clause("catno", "A", false), clause("catno", "B", false)]));
        for bad in ["", "release:\"A", "release:A!", "catno:(A", "A)", "artist:AC/DC", "a:b:c"] {
            assert_eq!(parsed(bad), None, "{bad}");
        }
    }
}

//! Names without case, accents and punctuation.

use unicode_normalization::{UnicodeNormalization as _, char::canonical_combining_class};

use super::script::to_latin;

/// Returns the name in lower case and in Latin letters (Cyrillic and Greek ones are transcribed), without accents and
/// apostrophes, with "and" for "&" and "+", and with a single space for every other run of characters that are not
/// letters or digits.
pub fn normalize(text: &str) -> String {
    normalize_with(text, true)
}

/// The same without a transcription: Discogs answers "Kino" and "Кино" differently.
pub fn normalize_in_script(text: &str) -> String {
    normalize_with(text, false)
}

fn normalize_with(text: &str, transcribe: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // NFKD makes letters of these signs.
    let text_without_signs = text.chars().filter(|c| !matches!(c, '™' | '®' | '©' | '℠' | '℗'));
    let mut characters = text_without_signs.nfkd().flat_map(char::to_lowercase).peekable();
    while let Some(c) = characters.next() {
        match c {
            // The marks that voice a Japanese syllable make it another one.
            '\u{3099}' | '\u{309a}' => out.push(c),
            // NFKD separates accents from their letters. Apostrophes are removed because people leave them out.
            c if canonical_combining_class(c) != 0 => {}
            '\'' | '’' | '‘' | '`' | '´' | 'ʼ' => {}
            '&' | '+' => out.push_str(" and "),
            // "Ke$ha", "P!nk".
            '$' => out.push('s'),
            '!' if out.ends_with(char::is_alphanumeric) && characters.peek().is_some_and(|c| c.is_alphanumeric()) => {
                out.push('i');
            }
            // Letters that NFKD does not decompose.
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ß' => out.push_str("ss"),
            'ð' | 'đ' => out.push('d'),
            'þ' => out.push_str("th"),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            c if c.is_alphanumeric() => match to_latin(c).filter(|_| transcribe) {
                Some(letters) => out.push_str(letters),
                None => out.push(c),
            },
            _ => out.push(' '),
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    // A name that has no letter or digit ("★", "( )", "!!!") keeps its characters.
    if words.is_empty() { text.trim().to_lowercase() } else { words.join(" ") }
}

/// Returns the normalised name without the article "the" before it.
pub fn normalize_without_article(text: &str) -> String {
    let name = normalize(text);
    name.strip_prefix("the ").map(str::to_owned).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_kept_on_demand() {
        assert_eq!(normalize_in_script("КИНО!"), "кино");
    }

    #[test]
    fn case_accents_and_punctuation_are_removed() {
        for (text, expected) in [
            ("Ágætis Byrjun", "agaetis byrjun"),
            ("Motörhead", "motorhead"),
            ("Simon & Garfunkel", "simon and garfunkel"),
            ("What's Going On", "whats going on"),
            ("What’s  Going On?", "whats going on"),
            ("Die Mensch·Maschine", "die mensch maschine"),
            ("風街ろまん", "風街ろまん"),
            ("★", "★"),
            ("( )", "( )"),
            ("Łódź", "lodz"),
            ("Ｆｕｌｌ Ｗｉｄｔｈ", "full width"),
            ("Ke$ha", "kesha"),
            ("Sessions™", "sessions"),
            ("Help!", "help"),
            ("Группа крови", "gruppa krovi"),
            ("Οδός", "odos"),
            ("ΟΔΟΣ", "odos"),
        ] {
            assert_eq!(normalize(text), expected, "{text}");
        }
    }
}

//! Names without case, accents and punctuation.

use unicode_normalization::UnicodeNormalization as _;

/// Returns the name in lower case, without accents and apostrophes, with "and" for "&" and "+", and with a single space
/// for every other run of characters that are not letters or digits.
pub fn normalize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase) {
        match c {
            // NFKD separates accents from their letters. Apostrophes are removed because people leave them out.
            '\u{300}'..='\u{36f}' | '\'' | '’' | '‘' | '`' | '´' | 'ʼ' => {}
            '&' | '+' => out.push_str(" and "),
            // Letters that NFKD does not decompose.
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ß' => out.push_str("ss"),
            'ð' | 'đ' => out.push('d'),
            'þ' => out.push_str("th"),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            c if c.is_alphanumeric() => out.push(c),
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
        ] {
            assert_eq!(normalize(text), expected, "{text}");
        }
    }
}

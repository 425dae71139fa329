//! Letters of other scripts in Latin ones, so that "Kino" is "Кино" and "Theodorakis" is "Θεοδωράκης".
//!
//! The names of both sides pass through it, so it needs to be consistent rather than follow one of the many standards.
//! Scripts without an alphabet of their own sounds (Japanese, Chinese) are compared as they are.

/// Returns the Latin letters for a Cyrillic or Greek letter in lower case without accents.
pub fn to_latin(c: char) -> Option<&'static str> {
    const CYRILLIC: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh",
        "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
    ];
    const GREEK: [&str; 25] = [
        "a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "s", "t", "y", "f",
        "ch", "ps", "o",
    ];
    let position = |first: char| usize::try_from(u32::from(c).checked_sub(u32::from(first))?).ok();
    match c {
        'а'..='я' => CYRILLIC.get(position('а')?).copied(),
        'α'..='ω' => GREEK.get(position('α')?).copied(),
        // Ukrainian, Belarusian and Serbian letters.
        'і' => Some("i"),
        'є' => Some("ye"),
        'ґ' => Some("g"),
        'ј' => Some("j"),
        'љ' => Some("lj"),
        'њ' => Some("nj"),
        'ћ' => Some("c"),
        'ђ' => Some("d"),
        'џ' => Some("dz"),
        _ => None,
    }
}

//! Barcodes (GS1): UPC-A, EAN-8 and EAN-13 as one number, if the check digit holds.

/// A number under bars. Equal ones are the same code, however they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barcode {
    /// 8 or 13 digits: a UPC-A is an EAN-13 that begins with 0.
    digits: String,
}

impl Barcode {
    /// Spaces and hyphens are what printers put between.
    ///
    /// # Errors
    /// What is wrong with it, in words for whoever typed it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut digits = String::with_capacity(13);
        for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '–' | '.')) {
            match c {
                '0'..='9' if digits.len() < 15 => digits.push(c),
                '0'..='9' => return Err("has too many digits: a barcode has 8, 12 or 13"),
                _ => return Err("must be the digits of a barcode"),
            }
        }
        let digits = match digits.len() {
            8 | 13 => digits,
            12 => format!("0{digits}"),
            _ => return Err("must have 8, 12 or 13 digits"),
        };
        match check(&digits) {
            true => Ok(Self { digits }),
            false => Err("is mistyped: its check digit does not fit the others"),
        }
    }

    /// As it is printed: a UPC-A has 12 digits.
    pub fn printed(&self) -> &str {
        match self.digits.strip_prefix('0') {
            Some(upc) if self.digits.len() == 13 => upc,
            _ => &self.digits,
        }
    }

    /// As an EAN scanner reads it.
    pub fn ean(&self) -> &str {
        &self.digits
    }
}

/// The last digit makes the sum, of which every second counts three times, a multiple of ten.
fn check(digits: &str) -> bool {
    let weights = [1, 3].into_iter().cycle();
    digits.bytes().rev().zip(weights).map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight).sum::<u32>()
        % 10
        == 0
}

/// The barcodes among what Discogs lists as such: runouts and label codes stand there, too.
pub fn among<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Barcode> {
    let mut found: Vec<Barcode> = Vec::new();
    for barcode in texts.into_iter().filter_map(|text| Barcode::parse(text).ok()) {
        if !found.contains(&barcode) {
            found.push(barcode);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_code_is_known_in_every_notation() {
        let code = Barcode::parse("720642442517").unwrap();
        for text in ["7 2064 24425 1 7", "7-20642-44251-7", "0720642442517", " 0 720642 442517 "] {
            assert_eq!(Barcode::parse(text).as_ref(), Ok(&code), "{text}");
        }
        assert_eq!((code.printed(), code.ean()), ("720642442517", "0720642442517"));
        assert_eq!(Barcode::parse("4006381333931").unwrap().printed(), "4006381333931");
        assert_eq!(Barcode::parse("96385074").unwrap().printed(), "96385074");
    }

    #[test]
    fn what_is_mistyped_is_refused_in_words() {
        for (text, words) in [
            ("720642442512", "check digit"),
            ("7206424425", "8, 12 or 13"),
            ("", "8, 12 or 13"),
            ("DGCD-24425 A1", "digits"),
            ("12345678901234567890", "too many"),
            ("٧٢٠٦٤٢٤٤٢٥١٧", "digits"),
        ] {
            assert!(Barcode::parse(text).unwrap_err().contains(words), "{text}");
        }
    }

    #[test]
    fn barcodes_are_found_among_runouts() {
        let texts = ["7 2064 24425 1 7", "DGC-24425-A1 STERLING", "LC 00162", "0720642442517", "12345"];
        let found = among(texts);
        assert_eq!(found.iter().map(Barcode::printed).collect::<Vec<_>>(), ["720642442517"]);
    }
}

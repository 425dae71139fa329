//! Barcodes (GS1): UPC-A, EAN-8 and EAN-13.

/// A number with a valid check digit. Two numbers of the same barcode are equal, however they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barcode {
    /// 8 or 13 digits: a UPC-A is an EAN-13 that begins with 0.
    digits: String,
}

impl Barcode {
    /// Spaces, hyphens and dots are ignored, because they are printed between the digits.
    ///
    /// # Errors
    /// The message for the field.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const WRONG_LENGTH: &str = "must have 8, 12 or 13 digits";
        let mut digits = String::with_capacity(13);
        for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '–' | '.')) {
            match c {
                '0'..='9' if digits.len() < 15 => digits.push(c),
                '0'..='9' => return Err(WRONG_LENGTH),
                _ => return Err("must have only digits, spaces, hyphens and dots"),
            }
        }
        let digits = match digits.len() {
            8 | 13 => digits,
            12 => format!("0{digits}"),
            _ => return Err(WRONG_LENGTH),
        };
        if !is_check_digit_valid(&digits) {
            return Err("must have a valid check digit: at least one digit is wrong");
        }
        Ok(Self { digits })
    }

    /// Returns the digits as they are printed: 12 for a UPC-A.
    pub fn printed(&self) -> &str {
        match self.digits.strip_prefix('0') {
            Some(upc) if self.digits.len() == 13 => upc,
            _ => &self.digits,
        }
    }

    /// Returns the digits as a scanner for EAN reads them: 13 for a UPC-A.
    pub fn ean(&self) -> &str {
        &self.digits
    }
}

/// The digits, weighted 1 and 3 in turn from the right, must add up to a multiple of ten.
fn is_check_digit_valid(digits: &str) -> bool {
    let weights = [1, 3].into_iter().cycle();
    let weighted =
        digits.bytes().rev().zip(weights).map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight);
    weighted.sum::<u32>() % 10 == 0
}

/// Returns the valid barcodes among the texts that Discogs lists as barcodes, each of them once. The list also has
/// runouts and label codes.
pub fn find_barcodes<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Barcode> {
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
    fn all_notations_of_a_barcode_are_equal() {
        let code = Barcode::parse("720642442517").unwrap();
        for text in ["7 2064 24425 1 7", "7-20642-44251-7", "0720642442517", " 0 720642 442517 "] {
            assert_eq!(Barcode::parse(text).as_ref(), Ok(&code), "{text}");
        }
    }

    #[test]
    fn a_upc_is_printed_with_twelve_digits() {
        let code = Barcode::parse("0720642442517").unwrap();
        assert_eq!((code.printed(), code.ean()), ("720642442517", "0720642442517"));
        assert_eq!(Barcode::parse("4006381333931").unwrap().printed(), "4006381333931");
        assert_eq!(Barcode::parse("96385074").unwrap().printed(), "96385074");
    }

    #[test]
    fn an_invalid_barcode_is_refused_with_the_reason() {
        for (text, reason) in [
            ("720642442512", "check digit"),
            ("7206424425", "8, 12 or 13"),
            ("", "8, 12 or 13"),
            ("12345678901234567890", "8, 12 or 13"),
            ("DGCD-24425 A1", "only digits"),
            ("٧٢٠٦٤٢٤٤٢٥١٧", "only digits"),
        ] {
            assert!(Barcode::parse(text).unwrap_err().contains(reason), "{text}");
        }
    }

    #[test]
    fn a_barcode_is_found_among_runouts() {
        let texts = ["7 2064 24425 1 7", "DGC-24425-A1 STERLING", "LC 00162", "0720642442517", "12345"];
        let found = find_barcodes(texts);
        assert_eq!(found.iter().map(Barcode::printed).collect::<Vec<_>>(), ["720642442517"]);
    }
}

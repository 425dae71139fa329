//! Random bytes of the operating system (`wasi:random`), suitable for keys and tokens.

use crate::error::{Error, Result};

/// Fills `bytes` with one call to the host.
///
/// # Errors
/// [`Error::Internal`] if the host has no randomness.
pub fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| Error::Internal(format!("the host has no randomness: {error}")))
}

/// Returns `N` random bytes.
///
/// # Errors
/// As [`fill`].
pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// Returns `N` random bytes as `2 * N` hexadecimal digits in lower case.
///
/// # Errors
/// As [`fill`].
pub fn hex<const N: usize>() -> Result<String> {
    Ok(hex::encode(bytes::<N>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_texts_differ_and_have_two_digits_for_each_byte() {
        let (one, other) = (hex::<16>().unwrap(), hex::<16>().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 32);
    }
}

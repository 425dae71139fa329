//! PBKDF2-HMAC-SHA256 that can be interrupted, for outputs of one block (32 bytes).
//!
//! RFC 8018, 5.2: each iteration is one HMAC of the iteration before. The two blocks that depend on the password alone
//! are compressed once, so that an iteration costs two compressions and no allocation.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, block_api::compress256};

pub const OUTPUT_BYTES: usize = 32;

const BLOCK_BYTES: usize = 64;

/// FIPS 180-4, 5.3.3.
const SHA256_START: State =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

type State = [u32; 8];
type Block = [u8; BLOCK_BYTES];

pub struct Derivation {
    /// SHA-256 after the key's inner and outer padding.
    inner: State,
    outer: State,
    /// The latest iteration, padded as the second block of a message: all that changes is its first half.
    message: Block,
    /// All iterations so far, added without carry.
    sum: State,
    left: u32,
}

impl Derivation {
    /// Does the first iteration; `iterations` of 0 counts as 1.
    pub fn start(password: &[u8], salt: &[u8], iterations: u32) -> Self {
        let key = key_block(password);
        let mut first = Hmac::<Sha256>::new(&key.into());
        first.update(salt);
        first.update(&1_u32.to_be_bytes());
        let first = words(&first.finalize().into_bytes());
        let mut this = Self {
            inner: compressed(SHA256_START, &key.map(|byte| byte ^ 0x36)),
            outer: compressed(SHA256_START, &key.map(|byte| byte ^ 0x5c)),
            message: second_block(),
            sum: first,
            left: iterations.saturating_sub(1),
        };
        put(&mut this.message, first);
        this
    }

    /// Does at most so many iterations. Whether all are done now.
    pub fn advance(&mut self, most: u32) -> bool {
        let count = most.min(self.left);
        for _ in 0..count {
            let inner = compressed(self.inner, &self.message);
            put(&mut self.message, inner);
            let iteration = compressed(self.outer, &self.message);
            put(&mut self.message, iteration);
            for (sum, word) in self.sum.iter_mut().zip(iteration) {
                *sum ^= word;
            }
        }
        self.left -= count;
        self.left == 0
    }

    /// The result, of as many iterations as were done.
    pub fn finish(self) -> [u8; OUTPUT_BYTES] {
        let mut output = [0; OUTPUT_BYTES];
        put(&mut output, self.sum);
        output
    }
}

/// RFC 2104: a key longer than a block is hashed, a shorter one is filled with zeros.
fn key_block(password: &[u8]) -> Block {
    let mut block = [0; BLOCK_BYTES];
    let fill = |block: &mut Block, bytes: &[u8]| block.iter_mut().zip(bytes).for_each(|(slot, byte)| *slot = *byte);
    if password.len() > BLOCK_BYTES {
        fill(&mut block, &Sha256::digest(password));
    } else {
        fill(&mut block, password);
    }
    block
}

/// The padding after 32 bytes that follow a whole block: the bit 1, zeros, and the length of both in bits.
fn second_block() -> Block {
    let mut block = [0; BLOCK_BYTES];
    let bits = 8 * (BLOCK_BYTES + OUTPUT_BYTES) as u64;
    let tail = [0x80].into_iter().chain([0; 23]).chain(bits.to_be_bytes());
    block.iter_mut().skip(OUTPUT_BYTES).zip(tail).for_each(|(slot, byte)| *slot = byte);
    block
}

#[inline]
fn compressed(mut state: State, block: &Block) -> State {
    compress256(&mut state, std::slice::from_ref(block));
    state
}

#[inline]
fn put(bytes: &mut [u8], state: State) {
    let (words, _) = bytes.as_chunks_mut::<4>();
    words.iter_mut().zip(state).for_each(|(slot, word)| *slot = word.to_be_bytes());
}

fn words(bytes: &[u8]) -> State {
    let (words, _) = bytes.as_chunks::<4>();
    let mut state = State::default();
    state.iter_mut().zip(words).for_each(|(slot, word)| *slot = u32::from_be_bytes(*word));
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(password: &[u8], salt: &[u8], iterations: u32, slice: u32) -> [u8; OUTPUT_BYTES] {
        let mut derivation = Derivation::start(password, salt, iterations);
        while !derivation.advance(slice) {}
        derivation.finish()
    }

    #[test]
    fn it_equals_the_crate_pbkdf2_whatever_the_slices() {
        let passwords: [&[u8]; 6] = [b"", b"x", b"correct horse battery staple", &[0; 63], &[7; 64], &[255; 1024]];
        let salts: [&[u8]; 4] = [b"", b"saltsaltsaltsalt", &[9; 52], &[3; 200]];
        for password in passwords {
            for salt in salts {
                for iterations in [1, 2, 3, 999, 1000, 1001] {
                    let expected = pbkdf2::pbkdf2_hmac_array::<Sha256, OUTPUT_BYTES>(password, salt, iterations);
                    for slice in [1, 7, 1000, u32::MAX] {
                        assert_eq!(derived(password, salt, iterations, slice), expected, "{iterations}, {slice}");
                    }
                }
            }
        }
    }

    #[test]
    fn it_equals_the_crate_pbkdf2_at_the_current_cost() {
        let (password, salt) = (b"correct horse battery staple", [1; 16]);
        let expected = pbkdf2::pbkdf2_hmac_array::<Sha256, OUTPUT_BYTES>(password, &salt, 600_000);
        assert_eq!(derived(password, &salt, 600_000, 1000), expected);
    }
}

//! Base64 that arrives in pieces.
//!
//! * Quanta may be split anywhere: up to three characters wait for the next piece.
//! * Padding ends a run; what follows it, in the same piece or the next, begins anew.
//! * The standard and the URL-safe alphabet are both taken, and white space is skipped.
//! * Bits that padding makes surplus are ignored, as most decoders do.
//!
//! Clean pieces take the SIMD path; all others a table that says where they break.

#[cfg(target_arch = "x86_64")]
use std::mem::MaybeUninit;

use base64_simd::STANDARD;

#[cfg(target_arch = "x86_64")]
use crate::{base64_avx2, base64_avx512};

#[cfg(target_arch = "x86_64")]
fn decode_bulk(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    if base64_avx512::is_here() {
        base64_avx512::decode_bulk(text, out)
    } else {
        base64_avx2::decode_bulk(text, out)
    }
}

/// The most bytes that a kernel writes in a step.
pub(crate) const STEP_BYTES: usize = 48;

/// Decode the whole quanta of `text` but a padded one at its end, by a kernel that takes `CHARACTERS` a step.
///
/// The kernel writes all that it is given room for, and tells whether the characters were all of the
/// alphabet. The last step may be short: it is filled up with zeros. As in [`base64_avx2::decode_bulk`].
#[cfg(target_arch = "x86_64")]
pub(crate) fn decode_steps<const CHARACTERS: usize, const BYTES: usize>(
    text: &[u8],
    out: &mut Vec<u8>,
    kernel: impl Fn(&[[u8; CHARACTERS]], &mut [[MaybeUninit<u8>; BYTES]]) -> bool,
) -> Option<usize> {
    const { assert!(BYTES <= STEP_BYTES && CHARACTERS * 3 == BYTES * 4) };
    let padded = if text.ends_with(b"=") { 4 } else { 0 };
    let whole = text.len().saturating_sub(padded) / 4 * 4;
    let (steps, rest) = text[..whole].as_chunks();
    out.reserve(whole / 4 * 3 + BYTES);
    let (room, _) = out.spare_capacity_mut().as_chunks_mut();
    let mut is_clean = kernel(steps, &mut room[..steps.len()]);
    if !rest.is_empty() {
        let mut last = [b'A'; CHARACTERS];
        last[..rest.len()].copy_from_slice(rest);
        is_clean &= kernel(&[last], &mut room[steps.len()..=steps.len()]);
    }
    // SAFETY: there is room for that, and all of it has been written.
    #[allow(unsafe_code)]
    unsafe {
        out.set_len(out.len() + whole / 4 * 3);
    }
    is_clean.then_some(whole)
}

/// Elsewhere the library's own kernel takes the whole piece.
#[cfg(not(target_arch = "x86_64"))]
fn decode_bulk(_text: &[u8], _out: &mut Vec<u8>) -> Option<usize> {
    Some(0)
}

/// A piece is not base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base64Error {
    /// Index in the piece of the character that breaks the rules, or its length
    /// where the rules are broken by its end.
    pub position: usize,
}

const INVALID: u8 = 0xFF;
const SPACE: u8 = 0xFE;
const PAD: u8 = 0xFD;

const VALUES: [u8; 256] = {
    let mut values = [INVALID; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0_u8;
    while value < 64 {
        values[alphabet[value as usize] as usize] = value;
        value += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values[b' ' as usize] = SPACE;
    values[b'\t' as usize] = SPACE;
    values[b'\r' as usize] = SPACE;
    values[b'\n' as usize] = SPACE;
    values[b'=' as usize] = PAD;
    values
};

/// The incremental decoder.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    /// Values of the quantum under way.
    quantum: [u8; 4],
    filled: usize,
    /// Padding characters that the quantum under way has had.
    padding: usize,
}

impl Decoder {
    /// Whether a quantum is under way, waiting for its end in the next piece.
    #[must_use]
    pub fn is_mid_quantum(&self) -> bool {
        self.filled > 0
    }

    /// Decode a piece made of whole quanta of the standard alphabet, and nothing else.
    ///
    /// True if it was one; else nothing has changed and [`Self::feed`] must judge it.
    #[must_use]
    pub fn feed_clean(&self, piece: &[u8], out: &mut Vec<u8>) -> bool {
        if self.is_mid_quantum() {
            return false;
        }
        let start = out.len();
        let clean = decode_bulk(piece, out).is_some_and(|bulk| {
            bulk == piece.len() || STANDARD.decode_append(&piece[bulk..], out).is_ok()
        });
        if !clean {
            out.truncate(start);
        }
        clean
    }

    /// Decode the next piece and append its bytes to `out`.
    ///
    /// After an error the decoder is as new, and what was appended to `out` is void.
    pub fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), Base64Error> {
        let mut at = 0;
        while self.is_mid_quantum() && at < piece.len() {
            self.take(piece, at, out)?;
            at += 1;
        }
        let whole = at + (piece.len() - at) / 4 * 4;
        if self.feed_clean(&piece[at..whole], out) {
            at = whole;
        } else {
            out.reserve(piece.len() / 4 * 3 + 3);
        }
        (at..piece.len()).try_for_each(|at| self.take(piece, at, out))
    }

    /// The stream has ended: decode a last quantum that came without its padding.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Base64Error> {
        let last = std::mem::take(self);
        if last.padding > 0 || last.filled == 1 {
            return Err(Base64Error { position: 0 });
        }
        last.flush(out);
        Ok(())
    }

    fn take(
        &mut self,
        piece: &[u8],
        position: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), Base64Error> {
        let taken = match VALUES[piece[position] as usize] {
            SPACE => true,
            PAD => self.pad(out),
            INVALID => false,
            value => self.push(value, out),
        };
        if !taken {
            *self = Self::default();
            return Err(Base64Error { position });
        }
        Ok(())
    }

    fn push(&mut self, value: u8, out: &mut Vec<u8>) -> bool {
        if self.padding > 0 {
            return false;
        }
        self.quantum[self.filled] = value;
        self.filled += 1;
        if self.filled == 4 {
            self.flush(out);
            *self = Self::default();
        }
        true
    }

    fn pad(&mut self, out: &mut Vec<u8>) -> bool {
        if self.filled < 2 {
            return false;
        }
        self.padding += 1;
        if self.filled + self.padding == 4 {
            self.flush(out);
            *self = Self::default();
        }
        true
    }

    /// Append the whole bytes of the quantum under way.
    fn flush(&self, out: &mut Vec<u8>) {
        let [a, b, c, d] = self.quantum;
        let bytes = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
        out.extend_from_slice(&bytes[..self.filled.saturating_sub(1)]);
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::{STANDARD, base64_avx2, base64_avx512};

    type Bulk = fn(&[u8], &mut Vec<u8>) -> Option<usize>;

    /// What a kernel and the tail behind it make of `text`.
    fn whole(bulk: Bulk, text: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let taken = bulk(text, &mut out)?;
        let is_clean = STANDARD.decode_append(&text[taken..], &mut out).is_ok();
        is_clean.then_some(out)
    }

    #[test]
    fn each_kernel_takes_what_base64_is_and_nothing_else() {
        let kernels: [Bulk; 2] = [base64_avx2::decode_bulk, base64_avx512::decode_bulk];
        for bytes in [0, 3, 47, 48, 49, 96, 99, 200, 255] {
            let plain: Vec<u8> = (0..bytes).map(|at: u8| at.wrapping_mul(37)).collect();
            let text = STANDARD.encode_to_string(&plain).into_bytes();
            for kernel in kernels {
                assert_eq!(whole(kernel, &text).as_ref(), Some(&plain));
            }
            for at in 0..text.len() {
                for byte in 0..=255 {
                    let mut other = text.clone();
                    other[at] = byte;
                    let known = STANDARD.decode_to_vec(&other).ok();
                    for kernel in kernels {
                        assert_eq!(
                            whole(kernel, &other),
                            known,
                            "{byte} at {at} of {}",
                            text.len()
                        );
                    }
                }
            }
        }
    }
}

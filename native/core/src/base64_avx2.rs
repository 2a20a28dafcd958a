//! The bulk of a base64 run, 32 characters at a time, where the processor has AVX2.
//!
//! The method is that of W. Mula and D. Lemire, "Faster Base64 Encoding and
//! Decoding Using AVX2 Instructions", ACM Transactions on the Web 12 (3), 2018:
//! two table look-ups by the halves of a character tell whether it belongs to the
//! alphabet, a third gives what to add to it to get its value, and two
//! multiply-and-add steps join four 6-bit values into three bytes. Departure: a
//! wrong character is noticed once at the end, not at each step, because the
//! caller then decodes the run anew by the table that tells where it is.

use std::arch::x86_64::__m256i;
use std::mem::MaybeUninit;

use bytemuck::cast;
use pulp::x86::V3;

use crate::base64::decode_steps;

const CHARACTERS: usize = 32;
const BYTES: usize = 24;

const fn both_lanes(table: [i8; 16]) -> [i8; 32] {
    let mut lanes = [0; 32];
    let mut index = 0;
    while index < lanes.len() {
        lanes[index] = table[index % table.len()];
        index += 1;
    }
    lanes
}

/// Bit sets by a character's low half; a bit shared with its high half's set is a refusal.
const LOW: [i8; 32] = both_lanes([
    0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A,
]);
/// Bit sets by a character's high half.
const HIGH: [i8; 32] = both_lanes([
    0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
]);
/// Value minus character by the high half, less one where the character is a slash.
const SHIFT: [i8; 32] = both_lanes([0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0]);
/// Three bytes of each 32-bit group, most significant first.
const PACK: [i8; 32] = both_lanes([2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1]);
const JOIN_LANES: [i32; 8] = [0, 1, 2, 4, 5, 6, -1, -1];

struct Bulk<'a> {
    simd: V3,
    characters: &'a [[u8; CHARACTERS]],
    bytes: &'a mut [[MaybeUninit<u8>; BYTES]],
}

impl pulp::NullaryFnOnce for Bulk<'_> {
    type Output = bool;

    #[allow(clippy::inline_always)] // only inlined code is compiled for AVX2
    #[inline(always)]
    fn call(self) -> bool {
        let (avx, avx2) = (self.simd.avx, self.simd.avx2);
        let (low, high, shift): (__m256i, __m256i, __m256i) = (cast(LOW), cast(HIGH), cast(SHIFT));
        let (pack, join): (__m256i, __m256i) = (cast(PACK), cast(JOIN_LANES));
        let slash = avx._mm256_set1_epi8(0x2F);
        let pairs = avx._mm256_set1_epi32(0x0140_0140);
        let quads = avx._mm256_set1_epi32(0x0001_1000);
        let mut refused = avx._mm256_setzero_si256();
        for (characters, bytes) in self.characters.iter().zip(self.bytes) {
            let text: __m256i = cast(*characters);
            // The mask keeps bit 5: shuffles look at bits 0 to 3 and 7 only.
            let high_half = avx2._mm256_and_si256(avx2._mm256_srli_epi32::<4>(text), slash);
            let low_half = avx2._mm256_and_si256(text, slash);
            let high_set = avx2._mm256_shuffle_epi8(high, high_half);
            let low_set = avx2._mm256_shuffle_epi8(low, low_half);
            refused = avx2._mm256_or_si256(refused, avx2._mm256_and_si256(high_set, low_set));
            let is_slash = avx2._mm256_cmpeq_epi8(text, slash);
            let index = avx2._mm256_add_epi8(is_slash, high_half);
            let values = avx2._mm256_add_epi8(text, avx2._mm256_shuffle_epi8(shift, index));
            let pairs = avx2._mm256_maddubs_epi16(values, pairs);
            let quads = avx2._mm256_madd_epi16(pairs, quads);
            let packed = avx2._mm256_shuffle_epi8(quads, pack);
            let joined: [u8; 32] = cast(avx2._mm256_permutevar8x32_epi32(packed, join));
            for (byte, joined) in bytes.iter_mut().zip(joined) {
                byte.write(joined);
            }
        }
        avx._mm256_testz_si256(refused, refused) == 1
    }
}

/// Decode the whole quanta of `text` but a padded one at its end.
///
/// Appends to `out` and returns how many characters that took: 0 where the
/// processor has no AVX2, None if one of them is not of the standard alphabet
/// (`out` then ends in rubbish).
pub(crate) fn decode_bulk(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let Some(simd) = V3::try_new() else {
        return Some(0);
    };
    decode_steps(text, out, |characters, bytes| {
        simd.vectorize(Bulk {
            simd,
            characters,
            bytes,
        })
    })
}

//! The bulk of a base64 run, 64 characters at a time, where the processor has AVX-512 VBMI.
//!
//! The method is that of W. Mula and D. Lemire, "Base64 encoding and decoding at almost the
//! speed of a memory copy", Software: Practice and Experience 50 (2), 2020: one look-up in
//! two registers gives the values of all characters, or a high bit where one is none, and a
//! character beyond ASCII has that bit itself. As in [`crate::base64_avx2`] a wrong one is
//! noticed once, at the end.

use std::arch::is_x86_feature_detected;
use std::arch::x86_64::{
    __m512i, _mm512_madd_epi16, _mm512_maddubs_epi16, _mm512_movepi8_mask, _mm512_or_si512,
    _mm512_permutex2var_epi8, _mm512_permutexvar_epi8, _mm512_set1_epi32, _mm512_setzero_si512,
};

use std::mem::MaybeUninit;

use bytemuck::cast;

use crate::base64::decode_steps;

const CHARACTERS: usize = 64;
const BYTES: usize = 48;

/// The values of ASCII characters; the high bit where one has none.
const VALUES: [[u8; 64]; 2] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [[0x80; 64]; 2];
    let mut value = 0_u8;
    while value < 64 {
        let character = alphabet[value as usize] as usize;
        values[character / 64][character % 64] = value;
        value += 1;
    }
    values
};

/// Three bytes of each 32-bit group, most significant first.
const PACK: [u8; 64] = {
    let mut pack = [0; 64];
    let mut index = 0_u8;
    while index < 48 {
        pack[index as usize] = index / 3 * 4 + 2 - index % 3;
        index += 1;
    }
    pack
};

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn decode(characters: &[[u8; CHARACTERS]], bytes: &mut [[MaybeUninit<u8>; BYTES]]) -> bool {
    let (low, high): (__m512i, __m512i) = (cast(VALUES[0]), cast(VALUES[1]));
    let pack: __m512i = cast(PACK);
    let pairs = _mm512_set1_epi32(0x0140_0140);
    let quads = _mm512_set1_epi32(0x0001_1000);
    let mut refused = _mm512_setzero_si512();
    for (characters, bytes) in characters.iter().zip(bytes) {
        let text: __m512i = cast(*characters);
        let values = _mm512_permutex2var_epi8(low, text, high);
        refused = _mm512_or_si512(refused, _mm512_or_si512(text, values));
        let pairs = _mm512_maddubs_epi16(values, pairs);
        let quads = _mm512_madd_epi16(pairs, quads);
        let joined: [u8; 64] = cast(_mm512_permutexvar_epi8(pack, quads));
        for (byte, joined) in bytes.iter_mut().zip(joined) {
            byte.write(joined);
        }
    }
    _mm512_movepi8_mask(refused) == 0
}

/// Whether the processor has AVX-512 VBMI.
pub(crate) fn is_here() -> bool {
    is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512f")
}

/// As [`crate::base64_avx2::decode_bulk`], in steps of 64 characters.
pub(crate) fn decode_bulk(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    if !is_here() {
        return Some(0);
    }
    // SAFETY: the processor has what it is compiled for.
    #[allow(unsafe_code)]
    decode_steps(text, out, |characters, bytes| unsafe {
        decode(characters, bytes)
    })
}

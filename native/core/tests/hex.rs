//! Hexadecimal in pieces.

mod oracle;

use omni_stream_core::hex::{Decoder, HexError};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn any_pieces_decode_to_their_digits(pieces in vec("[0-9a-fA-F \\ng]{0,40}|[0-9a-f]{0,70}", 0..8)) {
        let pieces: Vec<&[u8]> = pieces.iter().map(String::as_bytes).collect();
        oracle::check::hex(&pieces);
    }

    #[test]
    fn whatever_was_encoded_comes_back(bytes in vec(any::<u8>(), 0..400), seed: u64) {
        let encoded = oracle::encode_hex(&bytes);
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        for piece in oracle::split(&encoded, seed) {
            decoder.feed(piece, &mut out).unwrap();
        }
        prop_assert_eq!(decoder.finish(), Ok(()));
        prop_assert_eq!(out, bytes);
    }
}

#[test]
fn every_character_is_judged_alike_by_both_paths() {
    for byte in 0..=u8::MAX {
        let mut long = vec![b'7'; 64];
        long[17] = byte;
        oracle::check::hex(&[&long]);
        oracle::check::hex(&[b"7", &[byte]]);
    }
}

#[test]
fn half_a_byte_at_the_end_is_refused() {
    let mut decoder = Decoder::default();
    decoder.feed(b"abc", &mut Vec::new()).unwrap();
    assert_eq!(decoder.finish(), Err(HexError { position: 0 }));
    assert_eq!(decoder.finish(), Ok(()));
}

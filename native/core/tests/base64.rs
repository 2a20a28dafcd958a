//! Base64 in pieces.

mod oracle;

use omni_stream_core::base64::{Base64Error, Decoder};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn any_pieces_decode_to_their_bits(pieces in vec("[A-Za-z0-9+/=_ \n-]{0,70}", 0..8)) {
        let pieces: Vec<&[u8]> = pieces.iter().map(String::as_bytes).collect();
        oracle::check::base64(&pieces);
    }

    #[test]
    fn whatever_was_encoded_comes_back(bytes in vec(any::<u8>(), 0..400), seed: u64) {
        let encoded = oracle::encode(&bytes);
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        for piece in oracle::split(&encoded, seed) {
            decoder.feed(piece, &mut out).unwrap();
        }
        prop_assert!(!decoder.is_mid_quantum());
        prop_assert_eq!(out, bytes);
    }

    #[test]
    fn one_bad_character_is_found_where_it_is(
        bytes in vec(any::<u8>(), 1..300), at: prop::sample::Index, bad in "[^A-Za-z0-9+/=_ \t\r\n-]",
    ) {
        let mut encoded = oracle::encode(&bytes);
        encoded.retain(|&b| b != b'=');
        let position = at.index(encoded.len());
        encoded[position] = bad.as_bytes()[0];
        let fed = Decoder::default().feed(&encoded, &mut Vec::new());
        prop_assert_eq!(fed, Err(Base64Error { position }));
    }
}

#[test]
fn every_character_is_judged_alike_by_both_paths() {
    for byte in 0..=u8::MAX {
        let mut long = vec![b'A'; 64];
        long[17] = byte;
        oracle::check::base64(&[&long]);
        oracle::check::base64(&[&[b'A', byte, b'A', b'A']]);
    }
}

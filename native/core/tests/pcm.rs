//! Audio deltas and the WAV heads in them.

mod oracle;

use omni_stream_core::format::{Format, MAX_RATE};
use omni_stream_core::pcm::{AudioDecoder, AudioError};
use omni_stream_core::wav::{HEAD_BYTES, WavError, samples_end};
use oracle::encode;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len()).unwrap().to_le_bytes();
    [name, &size, body, &b"\0"[..body.len() % 2]].concat()
}

fn fmt(tag: u16, channels: u16, rate: u32, bits: u16) -> Vec<u8> {
    let frame = channels * 2;
    [
        &tag.to_le_bytes()[..],
        &channels.to_le_bytes(),
        &rate.to_le_bytes(),
        &rate.wrapping_mul(u32::from(frame)).to_le_bytes(),
        &frame.to_le_bytes(),
        &bits.to_le_bytes(),
    ]
    .concat()
}

/// A head with its sizes as `claimed`.
fn head(before: &[u8], fmt: &[u8], claimed: u32) -> Vec<u8> {
    let claimed = claimed.to_le_bytes();
    [
        b"RIFF",
        &claimed[..],
        b"WAVE",
        before,
        &chunk(b"fmt ", fmt),
        b"data",
        &claimed,
    ]
    .concat()
}

fn mono() -> Format {
    Format::new(24_000, 1).unwrap()
}

/// Heads good and bad, and bytes that are none.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let parts = (
        select(vec![1_u16, 1, 1, 3, 0xFFFE]),
        0..4_u16,
        select(vec![0, 8_000, 24_000, 48_000, MAX_RATE, MAX_RATE + 1]),
        select(vec![16_u16, 16, 16, 24]),
        select(vec![0, 4, 9, 0x7FFF_FFFF, u32::MAX]),
        vec(any::<u8>(), 0..9),
        any::<bool>(),
    );
    let riff = parts.prop_map(|(tag, channels, rate, bits, claimed, list, is_whole)| {
        let mut fmt = fmt(tag, channels, rate, bits);
        if tag == 0xFFFE && is_whole {
            fmt.extend(b"\x16\0\x10\0\x03\0\0\0\x01\0\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71");
        }
        head(&chunk(b"LIST", &list), &fmt, claimed)
    });
    prop_oneof![
        riff,
        vec(any::<u8>(), 0..40),
        select(vec![&b"R"[..], b"RIF", b"LIST"]).prop_map(<[u8]>::to_vec)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn heads_are_read_by_their_chunks(pieces in vec(piece(), 1..4)) {
        oracle::check::wav(&pieces.concat());
    }

    #[test]
    fn deltas_give_the_samples_that_the_rules_say(
        pieces in vec(piece(), 0..8), channels in 1..=2_u16, seed: u64, quanta: bool,
    ) {
        let format = Format::new(16_000, channels).unwrap();
        if quanta {
            let encoded = encode(&pieces.concat());
            oracle::check::pcm(format, &oracle::split(&encoded, seed));
        } else {
            let deltas: Vec<Vec<u8>> = pieces.iter().map(|piece| encode(piece)).collect();
            let deltas: Vec<&[u8]> = deltas.iter().map(Vec::as_slice).collect();
            oracle::check::pcm(format, &deltas);
        }
    }

    #[test]
    fn a_bad_delta_takes_nothing_and_the_next_begins_a_frame(pcm in vec(any::<u8>(), 1..50)) {
        let mut decoder = AudioDecoder::new(mono());
        prop_assume!(!b"RIFF".starts_with(&pcm[..pcm.len().min(4)]));
        decoder.decode(&encode(&pcm)).unwrap();
        prop_assert!(decoder.decode(b"AAAA*AAA").is_err());
        prop_assert_eq!(decoder.rest_bytes(), 0);
        let chunk = decoder.decode(b"AQACAA==").unwrap().unwrap();
        prop_assert_eq!(chunk.pcm, b"\x01\0\x02\0");
        prop_assert_eq!(chunk.position, pcm.len() as u64 / 2);
    }
}

#[test]
fn chunks_behind_the_samples_are_left_out_only_where_they_fit_exactly() {
    let samples = [1_u8; 10];
    let file = [&samples[..], &chunk(b"LIST", b"INFOx")].concat();
    assert_eq!(samples_end(&file, 10), 10);
    assert_eq!(samples_end(&file, 0), file.len());
    assert_eq!(samples_end(&file, 8), file.len());
    assert_eq!(samples_end(&file[..file.len() - 3], 10), file.len() - 3);
}

#[test]
fn a_head_without_samples_is_refused_at_its_bound() {
    let long = chunk(b"LIST", &vec![0; HEAD_BYTES]);
    let mut decoder = AudioDecoder::new(mono());
    let refused = decoder.decode(&encode(&head(&long, &fmt(1, 1, 8_000, 16), 0)));
    assert_eq!(refused, Err(AudioError::Wav(WavError::HeadTooLong)));
}

#[test]
fn a_head_that_the_end_cuts_off_is_not_taken_for_samples() {
    let mut decoder = AudioDecoder::new(mono());
    let cut = &head(b"", &fmt(1, 1, 8_000, 16), 0)[..30];
    assert_eq!(decoder.decode(&encode(cut)), Ok(None));
    assert_eq!(decoder.finish(), Err(AudioError::Wav(WavError::CutOff)));
    assert_eq!(decoder.finish(), Ok(None));
}

#[test]
fn seconds_add_up_over_formats() {
    let mut decoder = AudioDecoder::new(mono());
    decoder.decode(&encode(&[1; 4_800])).unwrap();
    let stereo = [head(b"", &fmt(1, 2, 8_000, 16), u32::MAX), vec![1; 3_200]].concat();
    let chunk = decoder.decode(&encode(&stereo)).unwrap().unwrap();
    assert_eq!(
        (chunk.format.rate(), chunk.format.channels(), chunk.position),
        (8_000, 2, 2_400)
    );
    assert!((decoder.seconds() - 0.2).abs() < 1e-12);
}

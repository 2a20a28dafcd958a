//! Audio deltas and the WAV heads in them.

mod oracle;

use omni_stream_core::encoding::Encoding;
use omni_stream_core::format::{Format, MAX_RATE};
use omni_stream_core::pcm::{AudioDecoder, AudioError, Raw};
use omni_stream_core::sample::Sample;
use omni_stream_core::wav::{HEAD_BYTES, WavError, samples_end};
use oracle::check::Told;
use oracle::{encode, encode_hex};
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

fn raw(rate: u32, channels: u16, sample: Sample) -> Raw {
    let format = Format::new(rate, channels).unwrap();
    Raw { format, sample }
}

fn mono() -> AudioDecoder {
    AudioDecoder::new(raw(24_000, 1, Sample::S16), Encoding::Base64)
}

fn floats(floats: &[f32]) -> Vec<u8> {
    floats
        .iter()
        .flat_map(|float| float.to_le_bytes())
        .collect()
}

/// Heads good and bad, and bytes that are none.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let parts = (
        select(vec![1_u16, 1, 3, 3, 0xFFFE]),
        0..4_u16,
        select(vec![0, 8_000, 24_000, 48_000, MAX_RATE, MAX_RATE + 1]),
        select(vec![16_u16, 16, 32, 24]),
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
        pieces in vec((piece(), select(vec![None, None, None, Some(8_000), Some(16_000)])), 0..8),
        channels in 1..=2_u16,
        sample in select(vec![Sample::S16, Sample::F32]),
        encoding in select(vec![None, Some(Encoding::Base64), Some(Encoding::Hex)]),
        seed: u64,
        is_one_text: bool,
    ) {
        let raw = raw(16_000, channels, sample);
        let encode = |piece: &[u8]| match encoding {
            None => piece.to_vec(),
            Some(Encoding::Base64) => encode(piece),
            Some(Encoding::Hex) => encode_hex(piece),
        };
        let (mut whole, mut encoded) = (Vec::new(), Vec::new());
        for (piece, rate) in &pieces {
            whole.extend_from_slice(piece);
            encoded.push((encode(piece), rate.and_then(|rate| Format::new(rate, channels))));
        }
        let whole = encode(&whole);
        let deltas = if is_one_text {
            let pieces = oracle::split(&whole, seed).into_iter();
            pieces.map(|piece| (piece, encoding.is_some(), None)).collect()
        } else {
            let pieces = encoded.iter();
            pieces.map(|(piece, format)| (piece.as_slice(), encoding.is_some(), *format)).collect()
        };
        let encoding = encoding.unwrap_or(Encoding::Base64);
        oracle::check::pcm(&Told { raw, encoding, deltas });
    }

    #[test]
    fn any_float_becomes_the_nearest_sample(bits: u32, near in -40_000_i32..40_000, eighths in 0_u8..9) {
        #[allow(clippy::cast_precision_loss)] // it is exact
        let near = (near as f32 + f32::from(eighths) / 8.0) / 32_768.0;
        let pcm = floats(&[f32::from_bits(bits), near]);
        let raw = raw(24_000, 1, Sample::F32);
        oracle::check::pcm(&Told { raw, encoding: Encoding::Hex, deltas: vec![(&pcm, false, None)] });
    }

    #[test]
    fn a_bad_delta_takes_nothing_and_the_next_begins_a_frame(pcm in vec(any::<u8>(), 1..50)) {
        let mut decoder = mono();
        prop_assume!(!b"RIFF".starts_with(&pcm[..pcm.len().min(4)]));
        decoder.decode(&encode(&pcm), None).unwrap();
        prop_assert!(decoder.decode(b"AAAA*AAA", None).is_err());
        prop_assert_eq!(decoder.rest_bytes(), pcm.len() as u64 % 2);
        let chunk = decoder.decode(b"AQACAA==", None).unwrap().unwrap();
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
    let mut decoder = mono();
    let refused = decoder.decode(&encode(&head(&long, &fmt(1, 1, 8_000, 16), 0)), None);
    assert_eq!(refused, Err(AudioError::Wav(WavError::HeadTooLong)));
}

#[test]
fn a_head_that_the_end_cuts_off_is_not_taken_for_samples() {
    let mut decoder = mono();
    let cut = &head(b"", &fmt(1, 1, 8_000, 16), 0)[..30];
    assert_eq!(decoder.decode(&encode(cut), None), Ok(None));
    assert_eq!(decoder.finish(), Err(AudioError::Wav(WavError::CutOff)));
    assert_eq!(decoder.finish(), Ok(None));
}

#[test]
fn seconds_add_up_over_formats() {
    let mut decoder = mono();
    decoder.decode(&encode(&[1; 4_800]), None).unwrap();
    let stereo = [head(b"", &fmt(1, 2, 8_000, 16), u32::MAX), vec![1; 3_200]].concat();
    let chunk = decoder.decode(&encode(&stereo), None).unwrap().unwrap();
    assert_eq!(
        (chunk.format.rate(), chunk.format.channels(), chunk.position),
        (8_000, 2, 2_400)
    );
    assert!((decoder.seconds() - 0.2).abs() < 1e-12);
}

#[test]
fn a_format_counts_where_it_is_not_the_one_given_before() {
    let mut decoder = mono();
    let (low, high) = (Format::new(8_000, 1), Format::new(24_000, 1));
    let mut rate = |content: &[u8], format| {
        let chunk = decoder.decode(&encode(content), format).unwrap();
        (chunk.map(|chunk| chunk.format.rate()), decoder.rest_bytes())
    };
    let wav = [head(b"", &fmt(1, 1, 16_000, 16), 0), vec![1; 4]].concat();
    assert_eq!(rate(&wav, high), (Some(16_000), 0));
    assert_eq!(rate(&[1; 3], high), (Some(16_000), 1)); // as the head said
    assert_eq!(rate(&[1; 2], low), (Some(8_000), 1)); // the byte before it is dropped
    assert_eq!(rate(b"RIFF", low), (None, 1));
    assert_eq!(rate(&[1; 2], high), (Some(24_000), 5));
    assert_eq!(rate(&wav, low), (Some(16_000), 5));
    assert!(decoder.decode(b"*", high).is_err());
    let chunk = decoder.decode(&encode(&[1; 2]), low).unwrap().unwrap();
    assert_eq!(chunk.format.rate(), 16_000); // nothing was taken of the bad one
}

#[test]
fn floats_become_the_nearest_samples_and_stay_in_range() {
    let mut decoder = AudioDecoder::new(raw(24_000, 1, Sample::F32), Encoding::Base64);
    let half = 0.5 / 32_768.0;
    let said = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.0,
        -9.9,
        0.5,
        half,
        3.0 * half,
        -half,
        -3.0 * half,
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MIN_POSITIVE,
        f32::MAX,
    ];
    let expected = [
        0, 0, 32_767, -32_768, 32_767, -32_768, 16_384, 0, 2, 0, -2, 0, 32_767, -32_768, 0, 32_767,
    ];
    let chunk = decoder
        .decode(&encode(&floats(&said)), None)
        .unwrap()
        .unwrap();
    let samples: Vec<u8> = expected.into_iter().flat_map(i16::to_le_bytes).collect();
    assert_eq!(chunk.pcm, samples);
}

#[test]
fn every_sample_comes_back_from_its_float() {
    let mut decoder = AudioDecoder::new(raw(24_000, 1, Sample::F32), Encoding::Base64);
    let all: Vec<f32> = (i16::MIN..=i16::MAX)
        .map(|n| f32::from(n) / 32_768.0)
        .collect();
    let chunk = decoder.decode_bytes(&floats(&all), None).unwrap().unwrap();
    let samples: Vec<u8> = (i16::MIN..=i16::MAX).flat_map(i16::to_le_bytes).collect();
    assert_eq!(chunk.pcm, samples);
}

#[test]
fn a_head_says_whether_samples_are_floats() {
    let mut decoder = mono();
    let float = [head(b"", &fmt(3, 1, 16_000, 32), 0), floats(&[0.5])].concat();
    let chunk = decoder.decode(&encode(&float), None).unwrap().unwrap();
    assert_eq!(
        (chunk.pcm.as_slice(), chunk.format.rate()),
        (&[0, 0x40][..], 16_000)
    );
    assert_eq!(
        decoder.decode(&encode(&floats(&[0.5])[..3]), None),
        Ok(None)
    );
    assert_eq!(decoder.rest_bytes(), 3);
    let integer = [head(b"", &fmt(1, 1, 16_000, 16), 0), vec![1; 4]].concat();
    let chunk = decoder.decode(&encode(&integer), None).unwrap().unwrap();
    assert_eq!(chunk.pcm, [1; 4]);
    let chunk = decoder
        .decode(b"AQE=", Format::new(8_000, 1))
        .unwrap()
        .unwrap();
    assert_eq!(chunk.pcm, [1; 2]);
}

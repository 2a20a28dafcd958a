//! Resampling in pieces.

mod oracle;

use omni_stream_core::format::Format;
use omni_stream_core::resample::Resampler;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const RATES: [(u32, u32); 8] = [
    (24_000, 48_000),
    (24_000, 16_000),
    (24_000, 8_000),
    (48_000, 24_000),
    (16_000, 24_000),
    (8_000, 24_000),
    (8_000, 16_000),
    (22_050, 44_100),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_pieces_give_what_the_whole_gives(
        rates in select(&RATES),
        channels in 1_u16..=2,
        samples in vec(any::<i16>(), 0..3_000),
        seed: u64,
    ) {
        oracle::check::resample(rates, channels, &samples, seed);
    }
}

#[test]
fn silence_and_any_other_constant_stay_what_they_are() {
    for (from, to) in RATES {
        let mut resampler = Resampler::new(Format::new(from, 1).unwrap(), to).unwrap();
        for level in [0, 1, -1, 12_345, -32_768, 32_767] {
            let mut out = Vec::new();
            resampler.feed(&[level; 600], &mut out);
            let begun = out.len() / 4;
            assert!(begun > 20);
            assert!(
                out[begun..].iter().all(|&sample| sample == level),
                "{level}"
            );
            resampler.finish(&mut out);
        }
    }
}

#[test]
fn what_is_added_stays_below_two_milliseconds() {
    for ((from, to), most) in RATES.into_iter().zip([24, 37, 47]) {
        let resampler = Resampler::new(Format::new(from, 1).unwrap(), to).unwrap();
        assert_eq!(resampler.delay_frames(), most);
    }
}

#[test]
fn other_ratios_are_left_to_others() {
    for (from, to) in [
        (24_000, 24_000),
        (24_000, 44_100),
        (24_000, 96_000),
        (1, 0),
        (44_100, 48_000),
    ] {
        assert!(Resampler::new(Format::new(from, 1).unwrap(), to).is_none());
    }
}

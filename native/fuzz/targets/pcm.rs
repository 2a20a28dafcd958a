//! Audio deltas, WAV heads among them, against the plain decoder.

#![no_main]

use libfuzzer_sys::fuzz_target;
use omni_stream_core::encoding::Encoding;
use omni_stream_core::format::Format;
use omni_stream_core::pcm::Raw;
use omni_stream_core::sample::Sample;
use oracle::check::Told;

#[path = "../../core/tests/oracle/mod.rs"]
mod oracle;

/// Bits that say what the audio is.
struct How(u8);

impl How {
    fn bit(&self, n: usize) -> bool {
        self.0 >> n & 1 == 1
    }
}

// A delta whose bit is set is encoded here, so that the fuzzer sees through the text; the
// others are text as they stand. One that turns is of the other rate.
fuzz_target!(|input: (u8, u8, u8, u64, &[u8])| {
    let (how, plain, turns, seed, bytes) = input;
    let (how, plain, turns) = (How(how), How(plain), How(turns));
    let [low, high] = [16_000, 24_000].map(|rate| Format::new(rate, 1 + u16::from(how.bit(0))));
    let encoding = if how.bit(1) {
        Encoding::Hex
    } else {
        Encoding::Base64
    };
    let (is_text, has_formats) = (!how.bit(2), how.bit(3));
    let encode = match encoding {
        Encoding::Base64 => oracle::encode,
        Encoding::Hex => oracle::encode_hex,
    };
    let pieces = oracle::split(bytes, seed);
    let texts: Vec<Vec<u8>> = pieces
        .iter()
        .enumerate()
        .map(|(n, piece)| {
            if is_text && plain.bit(n % 8) {
                encode(piece)
            } else {
                piece.to_vec()
            }
        })
        .collect();
    let deltas = texts.iter().enumerate().map(|(n, text)| {
        let format = if turns.bit(n % 8) { low } else { high };
        (text.as_slice(), is_text, format.filter(|_| has_formats))
    });
    oracle::check::pcm(&Told {
        raw: Raw {
            format: high.unwrap(),
            sample: if how.bit(4) { Sample::F32 } else { Sample::S16 },
        },
        encoding,
        deltas: deltas.collect(),
    });
});

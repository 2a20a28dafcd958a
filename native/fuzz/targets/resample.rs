//! Resampling in pieces against the whole, and against the plain sum.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../core/tests/oracle/mod.rs"]
mod oracle;

const RATES: [(u32, u32); 6] = [
    (24_000, 48_000),
    (24_000, 16_000),
    (24_000, 8_000),
    (48_000, 24_000),
    (16_000, 24_000),
    (8_000, 24_000),
];

fuzz_target!(|input: (u8, u64, &[u8])| {
    let (how, seed, bytes) = input;
    let (samples, _) = bytes.as_chunks();
    let samples: Vec<i16> = samples.iter().map(|&pcm| i16::from_le_bytes(pcm)).collect();
    let rates = RATES[usize::from(how >> 1) % RATES.len()];
    oracle::check::resample(rates, 1 + u16::from(how & 1), &samples, seed);
});

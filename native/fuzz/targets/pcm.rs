//! Audio deltas, WAV heads among them, against the plain decoder.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../core/tests/oracle/mod.rs"]
mod oracle;

// A delta whose bit is set is encoded here, so that the fuzzer sees through the base64; the
// others are base64 as they stand.
fuzz_target!(|input: (bool, u8, u64, &[u8])| {
    let (is_stereo, plain, seed, bytes) = input;
    let format = omni_stream_core::format::Format::new(24_000, 1 + u16::from(is_stereo)).unwrap();
    let deltas = oracle::split(bytes, seed).into_iter().enumerate();
    let deltas: Vec<Vec<u8>> = deltas
        .map(|(n, delta)| match plain >> (n % 8) & 1 {
            1 => oracle::encode(delta),
            _ => delta.to_vec(),
        })
        .collect();
    let deltas: Vec<&[u8]> = deltas.iter().map(Vec::as_slice).collect();
    oracle::check::pcm(format, &deltas);
});

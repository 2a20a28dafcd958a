//! Event streams against the plain reading of the standard, in any split and under limits.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../core/tests/oracle/mod.rs"]
mod oracle;

fuzz_target!(|input: (u64, u8, u8, &[u8])| {
    let (seed, line, event, bytes) = input;
    oracle::check::sse(bytes, seed);
    let limits = omni_stream_core::sse::Limits {
        line_bytes: usize::from(line) + 1,
        event_bytes: usize::from(event) + 1,
    };
    oracle::check::limits(bytes, seed, limits);
});

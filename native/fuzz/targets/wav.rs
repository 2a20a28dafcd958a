//! WAV heads against the plain reading of their chunks.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../core/tests/oracle/mod.rs"]
mod oracle;

fuzz_target!(|bytes: &[u8]| {
    oracle::check::wav(bytes);
});

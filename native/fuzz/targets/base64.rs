//! Base64 in pieces against its bits.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../core/tests/oracle/mod.rs"]
mod oracle;

fuzz_target!(|input: (u64, &[u8])| {
    oracle::check::base64(&oracle::split(input.1, input.0));
});

//! Chunked bodies in any split against their grammar.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../core/tests/oracle/mod.rs"]
mod oracle;

fuzz_target!(|input: (u64, &[u8])| {
    oracle::check::chunked(input.1, input.0);
});

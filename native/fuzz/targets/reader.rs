//! One pass over a stream against the stages joined by hand.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../core/tests/oracle/mod.rs"]
mod oracle;

fuzz_target!(|input: (u64, &[u8])| {
    oracle::check::reader(input.1, input.0);
});

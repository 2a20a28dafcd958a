//! The audio finder against a full JSON parser.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../core/tests/oracle/mod.rs"]
mod oracle;

fuzz_target!(|document: &[u8]| {
    oracle::check::json(document);
});

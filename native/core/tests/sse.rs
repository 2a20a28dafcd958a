//! Event streams: what proptest finds by itself, and the limits at their edges.

mod oracle;

use omni_stream_core::sse::{Bounded, LimitError, Limits, Parser};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Bytes that the grammar is made of, and some that only look like it.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let tokens: Vec<&[u8]> = vec![
        b"data",
        b"event",
        b"id",
        b"retry",
        b"comment",
        b"datas",
        b":",
        b": ",
        b" ",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\r\r",
        b"\xEF\xBB\xBF",
        b"\xEF\xBB",
        b"\xFF",
        b"\0",
        b"\x0B",
        b"\x0C",
        b"\x1C",
        b"\xC2\x85",
        b"\xE2\x80\xA8",
        b"12",
        b"+1",
        b"\xD9\xA3",
        b"x",
        "é好".as_bytes(),
        b"data: a\n\n",
        b":c\n",
        b"id: 7\n",
    ];
    let piece = prop_oneof![
        8 => select(tokens).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..8),
        1 => "\nretry:[0-9]{18,22}\n".prop_map(String::into_bytes),
        1 => (0..700_usize).prop_map(|n| "é好, a comment or value".repeat(n / 10).into_bytes()),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn any_split_gives_what_the_standard_says(bytes in stream(), seed: u64) {
        oracle::check::sse(&bytes, seed);
    }

    #[test]
    fn a_limit_is_hit_whatever_the_split(
        bytes in stream(), seed: u64, line_bytes in 0..40_usize, event_bytes in 0..60_usize,
    ) {
        oracle::check::limits(&bytes, seed, Limits { line_bytes, event_bytes });
    }
}

fn fed(limits: Limits, bytes: &[u8]) -> (usize, Result<(), LimitError>) {
    let mut events = 0;
    let mut parser = Parser::new(limits, b"");
    let result = parser.feed(bytes, |_| events += 1);
    (events, result)
}

#[test]
fn a_character_that_the_bound_of_comments_cuts_is_left_out_whatever_the_split() {
    for length in 1015..1030 {
        let comment = ["x".repeat(length), "é好é好".to_owned()].concat();
        let stream = format!(":{comment}\ndata: 1\n\n");
        for seed in 0..8 {
            oracle::check::sse(stream.as_bytes(), seed);
        }
    }
}

#[test]
fn limits_are_inclusive_and_count_a_line_without_its_break() {
    let limits = Limits {
        line_bytes: 11,
        event_bytes: 100,
    };
    assert_eq!(fed(limits, b"data: 12345\r\n\r\n"), (1, Ok(())));
    let fault = LimitError {
        what: Bounded::Line,
        limit: 11,
        seen: 12,
    };
    assert_eq!(fed(limits, b"data: 1\n\ndata: 123456\n\n"), (1, Err(fault)));
}

#[test]
fn an_event_is_its_type_and_its_data_with_their_joints() {
    let limits = Limits {
        line_bytes: 100,
        event_bytes: 6,
    };
    assert_eq!(
        fed(limits, b"event: ab\ndata: 1\ndata: 23\n\n"),
        (1, Ok(()))
    );
    let fault = LimitError {
        what: Bounded::Event,
        limit: 6,
        seen: 7,
    };
    assert_eq!(
        fed(limits, b"event: ab\ndata: 1\ndata: 234\n\n"),
        (0, Err(fault))
    );
    assert_eq!(
        fed(limits, b"data: 1\ndata: 234\nevent: ab\n\n"),
        (0, Err(fault))
    );
}

#[test]
fn what_is_dropped_has_no_limit() {
    let limits = Limits {
        line_bytes: 10,
        event_bytes: 10,
    };
    let bytes = [
        &b"unknown: "[..],
        &[b'x'; 4096],
        b"\n:",
        &[b'c'; 4096],
        b"\ndata: 1\n\n",
    ]
    .concat();
    assert_eq!(fed(limits, &bytes), (1, Ok(())));
}

//! Chunked bodies: any bytes in any split, against the grammar.

mod oracle;

use omni_stream_core::chunked::{ChunkedBody, Rest};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Bodies that are chunked well, and what only looks like it.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let chunk = vec(any::<u8>(), 1..300).prop_map(|content| {
        let size = format!("{:x}\r\n", content.len());
        [size.as_bytes(), &content, b"\r\n"].concat()
    });
    let tokens: Vec<&[u8]> = vec![
        b"\r",
        b"\n",
        b"\r\n",
        b"0\r\n\r\n",
        b"0\r\nA: b\r\n\r\n",
        b"1\r\nx\n",
        b"A\r\n",
        b"3;a=b\r\n",
        b"5 \r\n",
        b"00000000000000f\r\n",
        b"0000000000000001\r\n",
        b"fffffffffffffff\r\n",
        b";",
        b"xyz",
        b"",
    ];
    let piece = prop_oneof![
        5 => chunk,
        2 => select(tokens).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..6),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn any_split_gives_what_the_grammar_says(body in body(), seed: u64) {
        oracle::check::chunked(&body, seed);
    }
}

#[test]
fn the_last_chunk_and_all_behind_it_is_handed_on_as_it_came() {
    let body = b"5\r\nhello\r\n3\r\nyou\r\n0;e\r\nT: x\r\n\r\nmore";
    let mut content = Vec::new();
    let rest = ChunkedBody::default().feed(body, |chunk| content.push(chunk.to_vec()));
    assert_eq!(content, [b"hello".to_vec(), b"you".to_vec()]);
    assert_eq!(
        rest,
        Some(Rest::Handed(b"0;e\r\nT: x\r\n\r\nmore".to_vec()))
    );
}

#[test]
fn a_chunk_that_is_longer_than_its_size_is_broken() {
    let mut content = Vec::new();
    let rest = ChunkedBody::default().feed(b"4\r\nhello\r\n", |chunk| content.extend(chunk));
    assert_eq!(
        (content.as_slice(), rest),
        (&b"hell"[..], Some(Rest::Broken))
    );
}

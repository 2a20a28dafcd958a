//! The audio finder: never surer than a full parser, and sure where it should be.

mod oracle;

use omni_stream_core::json::{Found, Shape};
use oracle::{AUDIO, SILENT};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn find(document: &str) -> Found {
    Shape::new(AUDIO, SILENT).unwrap().find(document.as_bytes())
}

/// Documents near the shape: its keys in any order and number, with likely and unlikely values.
fn document() -> impl Strategy<Value = String> {
    let scalars = [
        "null",
        "true",
        "false",
        "0",
        "-1.5e+3",
        "01",
        "1.",
        "\"\"",
        "\"hi\"",
        "\"UklG\"",
        "\"AA==\"",
        "\"a\\\"b\"",
        "\"\\u00e9\"",
        "\"\\ud800\"",
        "\"\\x\"",
        "\"\u{1}\"",
        "\"é\"",
        "[]",
        "{}",
        "nul",
        "",
        "NaN",
    ];
    let keys = [
        "choices",
        "delta",
        "audio",
        "data",
        "content",
        "finish_reason",
        "usage",
        "error",
        "id",
        "d\\u0061ta",
    ];
    let space = select(vec!["", "", "", " ", "\n\t"]);
    let scalar = select(scalars.to_vec()).prop_map(str::to_owned);
    scalar.prop_recursive(6, 40, 4, move |inner| {
        let pair = (select(keys.to_vec()), space.clone(), inner.clone());
        let pair = pair.prop_map(|(key, space, value)| format!("\"{key}\"{space}:{space}{value}"));
        let audio = inner.clone().prop_map(|value| {
            format!("{{\"choices\":[{{\"delta\":{{\"audio\":{{\"data\":{value}}}}}}}]}}")
        });
        prop_oneof![
            2 => vec(pair, 0..5).prop_map(|pairs| format!("{{{}}}", pairs.join(","))),
            1 => vec(inner, 0..3).prop_map(|items| format!("[{}]", items.join(","))),
            1 => audio,
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8000))]

    #[test]
    fn the_finder_is_never_surer_than_a_full_parser(document in document()) {
        oracle::check::json(document.as_bytes());
    }

    #[test]
    fn nor_is_it_on_any_bytes(document in vec(any::<u8>(), 0..60)) {
        oracle::check::json(&document);
    }
}

fn audio_in(document: &str) -> Option<&str> {
    match find(document) {
        Found::Audio(range) => Some(&document[range]),
        _ => None,
    }
}

#[test]
fn audio_is_found_among_keys_that_say_nothing() {
    let document = r#"{"choices":[{"delta":{"content":null,"audio":{"id":"a","data":"AAAA","expires_at":1757647879}},
        "finish_reason":null,"index":0,"logprobs":{"a":[1,{"data":"x"}]}}],"usage":null,"model":"m"}"#;
    assert_eq!(audio_in(document), Some("AAAA"));
    let spaced = r#" {"choices" : [ {"delta":{"content":"","audio":{"data":"AA=="}}} ] } "#;
    assert_eq!(audio_in(spaced), Some("AA=="));
}

#[test]
fn whatever_says_more_than_audio_is_left_to_the_full_parser() {
    for document in [
        r#"{"choices":[{"delta":{"content":"hi","audio":{"data":"AAAA"}}}]}"#,
        r#"{"choices":[{"delta":{"audio":{"data":"AAAA"}},"finish_reason":"stop"}]}"#,
        r#"{"choices":[{"delta":{"audio":{"data":"AAAA"}}}],"usage":{"total_tokens":1}}"#,
        r#"{"choices":[{"delta":{"audio":{"data":"AAAA"}}},{"delta":{"audio":{"data":"BBBB"}}}]}"#,
        r#"{"choices":[{},{"delta":{"audio":{"data":"AAAA"}}}]}"#,
        r#"{"choices":[{"delta":{"audio":{"data":"AAAA"}}},{}]}"#,
        r#"{"choices":[{"delta":{"audio":{"data":7}}}]}"#,
        r#"{"choices":[{"delta":{"audio":"AAAA"}}]}"#,
        r#"{"choices":[{"delta":{"audio":{"data":"AAAA"}}}],"choices":null}"#,
        r#"{"choices":[{"delta":{"audio":{"data":"AAAA","d\u0061ta":"BBBB"}}}]}"#,
        r#"{"choices":[{"delta":{"audio":{"data":"AAAA"}}}]}{"#,
        "[DONE]",
        "",
    ] {
        assert_eq!(find(document), Found::Unclear, "{document}");
    }
}

#[test]
fn documents_without_audio_are_told_apart() {
    for document in [
        "{}",
        r#"{"choices":[]}"#,
        r#"{"choices":null}"#,
        r#"{"choices":[{"delta":{"content":"hi"}}]}"#,
        r#"{"choices":[{"delta":{"audio":{"transcript":"hi","data":""}}}]}"#,
        r#"{"data":"AAAA"}"#,
    ] {
        assert_eq!(find(document), Found::NoAudio, "{document}");
    }
}

#[test]
fn what_is_too_deep_or_too_long_is_left_to_the_full_parser() {
    let nested = |depth: usize| format!("{{\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(find(&nested(30)), Found::NoAudio);
    assert_eq!(find(&nested(40)), Found::Unclear);
    assert_eq!(find(&nested(1 << 20)), Found::Unclear);
    assert_eq!(
        find(&format!("{{\"x\":{}}}", "1".repeat(5000))),
        Found::Unclear
    );
}

#[test]
fn a_path_that_cannot_be_is_refused() {
    for path in ["", "a..b", "a[]b", "a.[]", "a\"b"] {
        assert!(Shape::new(path, &[]).is_err(), "{path}");
    }
}

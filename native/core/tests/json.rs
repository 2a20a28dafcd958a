//! The finder: never surer than a full parser, and sure where it should be.

mod oracle;

use omni_stream_core::json::{Found, Paths, Shape, unescaped};
use oracle::PATHS;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn find(document: &str) -> Found {
    Shape::new(PATHS).unwrap().find(document.as_bytes())
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
        "\"audio\"",
        "\"\\u0061udio\"",
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
        "reasoning",
        "transcript",
        "expires_at",
        "finish_reason",
        "usage",
        "error",
        "id",
        "modality",
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
    fn a_string_is_what_a_full_parser_makes_of_it(text in r#"(\\[bfnrt/"\\]|\\u[dD][89abcdef][0-9a-f]{2}|\\u[0-9a-fA-F]{4}|[a-zé😀]){0,6}"#) {
        oracle::check::string(&text);
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
    let before_another_choice = r#" {"choices" : [ {"delta":{"content":"","audio":{"data":"AA=="}}}, {"delta":{"content":"x"}} ] } "#;
    assert_eq!(audio_in(before_another_choice), Some("AA=="));
}

#[test]
fn whatever_says_more_than_audio_is_left_to_the_full_parser() {
    for document in [
        r#"{"choices":[{"delta":{"content":"hi","audio":{"data":"AAAA"}}}]}"#,
        r#"{"choices":[{"delta":{"audio":{"data":"AAAA"}},"finish_reason":"stop"}]}"#,
        r#"{"choices":[{"delta":{"audio":{"data":"AAAA"}}}],"usage":{"total_tokens":1}}"#,
        r#"{"choices":[{"delta":{"content":"hi","audio":{"transcript":"hi"}}}]}"#,
        r#"{"choices":[{"delta":{"content":"hi","audio":{"expires_at":7}}}]}"#,
        r#"{"choices":[{"delta":{"content":"hi"}}],"usage":{"total_tokens":1}}"#,
        r#"{"choices":[{"delta":{"content":["hi"]}}]}"#,
        r#"{"choices":[{"delta":{"audio":{"expires_at":7}}}]}"#,
        r#"{"error":"no"}"#,
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
fn words_are_found_with_their_place() {
    let words = |document: &str| match find(document) {
        Found::Words { path, text } => Some((path, document[text].to_owned())),
        _ => None,
    };
    let said = |path: usize, text: &str| Some((path, text.to_owned()));
    assert_eq!(
        words(r#"{"choices":[{"delta":{"content":"h\u00e9","audio":null},"finish_reason":null}]}"#),
        said(0, r"h\u00e9")
    );
    assert_eq!(
        words(r#"{"choices":[{"delta":{"content":"","reasoning":"hm"}}]}"#),
        said(1, "hm")
    );
    assert_eq!(
        words(r#"{"choices":[{"delta":{"content":null,"audio":{"id":"a","transcript":"hi"}}}]}"#),
        said(2, "hi")
    );
}

#[test]
fn words_are_audio_where_the_document_says_so() {
    let spoken = |rest: &str| {
        format!(r#"{{"choices":[{{"delta":{{"content":"AAAA"{rest}}}}}],"modality":"audio"}}"#)
    };
    assert_eq!(audio_in(&spoken("")), Some("AAAA"));
    assert_eq!(
        audio_in(&spoken(r#","audio":{"expires_at":7}"#)),
        Some("AAAA")
    );
    for rest in [
        r#","reasoning":"hm""#,
        r#","audio":{"data":"AAAA"}"#,
        r#","audio":{"transcript":"hi"}"#,
    ] {
        assert_eq!(find(&spoken(rest)), Found::Unclear, "{rest}");
    }
    for modality in ["\"text\"", "null", "[\"audio\"]"] {
        let document = spoken("").replace("\"audio\"", modality);
        assert!(
            matches!(find(&document), Found::Words { path: 0, .. }),
            "{document}"
        );
    }
    let hidden = spoken("").replace("\"audio\"", r#""\u0061udio""#);
    assert_eq!(find(&hidden), Found::Unclear);
    let transcript = r#"{"modality":"audio","choices":[{"delta":{"audio":{"transcript":"hi"}}}]}"#;
    assert!(matches!(find(transcript), Found::Words { path: 2, .. }));
}

#[test]
fn documents_that_say_nothing_are_told_apart() {
    for document in [
        "{}",
        r#"{"choices":[]}"#,
        r#"{"choices":null}"#,
        r#"{"choices":[{"delta":{"content":"","role":"assistant"}}]}"#,
        r#"{"choices":[{"delta":{"audio":{"transcript":"","data":""}}}]}"#,
        r#"{"choices":[{},{"delta":{"content":"of the second choice"}}]}"#,
        r#"{"data":"AAAA","content":"hi"}"#,
    ] {
        assert_eq!(find(document), Found::Nothing, "{document}");
    }
}

#[test]
fn what_is_too_deep_or_too_long_is_left_to_the_full_parser() {
    let nested = |depth: usize| format!("{{\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(find(&nested(30)), Found::Nothing);
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
        let paths = Paths {
            audio: Some(path),
            ..PATHS
        };
        assert!(Shape::new(paths).is_err(), "{path}");
    }
}

#[test]
fn without_paths_all_is_left_to_the_full_parser() {
    let none = Paths {
        audio: None,
        words: &[],
        spoken: None,
        silent: &[],
        marks: &[],
    };
    let shape = Shape::new(none).unwrap();
    for document in ["{}", r#"{"choices":[]}"#, "[DONE]"] {
        assert_eq!(shape.find(document.as_bytes()), Found::Unclear);
    }
    let silent = Shape::new(Paths {
        silent: &["error"],
        ..none
    });
    assert_eq!(silent.unwrap().find(b"{}"), Found::Nothing);
}

#[test]
fn half_a_surrogate_pair_is_no_character() {
    assert_eq!(unescaped(r"\ud83d\ude00!").as_deref(), Some("\u{1f600}!"));
    for text in [
        r"\ud83d",
        r"\ud83d!",
        r"\ude00\ud83d",
        r"\ud83d\n",
        r"\ud83d\u0041",
    ] {
        assert_eq!(unescaped(text), None, "{text}");
    }
}

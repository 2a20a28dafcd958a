//! The fused reader: equal to its stages joined by hand, and fused where it should be.

mod oracle;

use omni_stream_core::json::Shape;
use omni_stream_core::pcm::{AudioDecoder, Format};
use omni_stream_core::reader::{Item, Reader};
use omni_stream_core::sse::Limits;
use oracle::{AUDIO, SILENT, encode};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn event(delta: &str) -> String {
    format!("data: {{\"choices\":[{{\"delta\":{delta},\"index\":0}}],\"usage\":null}}\n\n")
}

fn audio(encoded: &str) -> String {
    event(&format!("{{\"audio\":{{\"data\":\"{encoded}\"}}}}"))
}

/// Events of a reply: mostly audio, clean or not, with all else among it.
fn reply() -> impl Strategy<Value = Vec<u8>> {
    let clean =
        vec(any::<u8>(), 0..30).prop_map(|pcm| audio(str::from_utf8(&encode(&pcm)).unwrap()));
    let odd = "[A-Za-z0-9+/=_ *-]{0,12}".prop_map(|encoded| audio(&encoded));
    let other = select(vec![
        event("{\"content\":\"hé\"}"),
        event("{\"content\":\"x\",\"audio\":{\"data\":\"AQACAA==\"}}"),
        event("{}"),
        event("null"),
        audio("UklGR"),
        audio("iQAAABXQVZFZm10IBAAAAABAAIAQB8AAAB9AAAEABAAZGF0Yf////8BAAIAAwA="),
        "data: [DONE]\n\n".to_owned(),
        "data: {\"choices\":[]}\ndata: \n\n".to_owned(),
        "event: error\ndata: no\n\n".to_owned(),
        ":c\ndata: {\"choices\":[{\"delta\":{\"audio\":{\"data\":\"AAAA\"}}}]}\n\n".to_owned(),
        "id: 1\r\ndata: {\"error\":{\"code\":1}}\r\n\r\n".to_owned(),
        "data: {\"model\":\"\u{e9}\",\"choices\":[{\"delta\":{\"audio\":{\"data\":\"AAAA\"}}}]}\n\n".to_owned(),
    ]);
    let broken =
        b"data: {\"id\":\"\xFF\",\"choices\":[{\"delta\":{\"audio\":{\"data\":\"AAAA\"}}}]}\n\n";
    let text = prop_oneof![4 => clean, 2 => odd, 3 => other].prop_map(String::into_bytes);
    let events = vec(prop_oneof![9 => text, 1 => Just(broken.to_vec())], 0..20);
    events.prop_map(|events| events.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn one_pass_gives_what_the_stages_give(bytes in reply(), seed: u64) {
        oracle::check::reader(&bytes, seed);
    }
}

fn reader() -> (Reader, AudioDecoder) {
    let limits = Limits {
        line_bytes: 1 << 20,
        event_bytes: 1 << 20,
    };
    let shape = Shape::new(AUDIO, SILENT).unwrap();
    (
        Reader::new(limits, Some(shape)),
        AudioDecoder::new(Format::new(24_000, 1).unwrap()),
    )
}

fn is_audio(items: &[Item]) -> Vec<bool> {
    items
        .iter()
        .map(|item| matches!(item, Item::Audio(_)))
        .collect()
}

#[test]
fn clean_audio_is_decoded_here_and_all_else_handed_on() {
    let (mut reader, mut decoder) = reader();
    let mut items = Vec::new();
    let read = [
        event("{\"content\":\"hi\"}"),
        audio("AQAC"),
        audio("AAMA"),
        event("{}"),
        audio("AQAC"),
    ]
    .concat();
    reader
        .feed(read.as_bytes(), &mut decoder, &mut items)
        .unwrap();
    assert_eq!(is_audio(&items), [false, true, true, false, true]);
    assert_eq!(reader.events(), 5);
}

#[test]
fn an_event_with_a_type_or_a_comment_is_handed_on_whatever_its_data() {
    for before in ["event: x\n", ":HTTP_STATUS/200\n", ":\n"] {
        let (mut reader, mut decoder) = reader();
        let mut items = Vec::new();
        let read = [audio("AQAC"), before.to_owned(), audio("AQAC")].concat();
        reader
            .feed(read.as_bytes(), &mut decoder, &mut items)
            .unwrap();
        assert_eq!(is_audio(&items), [true, false], "{before}");
    }
}

#[test]
fn behind_what_may_be_audio_nothing_is_decoded_before_it() {
    let (mut reader, mut decoder) = reader();
    let mut items = Vec::new();
    let read = [audio("AQAC"), audio("A A A A"), audio("AQAC")].concat();
    reader
        .feed(read.as_bytes(), &mut decoder, &mut items)
        .unwrap();
    assert_eq!(is_audio(&items), [true, false, false]);
    items.clear();
    reader
        .feed(audio("AQAC").as_bytes(), &mut decoder, &mut items)
        .unwrap();
    assert_eq!(is_audio(&items), [true]);
}

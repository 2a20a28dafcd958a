//! The fused reader: equal to its stages joined by hand, and fused where it should be.

mod oracle;

use omni_stream_core::encoding::Encoding;
use omni_stream_core::format::Format;
use omni_stream_core::json::Shape;
use omni_stream_core::pcm::{AudioDecoder, Raw};
use omni_stream_core::reader::{Item, Reader};
use omni_stream_core::sample::Sample;
use omni_stream_core::sse::{Limits, Parser};
use oracle::{PATHS, encode};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const LIMITS: Limits = Limits {
    line_bytes: 1 << 20,
    event_bytes: 1 << 20,
};

fn event(delta: &str) -> String {
    format!("data: {{\"choices\":[{{\"delta\":{delta},\"index\":0}}],\"usage\":null}}\n\n")
}

fn audio(encoded: &str) -> String {
    event(&format!("{{\"audio\":{{\"data\":\"{encoded}\"}}}}"))
}

/// Words that are audio, or not.
fn spoken(content: &str, modality: &str) -> String {
    event(&format!("{{\"content\":\"{content}\"}}"))
        .replace("null", &format!("null,\"modality\":\"{modality}\""))
}

/// Events of a reply: mostly audio, clean or not, with all else among it.
fn reply() -> impl Strategy<Value = Vec<u8>> {
    let pcm = prop_oneof![vec(any::<u8>(), 0..30), vec(any::<u8>(), 12)]; // often of one length
    let clean = pcm.prop_map(|pcm| audio(str::from_utf8(&encode(&pcm)).unwrap()));
    let odd = "[A-Za-z0-9+/=_ *-]{0,12}".prop_map(|encoded| audio(&encoded));
    let other = select(vec![
        event("{\"content\":\"hé\"}"),
        event("{\"content\":\"hi\"}"),
        event("{\"content\":\"h\\u0069\\n\"}"),
        event("{\"content\":\"hi\",\"reasoning\":\"hm\"}"),
        event("{\"content\":\"hi\",\"role\":\"assistant\"}"),
        event("{\"content\":\"a\tb\"}"),
        event("{\"reasoning\":\"hm\"}"),
        event("{\"content\":\"hi\",\"audio\":{\"transcript\":\"hi\"}}"),
        event("{\"audio\":{\"expires_at\":7}}"),
        event("{\"content\":\"hi\",\"logprobs\":1e999}"),
        event("{\"content\":\"\\ud83d\"}"),
        event("{\"content\":\"\\ud83d\\ude00\",\"id\":\"\\ud83d\"}"),
        event("{\"content\":\"x\",\"audio\":{\"data\":\"AQACAA==\"}}"),
        spoken("AQACAA==", "audio"),
        spoken("AQACAA==", "audio"),
        spoken("AQACAA==", "text"),
        spoken("A\\/8A", "audio"),
        spoken("A*", "audio"),
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
    let broken = select(vec![
        &b"data: {\"id\":\"\xFF\",\"choices\":[{\"delta\":{\"audio\":{\"data\":\"AAAA\"}}}]}\n\n"[..],
        b"data: {\"id\":\"\xFF\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n",
        b"data: {\"id\":\"\xFF\",\"choices\":[]}\n\n",
    ]);
    let text = prop_oneof![4 => clean, 2 => odd, 3 => other].prop_map(String::into_bytes);
    let events = vec(
        prop_oneof![9 => text, 1 => broken.prop_map(<[u8]>::to_vec)],
        0..20,
    );
    events.prop_map(|events| events.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn one_pass_gives_what_the_stages_give(bytes in reply(), seed: u64) {
        oracle::check::reader(&bytes, seed);
    }
}

fn decoder(encoding: Encoding) -> AudioDecoder {
    let raw = Raw {
        format: Format::new(24_000, 1).unwrap(),
        sample: Sample::S16,
    };
    AudioDecoder::new(raw, encoding)
}

fn reader() -> (Reader, AudioDecoder) {
    let shape = Shape::new(PATHS).unwrap();
    (Reader::new(LIMITS, shape, true), decoder(Encoding::Base64))
}

/// A letter an item: audio, words, event.
fn kinds(items: &[Item]) -> String {
    let kind = |item: &Item| match item {
        Item::Audio(_) => 'a',
        Item::Words(_) => 'w',
        Item::Event(_) => 'e',
    };
    items.iter().map(kind).collect()
}

fn feed(reader: &mut Reader, decoder: &mut AudioDecoder, events: &[String]) -> String {
    let mut items = Vec::new();
    let fed = reader.feed(events.concat().as_bytes(), decoder, &mut items);
    fed.unwrap();
    kinds(&items)
}

#[test]
fn audio_and_words_are_read_here_and_silence_is_counted() {
    let (mut reader, mut decoder) = reader();
    let read = [
        event("{\"role\":\"assistant\"}"),
        event("{\"content\":\"hi\"}"),
        audio("AQAC"),
        audio("AAMA"),
        event("{}"),
        event("{\"content\":\"h\\ni\"}"),
        audio("AQAC"),
    ];
    assert_eq!(feed(&mut reader, &mut decoder, &read), "ewaawa");
    assert_eq!((reader.events(), reader.empty_events()), (7, 1));
}

#[test]
fn the_first_event_is_handed_on_unless_it_is_audio() {
    let words = event("{\"content\":\"hi\"}");
    let (mut first, mut decoder) = reader();
    assert_eq!(
        feed(&mut first, &mut decoder, &[words.clone(), words.clone()]),
        "ew"
    );
    let (mut first, mut decoder) = reader();
    assert_eq!(
        feed(&mut first, &mut decoder, &[audio("AQAC"), words]),
        "aw"
    );
}

#[test]
fn behind_what_was_handed_on_all_of_a_read_is_handed_on() {
    let (mut reader, mut decoder) = reader();
    let words = event("{\"content\":\"hi\"}");
    for handed_on in [
        audio("A A A A"),
        event("{\"content\":\"\\ud83d\"}"),
        "data: {\"error\":1}\n\n".to_owned(),
    ] {
        let read = [audio("AQAC"), handed_on, audio("AQAC"), words.clone()];
        assert_eq!(feed(&mut reader, &mut decoder, &read), "aeee");
    }
    assert_eq!(feed(&mut reader, &mut decoder, &[audio("AQAC")]), "a");
}

#[test]
fn audio_is_handed_on_where_it_is_not_to_be_decoded() {
    let limits = Limits {
        line_bytes: 1 << 20,
        event_bytes: 1 << 20,
    };
    let mut reader = Reader::new(limits, Shape::new(PATHS).unwrap(), false);
    let mut decoder = decoder(Encoding::Base64);
    let words = event("{\"content\":\"hi\"}");
    let read = [words.clone(), words.clone(), audio("AQAC"), words];
    assert_eq!(feed(&mut reader, &mut decoder, &read), "ewee");
}

#[test]
fn audio_in_digits_is_read_here_too() {
    let (mut reader, _) = reader();
    let mut decoder = decoder(Encoding::Hex);
    let mut items = Vec::new();
    let read = [audio("01000200"), audio("0300FFff"), audio("03 00")].concat();
    reader
        .feed(read.as_bytes(), &mut decoder, &mut items)
        .unwrap();
    assert_eq!(kinds(&items), "aae");
    let Item::Audio(chunk) = &items[1] else {
        unreachable!()
    };
    assert_eq!(chunk.pcm, [3, 0, 0xFF, 0xFF]);
}

#[test]
fn audio_with_a_whole_head_is_read_here_too() {
    let (mut reader, mut decoder) = reader();
    let head = b"RIFF\xFF\xFF\xFF\xFFWAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3E\0\0\0\x7D\0\0\x02\0\x10\0data\0\0\0\0";
    let delta = encode(&[&head[..], &[1, 0, 2, 0]].concat());
    let delta = audio(str::from_utf8(&delta).unwrap());
    let read = [delta.clone(), delta];
    assert_eq!(feed(&mut reader, &mut decoder, &read), "aa");
    let part = audio(str::from_utf8(&encode(&head[..30])).unwrap());
    assert_eq!(feed(&mut reader, &mut decoder, &[part]), "e");
    assert!((decoder.seconds() - 4.0 / 16_000.0).abs() < 1e-12);
}

#[test]
fn words_that_are_audio_are_read_as_such() {
    let (mut reader, mut decoder) = reader();
    let read = [
        spoken("AQACAA==", "audio"),
        spoken("aaaa", "text"),
        spoken("AQACAA==", "audio"),
        spoken("aaaa", "text"),
        spoken("A*", "audio"),
    ];
    assert_eq!(feed(&mut reader, &mut decoder, &read), "awawe");
}

#[test]
fn audio_that_may_be_compressed_is_handed_on_if_it_is_the_first() {
    for start in [
        &b"fLaC"[..],
        b"OggS",
        b"ID3\x04",
        b"\xFF\xFB\x90\0",
        b"\xFF\xF1P\x80",
        b"\x01",
    ] {
        let suspect = audio(str::from_utf8(&encode(start)).unwrap());
        let (mut first, mut decoder) = reader();
        assert_eq!(
            feed(&mut first, &mut decoder, std::slice::from_ref(&suspect)),
            "e"
        );
        assert_eq!(feed(&mut first, &mut decoder, &[audio("AQAC")]), "a");
        assert_eq!(feed(&mut first, &mut decoder, &[suspect]), "a");
        decoder.retire();
        assert_eq!(feed(&mut first, &mut decoder, &[audio("AQAC")]), "e");
    }
}

#[test]
fn an_event_as_long_as_the_last_is_read_where_it_is_one_and_nowhere_else() {
    let pieces = [
        audio("AAAAAAAA"),
        audio("BBBBBBBB"),
        audio("CCCC\ndata: DDDD"), // two lines, so that it is not JSON
        audio("EEEE\nEEE"),
        audio("FFFFFFFF").replace("\n\n", "\ndata: \n\n"),
        audio("GGGGGGGG").replace("\n\n", "\r\n\r\n"),
        audio("HHHHHHHH").replace("data: ", "event: x\ndata: "),
        audio("IIIIIIII").replace("data: ", ":c\ndata: "),
        audio("JJJJJJJJ").replace("data: ", "id: 1\ndata: "),
        audio("KKKKKKKK").replace("data: ", "data:"),
        audio("LLLLLLLL"),
    ];
    for first in 0..pieces.len() {
        let stream = [&pieces[0], &pieces[first], &pieces[1], &pieces[1]].map(String::as_bytes);
        for seed in 0..200 {
            oracle::check::reader(&stream.concat(), seed);
        }
        oracle::check::reader(&stream.concat(), u64::MAX);
    }
}

#[test]
fn a_limit_holds_for_an_event_that_is_known_too() {
    let events = [audio("AAAAAAAA"), audio("BBBBBBBB")].concat();
    let line_bytes = events.len() / 2 - 3; // its two line breaks are not counted
    let limits = Limits {
        line_bytes,
        event_bytes: 1 << 20,
    };
    let mut reader = Reader::new(limits, Shape::new(PATHS).unwrap(), true);
    let mut audio = decoder(Encoding::Base64);
    let mut items = Vec::new();
    assert!(
        reader
            .feed(events.as_bytes(), &mut audio, &mut items)
            .is_err()
    );
    assert!(items.is_empty());
}

#[test]
fn an_event_that_a_read_cuts_is_what_it_would_be_and_comes_as_soon() {
    for length in [4, 60, 64, 68, 200] {
        let text = |letter: &str| letter.repeat(length);
        let turned = |at: usize, other: &str| {
            let text = text("Z");
            audio(&[&text[..at], other, &text[(at + other.len()).min(length)..]].concat())
        };
        let mut pieces = vec![
            audio(&text("B")),
            audio(&text("C")).replace("null", "7"),
            audio(&text("D")).replace("}\n\n", ",\"id\":1}\n\n"),
            audio(&text("E")).replace("}\n\n", "}\ndata: \n\n"),
            audio(&text("F")).replace("\n\n", "\r\n\r\n"),
            audio(&text("G")).replace("index", "other"),
            audio(&text("H")[4..]),
            audio(&format!("{}IIII", text("I"))),
            audio(&text("J")[3..]),
        ];
        for at in [0, length / 2, length - 1] {
            pieces.extend(["*", "=", "\"", "\n", "\n\n", "\r\r"].map(|other| turned(at, other)));
        }
        pieces.extend(["ZQ==", "ZQA=", "ZR==", "Z==="].map(|last| turned(length - 4, last)));
        pieces.push(turned(0, "ZQ=="));
        for piece in &pieces {
            let known = audio(&text("A"));
            let stream = [&known, &known, piece, &known, &known].map(String::as_bytes);
            let bytes = stream.concat();
            for seed in 0..50 {
                oracle::check::reader(&bytes, seed);
            }
            for read_bytes in [1, 7, 63, 64, 65, 150] {
                let mut parser = Parser::new(LIMITS, b"");
                let (mut framed, mut offset) = (0, 0);
                let (mut reader, mut decoder) = reader();
                for read in bytes.chunks(read_bytes) {
                    let mut items = Vec::new();
                    reader.feed(read, &mut decoder, &mut items).unwrap();
                    let fed = parser.feed(read, |event| {
                        framed += 1;
                        offset = event.offset;
                    });
                    fed.unwrap();
                    assert_eq!(
                        reader.events(),
                        framed,
                        "{piece:?}, {read_bytes} bytes a read"
                    );
                    for item in items {
                        if let Item::Event(event) = item
                            && event.index + 1 == framed
                        {
                            assert_eq!(event.offset, offset);
                        }
                    }
                }
            }
        }
    }
}

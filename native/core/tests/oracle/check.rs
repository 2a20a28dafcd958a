//! What holds for any bytes in any split: each check panics where it does not.

use std::borrow::Cow;

use omni_stream_core::chunked::{ChunkedBody, Rest};
use omni_stream_core::encoding::Encoding;
use omni_stream_core::format::Format;
use omni_stream_core::json::{Found, Shape, unescaped};
use omni_stream_core::pcm::{AudioDecoder, Chunk, Raw};
use omni_stream_core::reader::{Item, Reader};
use omni_stream_core::resample::Resampler;
use omni_stream_core::sample::Sample;
use omni_stream_core::sse::{COMMENT_BYTES, Limits, Parser};
use omni_stream_core::{base64, hex, wav};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{
    Audio, Base64, Chunked, Event, Head, Hex, PATHS, Refused, Said, Stream, read_chunked,
    read_head, read_stream, resampled, said, split,
};

/// Far above what a test feeds.
const NO_LIMITS: Limits = Limits {
    line_bytes: 1 << 40,
    event_bytes: 1 << 40,
};

fn parse(pieces: &[&[u8]]) -> Stream {
    let mut parser = Parser::new(NO_LIMITS, b"");
    let mut events = Vec::new();
    for piece in pieces {
        let fed = parser.feed(piece, |event| {
            let comments = event.comments.map_or(Vec::new(), |c| {
                assert!(c.len() <= COMMENT_BYTES);
                c.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect()
            });
            events.push(Event {
                kind: event.kind.to_vec(),
                data: event.data.to_vec(),
                id: event.id.to_vec(),
                retry: event.retry,
                comments,
                offset: usize::try_from(event.offset).unwrap(),
            });
        });
        fed.expect("within the limits");
    }
    Stream {
        events,
        last_id: parser.last_id().to_vec(),
        reconnection: parser.reconnection(),
        unfinished: parser.unfinished().map(|event| event.data.to_vec()),
    }
}

/// A chunked body gives what its grammar says, whatever the split, and keeps nothing else.
pub fn chunked(body: &[u8], seed: u64) {
    let mut reader = ChunkedBody::default();
    let mut read = Chunked::default();
    for piece in split(body, seed) {
        if let Some(handed) = &mut read.handed {
            handed.extend(piece);
            continue;
        }
        match reader.feed(piece, |content| read.content.extend(content)) {
            None => {}
            Some(Rest::Handed(rest)) => read.handed = Some(rest),
            Some(Rest::Broken) => {
                read.is_broken = true;
                break;
            }
        }
    }
    assert_eq!(read, read_chunked(body));
}

/// Comments as a block keeps them.
fn kept(comments: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut joined = comments.join(&b'\n');
    if joined.len() < COMMENT_BYTES {
        return comments;
    }
    joined.truncate(COMMENT_BYTES);
    let cut = (1..=3).find(|&n| {
        std::str::from_utf8(&joined[COMMENT_BYTES - n..])
            .is_err_and(|e| e.valid_up_to() == 0 && e.error_len().is_none())
    });
    joined.truncate(COMMENT_BYTES - cut.unwrap_or(0));
    joined.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect()
}

/// Any split of a stream gives what the standard says.
pub fn sse(bytes: &[u8], seed: u64) {
    let mut expected = read_stream(bytes);
    for event in &mut expected.events {
        event.comments = kept(std::mem::take(&mut event.comments));
    }
    assert_eq!(parse(&split(bytes, seed)), expected);
    assert_eq!(parse(&[bytes]), expected);
}

/// A limit is hit or not whatever the split, and what was finished before it is handed out.
pub fn limits(bytes: &[u8], seed: u64, limits: Limits) {
    let run = |pieces: &[&[u8]]| {
        let mut parser = Parser::new(limits, b"");
        let mut events = Vec::new();
        let mut fault = None;
        for piece in pieces {
            let fed = parser.feed(piece, |event| {
                assert!(event.kind.len() + event.data.len() <= limits.event_bytes);
                events.push((event.kind.to_vec(), event.data.to_vec(), event.offset));
            });
            fault = fault.or(fed.err());
            assert_eq!(fed.is_err(), fault.is_some(), "a fault stays");
        }
        if let Some(fault) = fault {
            assert!(fault.seen > fault.limit);
        }
        (events, fault.map(|fault| fault.limit))
    };
    let whole = run(&[bytes]);
    let (events, fault) = run(&split(bytes, seed));
    assert_eq!(events, whole.0);
    assert_eq!(fault.is_some(), whole.1.is_some());
}

/// Pieces of base64 decode to what their bits say, and a bad one leaves the decoder as new.
pub fn base64(pieces: &[&[u8]]) {
    let (mut decoder, mut oracle) = (base64::Decoder::default(), Base64::default());
    for piece in pieces {
        let mut out = b"kept".to_vec();
        let fed = decoder.feed(piece, &mut out);
        let expected = oracle.feed(piece);
        assert_eq!(fed.is_ok(), expected.is_some());
        match (fed, expected) {
            (Ok(()), expected) => assert_eq!(Some(&out[4..]), expected.as_deref()),
            (Err(error), _) => assert!(error.position < piece.len()),
        }
    }
    let mut out = Vec::new();
    let finished = decoder.finish(&mut out).ok().map(|()| out);
    assert_eq!(finished, oracle.finish());
}

/// Pieces of hexadecimal give their bytes, and a bad one leaves the decoder as new.
pub fn hex(pieces: &[&[u8]]) {
    let (mut decoder, mut oracle) = (hex::Decoder::default(), Hex::default());
    for piece in pieces {
        let mut out = b"kept".to_vec();
        let fed = decoder.feed(piece, &mut out);
        let expected = oracle.feed(piece);
        match (fed, expected) {
            (Ok(()), expected) => assert_eq!(Some(&out[4..]), expected.as_deref()),
            (Err(error), expected) => {
                assert_eq!(expected, None);
                let is_odd = |&b: &u8| !b.is_ascii_hexdigit() && !b" \t\r\n".contains(&b);
                assert_eq!(piece.iter().position(is_odd), Some(error.position));
            }
        }
    }
    assert_eq!(decoder.finish().is_ok(), oracle.finish().is_some());
}

/// The finder is never surer than a full JSON parser.
pub fn json(document: &[u8]) {
    let shape = Shape::new(PATHS).expect("the paths are well formed");
    let found = shape.find(document);
    let Ok(text) = std::str::from_utf8(document) else {
        return; // its events are handed on for their text to be replaced
    };
    if found == Found::Unclear {
        return;
    }
    serde_json::from_str::<IgnoredAny>(text).expect("what is not unclear is JSON");
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return; // half a surrogate pair, which not all parsers refuse
    };
    let as_found = match found {
        Found::Audio(range) => Said {
            audio: unescaped(&text[range]).map(Cow::into_owned),
            ..Said::default()
        },
        Found::Words { path, text: range } => Said {
            words: unescaped(&text[range])
                .map(|words| (path, words.into_owned()))
                .into_iter()
                .collect(),
            ..Said::default()
        },
        Found::Nothing | Found::Unclear => Said::default(),
    };
    assert_eq!(as_found, said(&value));
}

/// What stands between the quotes of a valid string is what a full parser makes of it: of half a
/// surrogate pair, nothing.
pub fn string(text: &str) {
    let parsed = serde_json::from_str::<String>(&format!("\"{text}\"")).ok();
    assert_eq!(unescaped(text).as_deref(), parsed.as_deref());
}

/// A head is read as the documents say, and one that is unfinished by any shorter start of it.
pub fn wav(bytes: &[u8]) {
    let read = |bytes: &[u8]| match wav::read_head(bytes) {
        Ok(wav::Head::Absent) => Head::Absent,
        Ok(wav::Head::Unfinished) => Head::Unfinished,
        Ok(wav::Head::Present(samples)) => {
            let wav::Samples {
                format,
                sample,
                start,
                claimed,
            } = samples;
            assert!(samples.of(bytes).len() <= bytes.len() - start);
            Head::Present {
                rate: format.rate(),
                channels: format.channels(),
                sample,
                start,
                claimed,
            }
        }
        Err(_) => Head::Bad,
    };
    let whole = read(bytes);
    assert_eq!(whole, read_head(bytes));
    if let Head::Present { start, .. } = whole {
        for cut in 1..start {
            assert_eq!(read(&bytes[..cut]), Head::Unfinished);
        }
    }
}

/// What a decoder is told: how the audio is written, and for each delta whether it is text, and
/// perhaps a format.
pub struct Told<'d> {
    pub raw: Raw,
    pub encoding: Encoding,
    pub deltas: Vec<(&'d [u8], bool, Option<Format>)>,
}

/// Deltas give the samples that the rules at the top of `pcm.rs` say.
pub fn pcm(told: &Told<'_>) {
    let mut decoder = AudioDecoder::new(told.raw, told.encoding);
    let mut oracle = Audio::new(told.raw, told.encoding);
    for &(delta, is_text, format) in &told.deltas {
        let heard = if is_text {
            decoder.decode(delta, format)
        } else {
            decoder.decode_bytes(delta, format)
        };
        assert_eq!(
            heard.map_err(|_| Refused),
            oracle.decode(delta, is_text, format)
        );
        assert_eq!(decoder.rest_bytes(), oracle.rest_bytes());
    }
    assert_eq!(decoder.finish().map_err(|_| Refused), oracle.finish());
    assert_eq!(decoder.rest_bytes(), oracle.rest_bytes());
}

/// What one event comes to: its samples, and what it says besides; None if it is not JSON.
type Heard = (Option<Chunk>, Option<Said>);

/// A valid document with U+FFFD for each half of a surrogate pair, which not all parsers refuse.
fn whole_pairs(document: &str) -> String {
    let unit = |text: &str| u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let (mut whole, mut rest) = (String::new(), document);
    while let Some(at) = rest.find('\\') {
        whole.push_str(&rest[..at]);
        rest = &rest[at..];
        let next = rest.get(6..).and_then(unit);
        let (escape, length) = match (unit(rest), next) {
            (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => (&rest[..12], 12),
            (Some(0xD800..0xE000), _) => ("\\ufffd", 6),
            _ => (&rest[..2], 2),
        };
        whole.push_str(escape);
        rest = &rest[length..];
    }
    whole + rest
}

/// An event's document by a full JSON parser, its audio by the decoder.
fn judge(document: &[u8], audio: &mut AudioDecoder) -> Heard {
    let text = str::from_utf8(document).unwrap_or("not JSON");
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    let value = is_json.then(|| serde_json::from_str::<Value>(&whole_pairs(text)));
    let Some(Ok(value)) = value else {
        return (None, None);
    };
    let mut said = said(&value);
    let encoded = said.audio.take();
    let chunk = encoded.and_then(|text| audio.decode(text.as_bytes(), None).ok().flatten());
    (chunk, Some(said))
}

fn is_silence(heard: &Heard) -> bool {
    *heard == (None, Some(Said::default()))
}

/// One pass gives what the stages give that are joined by hand.
pub fn reader(bytes: &[u8], seed: u64) {
    let raw = Raw {
        format: Format::new(24_000, 1).expect("a format"),
        sample: Sample::S16,
    };
    let mut audio = AudioDecoder::new(raw, Encoding::Base64);
    let mut expected = Vec::new();
    let mut parser = Parser::new(NO_LIMITS, b"");
    let fed = parser.feed(bytes, |event| expected.push(judge(&event.data, &mut audio)));
    fed.expect("within the limits");
    let framed = expected.len();
    expected.retain(|said| !is_silence(said));

    let mut audio = AudioDecoder::new(raw, Encoding::Base64);
    let shape = Shape::new(PATHS).expect("the paths are well formed");
    let mut reader = Reader::new(NO_LIMITS, shape, true);
    let mut said = Vec::new();
    for piece in split(bytes, seed) {
        let mut items = Vec::new();
        reader
            .feed(piece, &mut audio, &mut items)
            .expect("within the limits");
        said.extend(items.into_iter().map(|item| match item {
            Item::Audio(chunk) => (Some(chunk), Some(Said::default())),
            Item::Words(words) => {
                let said = Said {
                    words: vec![(words.path, words.text)],
                    ..Said::default()
                };
                (None, Some(said))
            }
            Item::Event(event) => judge(&event.data, &mut audio),
        }));
    }
    said.retain(|said| !is_silence(said));
    assert_eq!(said, expected);
    assert_eq!(reader.events(), framed as u64);
    assert_eq!(
        reader.unfinished().map(|e| e.data),
        parser.unfinished().map(|e| e.data.to_vec())
    );
}

/// The samples do not depend on the cut, are as many as the rates say, and are those of the filter.
pub fn resample((from, to): (u32, u32), channels: u16, samples: &[i16], seed: u64) {
    let width = usize::from(channels);
    let samples = &samples[..samples.len() / width * width];
    let format = Format::new(from, channels).expect("a format");
    let mut resampler = Resampler::new(format, to).expect("a ratio of its own");
    let mut run = |frames_of: &mut dyn Iterator<Item = &[i16]>| {
        let mut out = Vec::new();
        for frames in frames_of {
            resampler.feed(frames, &mut out);
        }
        resampler.finish(&mut out);
        out
    };
    let whole = run(&mut std::iter::once(samples));
    let marks = vec![0; samples.len() / width];
    let mut at = 0;
    let mut pieces = split(&marks, seed).into_iter().map(|piece| {
        at += piece.len() * width;
        &samples[at - piece.len() * width..at]
    });
    assert_eq!(run(&mut pieces), whole);
    let (frames, given) = (samples.len() / width, whole.len() / width);
    let ticks = (u64::from(from) * given as u64).abs_diff(u64::from(to) * frames as u64);
    assert!(
        2 * ticks <= u64::from(from),
        "{frames} frames became {given}"
    );
    for channel in 0..width {
        let alone: Vec<f64> = samples
            .iter()
            .skip(channel)
            .step_by(width)
            .map(|&s| s.into())
            .collect();
        let outputs = whole.iter().skip(channel).step_by(width).enumerate();
        for (n, &sample) in outputs.filter(|(n, _)| *n < 40 || n % 37 == 0 || n + 40 > given) {
            let expected = resampled(&alone, from, to, n).clamp(-32_768.0, 32_767.0);
            assert!(
                (f64::from(sample) - expected).abs() <= 0.51,
                "{sample} {expected}"
            );
        }
    }
}

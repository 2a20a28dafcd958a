//! A part of the hot path, done so many times: `counted PART TIMES`.
//!
//! Run under an instruction counter, the difference between two numbers of times is what
//! the part itself takes, to the instruction, on any machine and however busy it is.

use std::hint::black_box;

use omni_stream_core::base64;
use omni_stream_core::chunked::ChunkedBody;
use omni_stream_core::encoding::Encoding;
use omni_stream_core::format::Format;
use omni_stream_core::json::{Paths, Shape};
use omni_stream_core::pcm::{AudioDecoder, Raw};
use omni_stream_core::reader::Reader;
use omni_stream_core::sample::Sample;
use omni_stream_core::sse::{Limits, Parser};

const LIMITS: Limits = Limits {
    line_bytes: 1 << 26,
    event_bytes: 1 << 26,
};

/// 100 ms of speech at 24 kHz as base64.
const AUDIO_CHARACTERS: usize = 6400;

fn event(delta: &str) -> String {
    format!(
        "data: {{\"choices\":[{{\"delta\":{delta},\"finish_reason\":null,\"index\":0,\"logprobs\":null}}],\
         \"object\":\"chat.completion.chunk\",\"usage\":null,\"created\":1764763585,\
         \"system_fingerprint\":null,\"model\":\"qwen3-omni-flash\",\"id\":\"chatcmpl-1\"}}\n\n"
    )
}

fn audio(seed: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |at: usize| char::from(ALPHABET[(at * 31 + at / 7 + seed * 17) % 64]);
    let encoded: String = (0..AUDIO_CHARACTERS).map(digit).collect();
    event(&format!(
        "{{\"audio\":{{\"data\":\"{encoded}\",\"expires_at\":1,\"id\":\"a\"}}}}"
    ))
}

fn text() -> String {
    event("{\"content\":\"brook \"}")
}

/// Ten events of audio with three of text between.
fn second() -> Vec<u8> {
    let events = (0..10).map(|at| match at {
        2 | 5 | 8 => audio(at) + &text(),
        at => audio(at),
    });
    events.collect::<String>().into_bytes()
}

fn read(stream: &[u8], read_bytes: usize, times: usize) {
    let shape = Shape::new(Paths {
        audio: Some("choices[].delta.audio.data"),
        words: &[
            "choices[].delta.content",
            "choices[].delta.audio.transcript",
        ],
        spoken: None,
        silent: &["choices[].finish_reason", "usage", "error"],
        marks: &[],
    });
    let mut reader = Reader::new(LIMITS, shape.expect("paths"), true);
    let raw = Raw {
        format: Format::new(24_000, 1).expect("a format"),
        sample: Sample::S16,
    };
    let mut decoder = AudioDecoder::new(raw, Encoding::Base64);
    for _ in 0..times {
        for bytes in stream.chunks(read_bytes) {
            let mut items = Vec::new();
            reader
                .feed(bytes, &mut decoder, &mut items)
                .expect("within the limits");
            black_box(items);
        }
    }
}

fn frame(stream: &[u8], times: usize) {
    let mut parser = Parser::new(LIMITS, b"");
    for _ in 0..times {
        for bytes in stream.chunks(16_384) {
            let fed = parser.feed(bytes, |event| {
                black_box(event);
            });
            fed.expect("within the limits");
        }
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let part = arguments.next().expect("a part");
    let times = arguments
        .next()
        .expect("how many times")
        .parse()
        .expect("a number");
    match part.as_str() {
        "speech, 16 KiB reads" => read(&second(), 16_384, times),
        "speech, 1,460 B reads" => read(&second(), 1460, times),
        "text, 16 KiB reads" => read(text().repeat(100).as_bytes(), 16_384, times),
        "framing of speech" => frame(&second(), times),
        "framing of text" => frame(text().repeat(100).as_bytes(), times),
        "base64" => {
            let encoded = "QUJD".repeat(AUDIO_CHARACTERS / 4);
            for _ in 0..times {
                let mut out = Vec::with_capacity(AUDIO_CHARACTERS);
                assert!(base64::Decoder::default().feed_clean(encoded.as_bytes(), &mut out));
                black_box(out);
            }
        }
        "chunks of HTTP" => {
            let event = audio(1);
            let chunk = format!("{:x}\r\n{event}\r\n", event.len()).repeat(8);
            let mut body = ChunkedBody::default();
            for _ in 0..times {
                black_box(body.feed(chunk.as_bytes(), |content| {
                    black_box(content);
                }));
            }
        }
        part => panic!("there is no part {part:?}"),
    }
}

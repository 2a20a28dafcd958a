//! The obvious versions, which judge the fast ones. They read a whole stream at once, a byte at
//! a time, and are written from the documents rather than from the code.
#![allow(dead_code, missing_docs, unreachable_pub)] // each test takes what it needs

pub mod check;

use omni_stream_core::format::Format;
use omni_stream_core::json::Paths;
use omni_stream_core::pcm::Chunk;
use serde_json::Value;

/// An event by the rules of the HTML Living Standard, section 9.2.6.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub kind: Vec<u8>,
    pub data: Vec<u8>,
    pub id: Vec<u8>,
    pub retry: Option<u64>,
    pub comments: Vec<Vec<u8>>,
    pub offset: usize,
}

/// A whole event stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Stream {
    pub events: Vec<Event>,
    pub last_id: Vec<u8>,
    pub reconnection: Option<u64>,
    pub unfinished: Option<Vec<u8>>,
}

/// The lines of a stream, each with the offset behind its break; then what has no break.
fn lines(stream: &[u8], mut at: usize) -> (Vec<(Vec<u8>, usize)>, Vec<u8>) {
    let (mut lines, mut line) = (Vec::new(), Vec::new());
    while at < stream.len() {
        let byte = stream[at];
        at += 1;
        if byte == b'\r' && stream.get(at) == Some(&b'\n') {
            at += 1;
        }
        if byte == b'\r' || byte == b'\n' {
            lines.push((std::mem::take(&mut line), at));
        } else {
            line.push(byte);
        }
    }
    (lines, line)
}

fn field(line: &[u8]) -> (&[u8], &[u8]) {
    let Some(colon) = line.iter().position(|&b| b == b':') else {
        return (line, b"");
    };
    let value = &line[colon + 1..];
    (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
}

/// Interpret a whole stream, without limits.
pub fn read_stream(bytes: &[u8]) -> Stream {
    let start = if bytes.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    let (lines, rest) = lines(bytes, start);
    let mut stream = Stream::default();
    let mut id = Vec::new();
    let mut event = Event {
        offset: start,
        ..Event::default()
    };
    let mut data: Vec<Vec<u8>> = Vec::new();
    for (line, next) in lines {
        if line.is_empty() {
            stream.last_id.clone_from(&id);
            event.id.clone_from(&id);
            let done = std::mem::replace(
                &mut event,
                Event {
                    offset: next,
                    ..Event::default()
                },
            );
            if !data.is_empty() {
                let data = std::mem::take(&mut data).join(&b'\n');
                stream.events.push(Event { data, ..done });
            }
            continue;
        }
        match field(&line) {
            (b"", comment) => event.comments.push(comment.to_vec()),
            (b"data", value) => data.push(value.to_vec()),
            (b"event", value) => event.kind = value.to_vec(),
            (b"id", value) if !value.contains(&0) => id = value.to_vec(),
            (b"retry", value) if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let number = String::from_utf8(value.to_vec()).unwrap();
                event.retry = Some(number.parse().unwrap_or(u64::MAX));
                stream.reconnection = event.retry;
            }
            _ => {}
        }
    }
    if let Some(value) = rest.strip_prefix(b"data:") {
        data.push(value.strip_prefix(b" ").unwrap_or(value).to_vec());
    }
    stream.unfinished = (!data.is_empty()).then(|| data.join(&b'\n'));
    stream
}

/// Cut `bytes` into runs of lengths drawn from `seed`, mostly short; some may be empty.
pub fn split(bytes: &[u8], seed: u64) -> Vec<&[u8]> {
    let (mut pieces, mut rest, mut state) = (Vec::new(), bytes, seed);
    while !rest.is_empty() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let longest = [1, 2, 5, 40, 4096][usize::try_from(state >> 60).unwrap() % 5];
        let length = usize::try_from(state >> 33).unwrap() % (longest + 1);
        let (piece, left) = rest.split_at(length.min(rest.len()));
        pieces.push(piece);
        rest = left;
    }
    pieces
}

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 in pieces, by bits: a piece that breaks the rules gives None and ends the run.
#[derive(Default)]
pub struct Base64 {
    /// Characters of the quantum under way, padding included.
    quantum: Vec<u8>,
}

impl Base64 {
    pub fn feed(&mut self, piece: &[u8]) -> Option<Vec<u8>> {
        let decoded = self.try_feed(piece);
        if decoded.is_none() {
            self.quantum.clear();
        }
        decoded
    }

    fn try_feed(&mut self, piece: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        for &byte in piece.iter().filter(|b| !b" \t\r\n".contains(b)) {
            self.quantum.push(match byte {
                b'-' => b'+',
                b'_' => b'/',
                byte => byte,
            });
            let padding = self.quantum.iter().position(|&b| b == b'=');
            let text = &self.quantum[..padding.unwrap_or(self.quantum.len())];
            let is_known = text.iter().all(|b| ALPHABET.contains(b));
            let ends_padded = self.quantum[text.len()..].iter().all(|&b| b == b'=');
            if !is_known || !ends_padded || (padding.is_some() && text.len() < 2) {
                return None;
            }
            if self.quantum.len() == 4 {
                out.extend(bits(text));
                self.quantum.clear();
            }
        }
        Some(out)
    }

    pub fn finish(&mut self) -> Option<Vec<u8>> {
        let last = std::mem::take(&mut self.quantum);
        (!last.contains(&b'=') && last.len() != 1).then(|| bits(&last))
    }
}

/// The whole bytes of up to four characters.
fn bits(text: &[u8]) -> Vec<u8> {
    let digits = text.iter().flat_map(|c| {
        let value = ALPHABET.iter().position(|a| a == c).unwrap();
        (0..6).rev().map(move |bit| value >> bit & 1 == 1)
    });
    let digits: Vec<bool> = digits.collect();
    let whole = digits.chunks_exact(8);
    whole
        .map(|byte| byte.iter().fold(0, |sum, &bit| sum << 1 | u8::from(bit)))
        .collect()
}

/// A WAV head at the start of `bytes`: its format and where its samples begin.
#[derive(Debug, PartialEq, Eq)]
pub enum Head {
    Absent,
    Unfinished,
    Bad,
    Present {
        rate: u32,
        channels: u16,
        start: usize,
        claimed: u32,
    },
}

pub fn read_head(bytes: &[u8]) -> Head {
    let number = |at: usize, length: usize| {
        let digits = bytes.get(at..at + length)?.iter().rev();
        Some(digits.fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte)))
    };
    let magic = b"RIFF....WAVE";
    let looks = bytes.iter().zip(magic).all(|(b, m)| *m == b'.' || b == m);
    if bytes.is_empty() || !looks {
        return Head::Absent;
    }
    let (mut at, mut format) = (12_usize, None);
    loop {
        if at > 1 << 16 {
            return Head::Bad;
        }
        let Some(size) = number(at + 4, 4) else {
            return Head::Unfinished;
        };
        let next = at as u64 + 8 + size + size % 2;
        if bytes[at..].starts_with(b"data") {
            return match format {
                None => Head::Bad,
                Some((rate, channels)) => Head::Present {
                    rate,
                    channels,
                    start: at + 8,
                    claimed: u32::try_from(size).unwrap(),
                },
            };
        }
        if bytes[at..].starts_with(b"fmt ") {
            if size < 16 || next > 1 << 16 {
                return Head::Bad;
            }
            if (bytes.len() as u64) < next {
                return Head::Unfinished;
            }
            let field = |offset, length| number(at + 8 + offset, length).unwrap();
            let tag = match field(0, 2) {
                0xFFFE if size + size % 2 >= 26 => field(24, 2),
                tag => tag,
            };
            let (channels, rate, bits) = (field(2, 2), field(4, 4), field(14, 2));
            if tag != 1
                || bits != 16
                || !(1..=2).contains(&channels)
                || !(1..=768_000).contains(&rate)
            {
                return Head::Bad;
            }
            format = Some((
                u32::try_from(rate).unwrap(),
                u16::try_from(channels).unwrap(),
            ));
        }
        at = usize::try_from(next).unwrap();
    }
}

/// A delta or the end of the stream breaks the rules.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused;

/// Base64 deltas to samples, by the rules at the top of `pcm.rs`.
pub struct Audio {
    base64: Base64,
    format: Format,
    head: Vec<u8>,
    rest: Vec<u8>,
    position: u64,
}

impl Audio {
    pub fn new(format: Format) -> Self {
        Self {
            base64: Base64::default(),
            format,
            head: Vec::new(),
            rest: Vec::new(),
            position: 0,
        }
    }

    pub fn rest_bytes(&self) -> usize {
        self.rest.len()
    }

    pub fn decode(&mut self, delta: &[u8]) -> Result<Option<Chunk>, Refused> {
        let decoded = self.base64.feed(delta).ok_or(Refused);
        let taken = decoded.and_then(|decoded| self.take(decoded, false));
        if taken.is_err() {
            self.base64 = Base64::default();
            self.head.clear();
            self.rest.clear();
        }
        taken
    }

    pub fn finish(&mut self) -> Result<Option<Chunk>, Refused> {
        let decoded = self.base64.finish().ok_or(Refused);
        let taken = decoded.and_then(|decoded| self.take(decoded, true));
        self.head.clear();
        taken
    }

    fn take(&mut self, decoded: Vec<u8>, is_last: bool) -> Result<Option<Chunk>, Refused> {
        let bytes = [std::mem::take(&mut self.head), decoded].concat();
        let samples = match read_head(&bytes) {
            Head::Bad => return Err(Refused),
            Head::Unfinished if !is_last => {
                self.head = bytes;
                return Ok(None);
            }
            Head::Unfinished if bytes.len() >= 12 => return Err(Refused),
            Head::Unfinished | Head::Absent => bytes,
            Head::Present {
                rate,
                channels,
                start,
                claimed,
            } => {
                self.format = Format::new(rate, channels).unwrap();
                self.rest.clear();
                let samples = &bytes[start..];
                samples[..omni_stream_core::wav::samples_end(samples, claimed)].to_vec()
            }
        };
        let mut pcm = [std::mem::take(&mut self.rest), samples].concat();
        self.rest = pcm.split_off(pcm.len() - pcm.len() % self.format.frame_bytes());
        if pcm.is_empty() {
            return Ok(None);
        }
        let position = self.position;
        self.position += (pcm.len() / self.format.frame_bytes()) as u64;
        Ok(Some(Chunk {
            format: self.format,
            pcm,
            position,
        }))
    }
}

/// Where the tests' dialect says what.
pub const PATHS: Paths<'_> = Paths {
    audio: Some("choices[].delta.audio.data"),
    words: &[
        "choices[].delta.content",
        "choices[].delta.reasoning",
        "choices[].delta.audio.transcript",
    ],
    silent: &["choices[].finish_reason", "usage", "error"],
    marks: &["choices[].delta.audio.expires_at"],
};

/// What stands at a path in a parsed document; of an array, the first item counts.
fn value_at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let (part, below) = path
        .split_once('.')
        .map_or((path, None), |(part, below)| (part, Some(below)));
    let here = match part.strip_suffix("[]") {
        Some(key) => value.get(key)?.as_array()?.first()?,
        None => value.get(part)?,
    };
    below.map_or(Some(here), |below| value_at(here, below))
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(keys) => keys.is_empty(),
        _ => false,
    }
}

/// What a parsed document says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    pub audio: Option<String>,
    /// Each with the index of its path.
    pub words: Vec<(usize, String)>,
    pub rest: Vec<Value>,
}

/// What a document says at the places of [`PATHS`].
pub fn said(document: &Value) -> Said {
    let mut said = Said::default();
    let at = |path: &&str| value_at(document, path).filter(|value| !says_nothing(value));
    match PATHS.audio.as_ref().and_then(at) {
        Some(Value::String(text)) => said.audio = Some(text.clone()),
        other => said.rest.extend(other.cloned()),
    }
    for (index, path) in PATHS.words.iter().enumerate() {
        match at(path) {
            Some(Value::String(text)) => said.words.push((index, text.clone())),
            other => said.rest.extend(other.cloned()),
        }
    }
    said.rest
        .extend(PATHS.silent.iter().filter_map(at).cloned());
    if said.audio.is_none() {
        said.rest.extend(PATHS.marks.iter().filter_map(at).cloned());
    }
    said
}

/// Standard base64 of `bytes`, padded.
pub fn encode(bytes: &[u8]) -> Vec<u8> {
    let quantum = |group: &[u8]| {
        let bits = group
            .iter()
            .fold(0_usize, |sum, &byte| sum << 8 | usize::from(byte));
        let bits = bits << (24 - 8 * group.len());
        let digit = move |n: usize| ALPHABET[bits >> (18 - 6 * n) & 63];
        let length = group.len() + 1;
        (0..4).map(move |n| if n < length { digit(n) } else { b'=' })
    };
    bytes.chunks(3).flat_map(quantum).collect()
}

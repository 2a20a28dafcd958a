//! The obvious versions, which judge the fast ones. They read a whole stream at once, a byte at
//! a time, and are written from the documents rather than from the code.
#![allow(dead_code, missing_docs, unreachable_pub)] // each test takes what it needs

pub mod check;

use omni_stream_core::encoding::Encoding;
use omni_stream_core::format::Format;
use omni_stream_core::json::Paths;
use omni_stream_core::pcm::{Chunk, Raw};
use omni_stream_core::sample::Sample;
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

/// A chunked body as far as it is plain.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Chunked {
    pub content: Vec<u8>,
    /// What is for a parser of all of HTTP; None if the body does not come to that.
    pub handed: Option<Vec<u8>>,
    pub is_broken: bool,
}

/// Take apart a whole body by the grammar of RFC 9112, section 7.1.
pub fn read_chunked(body: &[u8]) -> Chunked {
    let mut read = Chunked::default();
    let mut at = 0;
    loop {
        let line = &body[at..];
        let digits: Vec<u8> = line
            .iter()
            .copied()
            .take_while(u8::is_ascii_hexdigit)
            .collect();
        let end = &line[digits.len()..];
        if (end.is_empty() || (end == b"\r" && !digits.is_empty())) && digits.len() <= 15 {
            return read; // it may become anything
        }
        let digits = String::from_utf8(digits).unwrap();
        let size = u64::from_str_radix(&digits, 16).unwrap_or(0);
        if size == 0 || digits.len() > 15 || !end.starts_with(b"\r\n") {
            read.handed = Some(line.to_vec());
            return read;
        }
        at += digits.len() + 2;
        let here = body.len() - at;
        let taken = usize::try_from(size).map_or(here, |size| size.min(here));
        read.content.extend(&body[at..at + taken]);
        at += taken;
        let end = &body[at..];
        at += match end {
            b"" | b"\r" => return read,
            end if end.starts_with(b"\n") => 1,
            end if end.starts_with(b"\r\n") => 2,
            _ => {
                read.is_broken = true;
                return read;
            }
        };
    }
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

/// Hexadecimal in pieces; a piece that breaks the rules gives None and ends the run.
#[derive(Default)]
pub struct Hex {
    digits: String,
}

impl Hex {
    pub fn feed(&mut self, piece: &[u8]) -> Option<Vec<u8>> {
        let text = piece.iter().filter(|b| !b" \t\r\n".contains(b));
        self.digits.extend(text.map(|&byte| char::from(byte)));
        let digits = std::mem::take(&mut self.digits);
        if !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let (whole, odd) = digits.split_at(digits.len() / 2 * 2);
        odd.clone_into(&mut self.digits);
        let pairs = (0..whole.len()).step_by(2).map(|at| &whole[at..at + 2]);
        pairs
            .map(|pair| u8::from_str_radix(pair, 16).ok())
            .collect()
    }

    pub fn finish(&mut self) -> Option<Vec<u8>> {
        std::mem::take(&mut self.digits).is_empty().then(Vec::new)
    }
}

/// Either of them.
pub enum Text {
    Base64(Base64),
    Hex(Hex),
}

impl Text {
    pub fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Base64 => Self::Base64(Base64::default()),
            Encoding::Hex => Self::Hex(Hex::default()),
        }
    }

    pub fn feed(&mut self, piece: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Base64(text) => text.feed(piece),
            Self::Hex(text) => text.feed(piece),
        }
    }

    pub fn finish(&mut self) -> Option<Vec<u8>> {
        match self {
            Self::Base64(text) => text.finish(),
            Self::Hex(text) => text.finish(),
        }
    }
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
        sample: Sample,
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
                Some((rate, channels, sample)) => Head::Present {
                    rate,
                    channels,
                    sample,
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
            let sample = match (tag, bits) {
                (1, 16) => Sample::S16,
                (3, 32) => Sample::F32,
                _ => return Head::Bad,
            };
            if !(1..=2).contains(&channels) || !(1..=768_000).contains(&rate) {
                return Head::Bad;
            }
            format = Some((
                u32::try_from(rate).unwrap(),
                u16::try_from(channels).unwrap(),
                sample,
            ));
        }
        at = usize::try_from(next).unwrap();
    }
}

/// A delta or the end of the stream breaks the rules.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused;

/// A sample as int16, by arithmetic that loses nothing.
fn s16(bytes: &[u8], sample: Sample) -> i16 {
    match (sample, bytes) {
        (Sample::S16, &[a, b]) => i16::from_le_bytes([a, b]),
        (Sample::F32, &[a, b, c, d]) => {
            let exact = f64::from(f32::from_le_bytes([a, b, c, d])) * 32_768.0;
            let (below, fraction) = (exact.floor(), exact - exact.floor());
            let is_even = below.rem_euclid(2.0) < 1.0;
            let is_below = fraction < 0.5 || (fraction <= 0.5 && is_even);
            let nearest = if is_below { below } else { below + 1.0 };
            #[allow(clippy::cast_possible_truncation)] // out of range it stays at the end
            let sample = nearest as i16;
            sample
        }
        _ => unreachable!("a whole sample"),
    }
}

/// Audio deltas to samples, by the rules at the top of `pcm.rs`.
pub struct Audio {
    encoding: Encoding,
    text: Text,
    given: Raw,
    raw: Raw,
    head: Vec<u8>,
    rest: Vec<u8>,
    dropped: usize,
    position: u64,
}

impl Audio {
    pub fn new(raw: Raw, encoding: Encoding) -> Self {
        Self {
            encoding,
            text: Text::new(encoding),
            given: raw,
            raw,
            head: Vec::new(),
            rest: Vec::new(),
            dropped: 0,
            position: 0,
        }
    }

    pub fn rest_bytes(&self) -> u64 {
        (self.rest.len() + self.dropped) as u64
    }

    /// A delta as text, or as the bytes themselves.
    pub fn decode(
        &mut self,
        delta: &[u8],
        is_text: bool,
        format: Option<Format>,
    ) -> Result<Option<Chunk>, Refused> {
        let before = (self.given, self.raw);
        if let Some(format) = format.filter(|&format| format != self.given.format) {
            let undecided = self.text.finish().unwrap_or_default();
            self.dropped += self.head.len() + undecided.len() + self.rest.len();
            self.head.clear();
            self.rest.clear();
            self.text = Text::new(self.encoding);
            self.given.format = format;
            self.raw = self.given;
        }
        let decoded = if is_text {
            self.text.feed(delta).ok_or(Refused)
        } else {
            Ok(delta.to_vec())
        };
        let taken = decoded.and_then(|decoded| self.take(decoded, false));
        if taken.is_err() {
            (self.given, self.raw) = before;
            self.text = Text::new(self.encoding);
            self.head.clear();
            self.dropped += self.rest.len();
            self.rest.clear();
        }
        taken
    }

    pub fn finish(&mut self) -> Result<Option<Chunk>, Refused> {
        let decoded = self.text.finish().ok_or(Refused);
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
                sample,
                start,
                claimed,
            } => {
                let format = Format::new(rate, channels).unwrap();
                self.raw = Raw { format, sample };
                self.dropped += self.rest.len();
                self.rest.clear();
                let samples = &bytes[start..];
                samples[..omni_stream_core::wav::samples_end(samples, claimed)].to_vec()
            }
        };
        let Raw { format, sample } = self.raw;
        let size = match sample {
            Sample::S16 => 2,
            Sample::F32 => 4,
        };
        let mut samples = [std::mem::take(&mut self.rest), samples].concat();
        let frame_bytes = size * usize::from(format.channels());
        self.rest = samples.split_off(samples.len() - samples.len() % frame_bytes);
        if samples.is_empty() {
            return Ok(None);
        }
        let position = self.position;
        self.position += (samples.len() / frame_bytes) as u64;
        let samples = samples.chunks(size).map(|bytes| s16(bytes, sample));
        Ok(Some(Chunk {
            format,
            pcm: samples.flat_map(i16::to_le_bytes).collect(),
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
    spoken: Some(("modality", "audio")),
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
    let is_spoken = PATHS
        .spoken
        .is_some_and(|(path, says)| value_at(document, path).is_some_and(|value| value == says));
    if is_spoken && said.audio.is_none() && said.words.first().is_some_and(|&(path, _)| path == 0) {
        said.audio = Some(said.words.remove(0).1);
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

/// Digits of `bytes`, of either case.
pub fn encode_hex(bytes: &[u8]) -> Vec<u8> {
    let digits = bytes.iter().map(|byte| match byte % 2 {
        0 => format!("{byte:02x}"),
        _ => format!("{byte:02X}"),
    });
    digits.collect::<String>().into_bytes()
}

/// Sample `n` at the rate `to`: the sum over all samples at the rate `from` of a sinc of the slower
/// rate in a Kaiser window of the length that belongs to the ratio, in which the weights add up to 1.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // numbers of samples are small
pub fn resampled(samples: &[f64], from: u32, to: u32, n: usize) -> f64 {
    // Half of the window in samples of the slower rate: 24 if it is 1/2 or 2/3 of the other, 16 if 1/3.
    let is_third = from.min(to) * 3 == from.max(to);
    let reach = if is_third { 16.0 } else { 24.0 };
    let (from, to) = (f64::from(from), f64::from(to));
    let slower = from.min(to);
    let window = |x: f64| bessel(9.2 * (1.0 - x * x).max(0.0).sqrt()) / bessel(9.2);
    let centre = n as f64 / to;
    let nearest = (centre * from).round() as i64;
    let (mut sum, mut weights) = (0.0, 0.0);
    for at in nearest - 100..=nearest + 100 {
        let distance = (at as f64 / from - centre) * slower;
        if distance.abs() > reach - 1e-9 {
            continue;
        }
        let angle = std::f64::consts::PI * distance;
        let sinc = if angle == 0.0 {
            1.0
        } else {
            angle.sin() / angle
        };
        let weight = sinc * window(distance / reach);
        weights += weight;
        let sample = usize::try_from(at).ok().and_then(|at| samples.get(at));
        sum += weight * sample.unwrap_or(&0.0);
    }
    sum / weights
}

fn bessel(x: f64) -> f64 {
    // The integral that defines it: 1/pi of exp(x cos t) over 0 to pi, by the midpoint rule.
    (0..64)
        .map(|n| (x * (std::f64::consts::PI * (f64::from(n) + 0.5) / 64.0).cos()).exp())
        .sum::<f64>()
        / 64.0
}

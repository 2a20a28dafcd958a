//! Audio deltas, encoded or not -> runs of whole int16 frames with their place in the stream.
//!
//! * A delta begins with a WAV head or it does not; each is looked at ([`crate::wav`]).
//!   A head sets the format, and how samples are written, from there on.
//! * A format that is given with a delta applies from it on where it is not the one
//!   given before; else what the stream said last does. A head counts more than either.
//! * Part of a frame left by a delta waits for the next one; it is never padded and
//!   never dropped, unless a new head or another format begins or the delta that should
//!   complete it is invalid. What is dropped is counted.
//! * Audio may turn out to be no samples at all. That is for the caller to find, who gets to
//!   see the first of it where it is suspect, and then retires the decoder.
//! * A delta is taken whole or not at all: after an error the decoder goes on with
//!   the next delta as if the bad one had never come, but on a new frame boundary.

use crate::encoding::{self, Encoding, EncodingError};
use crate::format::Format;
use crate::sample::Sample;
use crate::wav::{self, Head, WavError};

/// A run of whole frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// What the samples are.
    pub format: Format,
    /// Interleaved little-endian int16 samples.
    pub pcm: Vec<u8>,
    /// Index in the stream of the first frame.
    pub position: u64,
}

/// Why a delta is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudioError {
    /// Its text is not of the encoding.
    Encoding(EncodingError),
    /// Its WAV head is not one that this decoder reads.
    Wav(WavError),
}

/// What samples without a head are.
#[derive(Clone, Copy, Debug)]
pub struct Raw {
    /// Their rate and channels.
    pub format: Format,
    /// How they are written.
    pub sample: Sample,
}

/// The incremental decoder of audio deltas.
#[derive(Clone, Debug)]
pub struct AudioDecoder {
    text: encoding::Decoder,
    /// What samples without a head are, as was given last.
    given: Raw,
    /// What they are as of now.
    raw: Raw,
    /// Bytes of a head, or of what may be one, that a delta left unfinished.
    head: Vec<u8>,
    /// Bytes of a frame that a delta left unfinished.
    rest: Vec<u8>,
    dropped: u64,
    position: u64,
    seconds: f64,
    is_retired: bool,
}

/// Whether audio that begins so may be FLAC, Ogg, or MPEG with its tags or without; samples rarely
/// begin so, and a closer look tells.
fn may_be_compressed(start: &[u8]) -> bool {
    match start {
        [first, second, ..] => match (*first, *second) {
            (0xFF, second) => second >= 0xE0,
            marks => [(b'f', b'L'), (b'O', b'g'), (b'I', b'D')].contains(&marks),
        },
        _ => true,
    }
}

impl AudioDecoder {
    /// A decoder at the start of a stream.
    #[must_use]
    pub fn new(raw: Raw, encoding: Encoding) -> Self {
        Self {
            text: encoding::Decoder::new(encoding),
            given: raw,
            raw,
            head: Vec::new(),
            rest: Vec::new(),
            dropped: 0,
            position: 0,
            seconds: 0.0,
            is_retired: false,
        }
    }

    /// Nothing more is for this decoder: from here on [`Self::decode_clean`] takes none of it.
    pub fn retire(&mut self) {
        self.is_retired = true;
    }

    /// Seconds of audio decoded so far, over all formats.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// Bytes that are in no frame: those of one that waits for its rest, and those whose rest
    /// never came.
    #[must_use]
    pub fn rest_bytes(&self) -> u64 {
        self.dropped + self.rest.len() as u64
    }

    /// Decode a delta of nothing but whole bytes in clean text.
    ///
    /// None if it is not one, or the first of a stream and perhaps of no samples: nothing has
    /// changed then, and [`Self::decode`] must judge it.
    #[must_use]
    pub fn decode_clean(&mut self, delta: &[u8]) -> Option<Option<Chunk>> {
        let mut bytes = self.begin_clean(delta.len())?;
        if !self.text.feed_clean(delta, &mut bytes) {
            return None;
        }
        self.end_clean(bytes).ok()
    }

    /// What the bytes of a delta of so many characters are to be appended to, if it may be clean.
    pub(crate) fn begin_clean(&self, characters: usize) -> Option<Vec<u8>> {
        let is_ready = self.head.is_empty() && !self.is_retired && !self.text.is_mid_quantum();
        is_ready.then(|| self.buffer(self.text.room(characters)))
    }

    /// Take them; if they are not what [`Self::decode_clean`] takes, they are given back, and nothing
    /// has changed. Nothing else was decoded since [`Self::begin_clean`].
    pub(crate) fn end_clean(&mut self, bytes: Vec<u8>) -> Result<Option<Chunk>, Vec<u8>> {
        if self.is_retired {
            return Err(bytes);
        }
        match wav::read_head(&bytes[self.rest.len()..]) {
            Ok(Head::Absent) if self.is_suspect(&bytes) => Err(bytes),
            Ok(Head::Absent) => Ok(self.frame(bytes)),
            Ok(Head::Present(samples)) => {
                let start = self.rest.len();
                Ok(self.headed(samples, &bytes[start..]))
            }
            Ok(Head::Unfinished) | Err(_) => Err(bytes),
        }
    }

    /// How its deltas are written.
    pub(crate) fn encoding(&self) -> Encoding {
        self.text.encoding()
    }

    /// Whether this is the first audio, and perhaps compressed.
    fn is_suspect(&self, bytes: &[u8]) -> bool {
        self.position == 0 && self.rest.is_empty() && may_be_compressed(bytes)
    }

    /// Decode the next delta; None if it completes no frame.
    pub fn decode(
        &mut self,
        delta: &[u8],
        format: Option<Format>,
    ) -> Result<Option<Chunk>, AudioError> {
        let goes_on = format.is_none_or(|format| format == self.given.format);
        if goes_on && let Some(chunk) = self.decode_clean(delta) {
            return Ok(chunk);
        }
        self.turn_to(format, |decoder| {
            let mut bytes = std::mem::take(&mut decoder.head);
            let decoded = decoder.text.feed(delta, &mut bytes);
            decoded.map_err(AudioError::Encoding)?;
            decoder.samples(bytes)
        })
    }

    /// Take the next delta of a stream whose audio is not encoded as text.
    pub fn decode_bytes(
        &mut self,
        delta: &[u8],
        format: Option<Format>,
    ) -> Result<Option<Chunk>, AudioError> {
        self.turn_to(format, |decoder| {
            let mut bytes = std::mem::take(&mut decoder.head);
            bytes.extend_from_slice(delta);
            decoder.samples(bytes)
        })
    }

    /// A delta is bad, as those are that this decoder refuses: the next one begins a frame.
    pub fn leave_out(&mut self) {
        self.text = encoding::Decoder::new(self.text.encoding());
        self.head.clear();
        self.drop_rest();
    }

    /// The stream has ended: the frames that were waiting to be told from a head.
    ///
    /// [`Self::rest_bytes`] then counts what never became a frame.
    pub fn finish(&mut self) -> Result<Option<Chunk>, AudioError> {
        let mut bytes = std::mem::take(&mut self.head);
        let finished = self.text.finish(&mut bytes);
        finished.map_err(AudioError::Encoding)?;
        let chunk = self.samples(bytes)?;
        let undecided = std::mem::take(&mut self.head);
        if undecided.len() >= wav::RIFF_BYTES {
            return Err(AudioError::Wav(WavError::CutOff));
        }
        Ok(chunk.or_else(|| self.append(&undecided)))
    }

    /// Take a delta of a format; where it is bad, the format was not given either.
    fn turn_to(
        &mut self,
        format: Option<Format>,
        take: impl FnOnce(&mut Self) -> Result<Option<Chunk>, AudioError>,
    ) -> Result<Option<Chunk>, AudioError> {
        let before = (self.given, self.raw);
        if let Some(format) = format
            && format != self.given.format
        {
            self.begin(format);
        }
        let taken = take(self);
        if taken.is_err() {
            (self.given, self.raw) = before;
            self.leave_out();
        }
        taken
    }

    /// Another format begins: what the one before left unfinished is dropped.
    fn begin(&mut self, format: Format) {
        let mut undecided = std::mem::take(&mut self.head);
        let _ = self.text.finish(&mut undecided); // there may be less than a byte in it
        self.dropped += undecided.len() as u64;
        self.drop_rest();
        self.given.format = format;
        self.raw = self.given;
    }

    fn drop_rest(&mut self) {
        self.dropped += self.rest.len() as u64;
        self.rest.clear();
    }

    /// Frames of the unfinished one and `bytes`.
    fn append(&mut self, bytes: &[u8]) -> Option<Chunk> {
        let mut joined = self.buffer(bytes.len());
        joined.extend_from_slice(bytes);
        self.frame(joined)
    }

    /// A buffer that begins with the unfinished frame and has room for a delta.
    fn buffer(&self, delta_bytes: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.rest.len() + delta_bytes);
        bytes.extend_from_slice(&self.rest);
        bytes
    }

    /// Strip the head, if there is one, off a delta's bytes.
    fn samples(&mut self, bytes: Vec<u8>) -> Result<Option<Chunk>, AudioError> {
        match wav::read_head(&bytes).map_err(AudioError::Wav)? {
            Head::Unfinished => {
                self.head = bytes;
                Ok(None)
            }
            Head::Absent => Ok(self.append(&bytes)),
            Head::Present(samples) => Ok(self.headed(samples, &bytes)),
        }
    }

    /// The frames behind a head: another run of them begins.
    fn headed(&mut self, samples: wav::Samples, bytes: &[u8]) -> Option<Chunk> {
        self.raw = Raw {
            format: samples.format,
            sample: samples.sample,
        };
        self.drop_rest();
        self.frame(samples.of(bytes).to_vec())
    }

    /// Cut off and keep the unfinished frame at the end, and place the rest in the stream.
    fn frame(&mut self, mut bytes: Vec<u8>) -> Option<Chunk> {
        let Raw { format, sample } = self.raw;
        let frame_bytes = sample.bytes() * usize::from(format.channels());
        let frames = bytes.len() / frame_bytes;
        let whole = frames * frame_bytes;
        self.rest.clear();
        self.rest.extend_from_slice(&bytes[whole..]);
        if frames == 0 {
            return None;
        }
        bytes.truncate(whole);
        let position = self.position;
        self.position += frames as u64;
        #[allow(clippy::cast_precision_loss)] // a delta holds far fewer than 2^52 frames
        let seconds = frames as f64 / f64::from(format.rate());
        self.seconds += seconds;
        Some(Chunk {
            format,
            pcm: sample.to_s16(bytes),
            position,
        })
    }
}

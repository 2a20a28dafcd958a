//! Encoded audio deltas -> runs of whole int16 frames with their place in the stream.
//!
//! * A delta begins with a WAV head or it does not; each is looked at ([`crate::wav`]).
//!   A head sets the format from there on.
//! * Part of a frame left by a delta waits for the next one; it is never padded and
//!   never dropped, unless a new head begins or the delta that should complete it
//!   is invalid.
//! * A delta is taken whole or not at all: after an error the decoder goes on with
//!   the next delta as if the bad one had never come, but on a new frame boundary.

use crate::base64;
use crate::format::Format;
use crate::wav::{self, Head, WavError};

/// A run of whole frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// What the samples are.
    pub format: Format,
    /// Interleaved little-endian samples.
    pub pcm: Vec<u8>,
    /// Index in the stream of the first frame.
    pub position: u64,
}

/// Why a delta is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudioError {
    /// It is not base64.
    Base64(base64::Base64Error),
    /// Its WAV head is not one that this decoder reads.
    Wav(WavError),
}

/// The incremental decoder of base64 audio deltas.
#[derive(Clone, Debug)]
pub struct AudioDecoder {
    base64: base64::Decoder,
    format: Format,
    /// Bytes of a head, or of what may be one, that a delta left unfinished.
    head: Vec<u8>,
    /// Bytes of a frame that a delta left unfinished.
    rest: Vec<u8>,
    position: u64,
    seconds: f64,
}

impl AudioDecoder {
    /// A decoder at the start of a stream; `format` is what samples without a head are.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            base64: base64::Decoder::default(),
            format,
            head: Vec::new(),
            rest: Vec::new(),
            position: 0,
            seconds: 0.0,
        }
    }

    /// Seconds of audio decoded so far, over all formats.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// Bytes of an unfinished frame that are waiting for the rest of it.
    #[must_use]
    pub fn rest_bytes(&self) -> usize {
        self.rest.len()
    }

    /// Decode a delta of nothing but whole, standard quanta.
    ///
    /// None if it is not one: nothing has changed then, and [`Self::decode`] must judge it.
    #[must_use]
    pub fn decode_clean(&mut self, delta: &[u8]) -> Option<Option<Chunk>> {
        if !self.head.is_empty() {
            return None;
        }
        let mut pcm = self.buffer(delta.len());
        if !self.base64.feed_clean(delta, &mut pcm) {
            return None;
        }
        match wav::read_head(&pcm[self.rest.len()..]) {
            Ok(Head::Absent) => Some(self.frame(pcm)),
            _ => None,
        }
    }

    /// Decode the next delta; None if it completes no frame.
    pub fn decode(&mut self, delta: &[u8]) -> Result<Option<Chunk>, AudioError> {
        if let Some(chunk) = self.decode_clean(delta) {
            return Ok(chunk);
        }
        let mut bytes = std::mem::take(&mut self.head);
        let decoded = self
            .base64
            .feed(delta, &mut bytes)
            .map_err(AudioError::Base64)
            .and_then(|()| self.samples(bytes));
        if decoded.is_err() {
            self.base64 = base64::Decoder::default();
            self.rest.clear();
        }
        decoded
    }

    /// The stream has ended: the frames that were waiting to be told from a head.
    ///
    /// [`Self::rest_bytes`] then counts what never became a frame.
    pub fn finish(&mut self) -> Result<Option<Chunk>, AudioError> {
        let mut bytes = std::mem::take(&mut self.head);
        self.base64.finish(&mut bytes).map_err(AudioError::Base64)?;
        let chunk = self.samples(bytes)?;
        let undecided = std::mem::take(&mut self.head);
        if undecided.len() >= wav::RIFF_BYTES {
            return Err(AudioError::Wav(WavError::CutOff));
        }
        Ok(chunk.or_else(|| self.append(&undecided)))
    }

    /// Frames of the unfinished one and `bytes`.
    fn append(&mut self, bytes: &[u8]) -> Option<Chunk> {
        let mut pcm = self.buffer(bytes.len());
        pcm.extend_from_slice(bytes);
        self.frame(pcm)
    }

    /// A buffer that begins with the unfinished frame and has room for a delta.
    fn buffer(&self, delta_bytes: usize) -> Vec<u8> {
        let mut pcm = Vec::with_capacity(self.rest.len() + delta_bytes / 4 * 3 + 3);
        pcm.extend_from_slice(&self.rest);
        pcm
    }

    /// Strip the head, if there is one, off a delta's bytes.
    fn samples(&mut self, bytes: Vec<u8>) -> Result<Option<Chunk>, AudioError> {
        match wav::read_head(&bytes).map_err(AudioError::Wav)? {
            Head::Unfinished => {
                self.head = bytes;
                Ok(None)
            }
            Head::Absent => Ok(self.append(&bytes)),
            Head::Present {
                format,
                start,
                claimed,
            } => {
                let samples = &bytes[start..];
                let end = wav::samples_end(samples, claimed);
                self.format = format;
                Ok(self.frame(samples[..end].to_vec()))
            }
        }
    }

    /// Cut off and keep the unfinished frame at the end, and place the rest in the stream.
    fn frame(&mut self, mut pcm: Vec<u8>) -> Option<Chunk> {
        let frame_bytes = self.format.frame_bytes();
        let whole = pcm.len() - pcm.len() % frame_bytes;
        self.rest.clear();
        self.rest.extend_from_slice(&pcm[whole..]);
        if whole == 0 {
            return None;
        }
        pcm.truncate(whole);
        let position = self.position;
        let frames = whole / frame_bytes;
        self.position += frames as u64;
        #[allow(clippy::cast_precision_loss)] // a delta holds far fewer than 2^52 frames
        let seconds = frames as f64 / f64::from(self.format.rate());
        self.seconds += seconds;
        Some(Chunk {
            format: self.format,
            pcm,
            position,
        })
    }
}

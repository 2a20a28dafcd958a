//! The head of a RIFF/WAVE file, as services send it inside a stream.
//!
//! A head is read by its chunks, not by a fixed length. Its sizes are not
//! trusted: streams carry placeholders there (all ones, zero, `0x7FFFFF..`), so
//! the samples begin where `data` begins and go on for as long as they come.

use crate::format::Format;
use crate::sample::Sample;

/// A head may hold other chunks before its samples; more than this is no head.
pub const HEAD_BYTES: usize = 1 << 16;

/// What tells a head from samples: a longer [`Head::Unfinished`] is one for certain.
pub const RIFF_BYTES: usize = 12;
const CHUNK_BYTES: usize = 8;
const INTEGER: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xFFFE;

/// Why a head is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WavError {
    /// The `fmt ` chunk is missing or too short.
    Malformed,
    /// No samples within [`HEAD_BYTES`].
    HeadTooLong,
    /// The stream ended within it.
    CutOff,
    /// Neither 16-bit integers nor 32-bit floats: the format tag and the bits a sample.
    Encoding {
        /// The format tag (1 is integer PCM, 3 is float).
        tag: u16,
        /// Bits a sample.
        bits: u16,
    },
    /// Neither mono nor stereo, or a rate out of range.
    Shape {
        /// Frames a second.
        rate: u32,
        /// Samples a frame.
        channels: u16,
    },
}

/// What the first bytes of a piece of audio are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Samples: there is no head.
    Absent,
    /// Perhaps a head; more bytes are needed to tell.
    Unfinished,
    /// A head.
    Present(Samples),
}

/// What a head says of the samples behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Samples {
    /// What they are.
    pub format: Format,
    /// How they are written.
    pub sample: Sample,
    /// Index of their first byte.
    pub start: usize,
    /// Size that the `data` chunk claims.
    pub claimed: u32,
}

impl Samples {
    /// Those of the piece that begins with the head.
    #[must_use]
    pub fn of(self, piece: &[u8]) -> &[u8] {
        let samples = &piece[self.start..];
        &samples[..samples_end(samples, self.claimed)]
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Whether `bytes` could be the start of a head, as far as they go.
fn begins_like_one(bytes: &[u8]) -> bool {
    let riff = &bytes[..bytes.len().min(4)];
    let wave = bytes.get(8..bytes.len().min(RIFF_BYTES)).unwrap_or(&[]);
    !bytes.is_empty() && b"RIFF".starts_with(riff) && b"WAVE".starts_with(wave)
}

/// Read the head, if there is one, at the start of `bytes`.
pub fn read_head(bytes: &[u8]) -> Result<Head, WavError> {
    if !begins_like_one(bytes) {
        return Ok(Head::Absent);
    }
    let mut format = None;
    let mut at = RIFF_BYTES;
    while at <= HEAD_BYTES {
        let Some(body) = at.checked_add(CHUNK_BYTES).filter(|&b| b <= bytes.len()) else {
            return Ok(Head::Unfinished);
        };
        let size = u32_at(bytes, at + 4);
        let next = (body as u64) + u64::from(size) + u64::from(size & 1);
        match &bytes[at..at + 4] {
            b"data" => {
                let Some((format, sample)) = format else {
                    return Err(WavError::Malformed);
                };
                return Ok(Head::Present(Samples {
                    format,
                    sample,
                    start: body,
                    claimed: size,
                }));
            }
            b"fmt " => {
                let end = usize::try_from(next).unwrap_or(usize::MAX);
                if size < 16 || end > HEAD_BYTES {
                    return Err(WavError::Malformed);
                }
                if bytes.len() < end {
                    return Ok(Head::Unfinished);
                }
                format = Some(read_format(&bytes[body..end])?);
            }
            _ => {}
        }
        at = usize::try_from(next).unwrap_or(usize::MAX);
    }
    Err(WavError::HeadTooLong)
}

fn read_format(body: &[u8]) -> Result<(Format, Sample), WavError> {
    let mut tag = u16_at(body, 0);
    let (channels, rate, bits) = (u16_at(body, 2), u32_at(body, 4), u16_at(body, 14));
    if tag == EXTENSIBLE && body.len() >= 26 {
        tag = u16_at(body, 24); // the sub-format's GUID begins with the plain tag
    }
    let sample = match (tag, bits) {
        (INTEGER, 16) => Sample::S16,
        (FLOAT, 32) => Sample::F32,
        _ => return Err(WavError::Encoding { tag, bits }),
    };
    let format = Format::new(rate, channels).ok_or(WavError::Shape { rate, channels })?;
    Ok((format, sample))
}

/// How many bytes of `samples` are samples, when the head claimed `claimed`.
///
/// A complete file in one piece may have chunks after its samples. They are
/// recognised only if the claim fits and well-formed chunks fill the rest exactly;
/// otherwise the claim is a placeholder and everything is samples.
#[must_use]
pub fn samples_end(samples: &[u8], claimed: u32) -> usize {
    let Some(end) = usize::try_from(claimed)
        .ok()
        .filter(|&end| end > 0 && end < samples.len())
    else {
        return samples.len();
    };
    let mut at = end + (end & 1);
    while let Some(header) = samples.get(at..).filter(|rest| rest.len() >= CHUNK_BYTES) {
        if !header[..4]
            .iter()
            .all(|&b| b.is_ascii_graphic() || b == b' ')
        {
            return samples.len();
        }
        let size = u32_at(header, 4);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        at = at
            .saturating_add(CHUNK_BYTES)
            .saturating_add(size)
            .saturating_add(size & 1);
    }
    if at == samples.len() || (at == samples.len() + 1 && at > end + 1) {
        end
    } else {
        samples.len()
    }
}

//! How audio is written as text: one decoder for either way.

use crate::base64;
use crate::hex;

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As [`base64`] reads it.
    Base64,
    /// As [`hex`] reads it.
    Hex,
}

/// A piece is not of the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodingError {
    /// What it should have been.
    pub encoding: Encoding,
    /// Index in the piece of the character that breaks the rules, or its length
    /// where the rules are broken by its end.
    pub position: usize,
}

impl From<base64::Base64Error> for EncodingError {
    fn from(error: base64::Base64Error) -> Self {
        Self {
            encoding: Encoding::Base64,
            position: error.position,
        }
    }
}

impl From<hex::HexError> for EncodingError {
    fn from(error: hex::HexError) -> Self {
        Self {
            encoding: Encoding::Hex,
            position: error.position,
        }
    }
}

/// The incremental decoder of an encoding.
#[derive(Clone, Debug)]
pub enum Decoder {
    /// See [`base64::Decoder`].
    Base64(base64::Decoder),
    /// See [`hex::Decoder`].
    Hex(hex::Decoder),
}

impl Decoder {
    /// A decoder at the start of a text.
    #[must_use]
    pub fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Base64 => Self::Base64(base64::Decoder::default()),
            Encoding::Hex => Self::Hex(hex::Decoder::default()),
        }
    }

    /// What it decodes.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        match self {
            Self::Base64(_) => Encoding::Base64,
            Self::Hex(_) => Encoding::Hex,
        }
    }

    /// Whether a quantum is under way, waiting for its end in the next piece.
    #[must_use]
    pub fn is_mid_quantum(&self) -> bool {
        match self {
            Self::Base64(decoder) => decoder.is_mid_quantum(),
            Self::Hex(decoder) => decoder.is_mid_quantum(),
        }
    }

    /// How much room it takes to decode `characters` of clean text.
    #[must_use]
    pub fn room(&self, characters: usize) -> usize {
        match self {
            Self::Base64(_) => characters / 4 * 3 + base64::STEP_BYTES,
            Self::Hex(_) => characters / 2 + 1,
        }
    }

    /// Decode a piece that is clean; else nothing has changed.
    #[must_use]
    pub fn feed_clean(&self, piece: &[u8], out: &mut Vec<u8>) -> bool {
        match self {
            Self::Base64(decoder) => decoder.feed_clean(piece, out),
            Self::Hex(decoder) => decoder.feed_clean(piece, out),
        }
    }

    /// Decode the next piece and append its bytes to `out`.
    ///
    /// After an error the decoder is as new, and what was appended to `out` is void.
    pub fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), EncodingError> {
        match self {
            Self::Base64(decoder) => Ok(decoder.feed(piece, out)?),
            Self::Hex(decoder) => Ok(decoder.feed(piece, out)?),
        }
    }

    /// The stream has ended: decode what was waiting for more, if it may stand alone.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), EncodingError> {
        match self {
            Self::Base64(decoder) => Ok(decoder.finish(out)?),
            Self::Hex(decoder) => Ok(decoder.finish()?),
        }
    }
}

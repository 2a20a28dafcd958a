//! Hexadecimal text that arrives in pieces.
//!
//! * A byte may be split: its first digit waits for the next piece.
//! * Digits are of either case, and white space is skipped.
//!
//! Clean pieces are read without a branch a digit and judged at their end; all others
//! step by step, which says where they break.

/// A piece is not hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HexError {
    /// Index in the piece of the character that is no digit.
    pub position: usize,
}

/// The incremental decoder.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    /// The digit that waits for its other half.
    high: Option<u8>,
}

/// A digit's value; more than 15 if it is none.
fn digit(character: u8) -> u8 {
    let number = character.wrapping_sub(b'0');
    let letter = (character | 0x20).wrapping_sub(b'a');
    let letter = if letter < 6 { letter + 10 } else { 16 };
    if number < 10 { number } else { letter }
}

impl Decoder {
    /// Whether a byte is under way, waiting for its second digit in the next piece.
    #[must_use]
    pub fn is_mid_quantum(&self) -> bool {
        self.high.is_some()
    }

    /// Decode a piece made of whole bytes, and nothing else.
    ///
    /// True if it was one; else nothing has changed and [`Self::feed`] must judge it.
    #[must_use]
    pub fn feed_clean(&self, piece: &[u8], out: &mut Vec<u8>) -> bool {
        let (pairs, odd) = piece.as_chunks::<2>();
        if self.high.is_some() || !odd.is_empty() {
            return false;
        }
        let start = out.len();
        out.resize(start + pairs.len(), 0);
        let mut values = 0;
        for (byte, &[high, low]) in out[start..].iter_mut().zip(pairs) {
            let (high, low) = (digit(high), digit(low));
            values |= high | low;
            *byte = high << 4 | low;
        }
        let clean = values < 16;
        if !clean {
            out.truncate(start);
        }
        clean
    }

    /// Decode the next piece and append its bytes to `out`.
    ///
    /// After an error the decoder is as new, and what was appended to `out` is void.
    pub fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), HexError> {
        if self.feed_clean(piece, out) {
            return Ok(());
        }
        for (position, &character) in piece.iter().enumerate() {
            if b" \t\r\n".contains(&character) {
                continue;
            }
            let value = digit(character);
            if value > 15 {
                self.high = None;
                return Err(HexError { position });
            }
            match self.high.take() {
                Some(high) => out.push(high << 4 | value),
                None => self.high = Some(value),
            }
        }
        Ok(())
    }

    /// The stream has ended: an error if that cuts a byte in two.
    pub fn finish(&mut self) -> Result<(), HexError> {
        match self.high.take() {
            Some(_) => Err(HexError { position: 0 }),
            None => Ok(()),
        }
    }
}

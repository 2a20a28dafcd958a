//! A sample as the eight bits of a telephone line: mu-law and A-law (ITU-T G.711).
//!
//! Each code stands for an interval of samples, wider the louder they are, and is read as one
//! sample near its middle. The standard starts from 14 bits (mu-law) and 13 (A-law); a sample of 16
//! is brought to these by an arithmetic shift, as Sun's g711.c and Python's audioop did.

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// North America and Japan.
    Mu,
    /// Everywhere else.
    A,
}

/// Bits that are sent inverted: mu-law's all, of A-law's every other one.
const MU_INVERTED: u8 = 0xFF;
const A_INVERTED: u8 = 0x55;
const SIGN: u8 = 0x80;

/// Added to 14 bits, so that every segment of mu-law begins at a power of two.
const MU_BIAS: i32 = 33;
const MU_MOST: i32 = 8_158;

impl Law {
    /// The code of a sample.
    #[must_use]
    pub fn encode(self, sample: i16) -> u8 {
        match self {
            Self::Mu => {
                let sample = i32::from(sample >> 2);
                let magnitude = sample.abs().min(MU_MOST) + MU_BIAS;
                let segment = magnitude.ilog2() - 5;
                let code = bits(segment, magnitude >> (segment + 1));
                MU_INVERTED ^ if sample < 0 { SIGN | code } else { code }
            }
            Self::A => {
                let sample = i32::from(sample >> 3);
                let magnitude = if sample < 0 { !sample } else { sample };
                let segment = magnitude.max(16).ilog2() - 4;
                let code = bits(segment, magnitude >> segment.max(1)); // the first two are as fine
                A_INVERTED ^ if sample < 0 { code } else { SIGN | code }
            }
        }
    }

    /// The sample that a code stands for.
    #[must_use]
    pub fn decode(self, code: u8) -> i16 {
        match self {
            Self::Mu => {
                let code = code ^ MU_INVERTED;
                let (segment, step) = segment_and_step(code);
                let magnitude = ((step << 3 | 0x84) << segment) - 0x84;
                if code & SIGN == 0 {
                    magnitude
                } else {
                    -magnitude
                }
            }
            Self::A => {
                let code = code ^ A_INVERTED;
                let (segment, step) = segment_and_step(code);
                let magnitude = match segment {
                    0 => step << 4 | 0x008,
                    _ => (step << 4 | 0x108) << (segment - 1),
                };
                if code & SIGN == 0 {
                    -magnitude
                } else {
                    magnitude
                }
            }
        }
    }

    /// The code of silence.
    #[must_use]
    pub fn silence(self) -> u8 {
        self.encode(0)
    }
}

/// Three bits of a segment, four of a step in it.
fn bits(segment: u32, step: i32) -> u8 {
    let [low, ..] = (segment << 4 | step.unsigned_abs() & 0xF).to_le_bytes();
    low
}

fn segment_and_step(code: u8) -> (i16, i16) {
    (i16::from(code >> 4 & 7), i16::from(code & 0xF))
}

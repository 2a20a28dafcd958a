//! How a sample is written in a stream, and how it becomes int16.

/// How a sample is written; little-endian either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// int16, as samples are given out.
    S16,
    /// 32-bit float, of which -1 to 1 is full scale.
    F32,
}

impl Sample {
    /// Bytes a sample.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::S16 => 2,
            Self::F32 => 4,
        }
    }

    /// Whole samples as int16: floats times 2^15, to the nearest, half to even; what is
    /// over full scale stays at it, and what is no number is silence.
    ///
    /// int16 as most programs make floats of it (divided by 2^15) comes back as it was.
    #[must_use]
    pub(crate) fn to_s16(self, samples: Vec<u8>) -> Vec<u8> {
        match self {
            Self::S16 => samples,
            Self::F32 => {
                let (floats, _) = samples.as_chunks();
                let mut pcm = vec![0; 2 * floats.len()];
                let (written, _) = pcm.as_chunks_mut();
                for (sample, float) in written.iter_mut().zip(floats) {
                    *sample = s16(f32::from_le_bytes(*float)).to_le_bytes();
                }
                pcm
            }
        }
    }
}

/// A float of up to 2^22 with this added to it has the nearest whole number, half to even, in its
/// low bits: it is so much that none are left for a fraction. Rounding proper is a call of the C
/// library on processors without SSE4.1, for which this is compiled, and takes four times as long.
const ROUNDING: f32 = 12_582_912.0; // 1.5 x 2^23

#[allow(clippy::cast_possible_truncation)] // the low bits are what is wanted
pub(crate) fn s16(float: f32) -> i16 {
    if float.is_nan() {
        return 0;
    }
    let scaled = (float * 32_768.0).clamp(-32_768.0, 32_767.0);
    (scaled + ROUNDING).to_bits() as i16
}

//! The volume, which moves without zipper noise.

/// Seconds from silent to loud.
const RAMP_S: f64 = 0.02;

/// A gain that moves to its target by a step a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gain {
    now: f32,
    step: f32,
}

impl Gain {
    #[allow(clippy::cast_possible_truncation)] // a step needs no more
    pub(super) fn new(rate: u32) -> Self {
        Self {
            now: 1.0,
            step: (1.0 / (RAMP_S * f64::from(rate))) as f32,
        }
    }

    /// Apply it to frames of sound on its way to `target`, 0 to 1; at 1 they stay as they are.
    #[allow(clippy::float_cmp)] // it arrives exactly
    pub(super) fn over(&mut self, samples: &mut [i16], channels: usize, target: f32) {
        if self.now == 1.0 && target == 1.0 {
            return;
        }
        for frame in samples.chunks_mut(channels) {
            self.now += (target - self.now).clamp(-self.step, self.step);
            for sample in frame {
                *sample = rounded(f32::from(*sample) * self.now);
            }
        }
    }

    /// Nothing sounds, so that it may jump.
    pub(super) fn set(&mut self, target: f32) {
        self.now = target;
    }
}

#[allow(clippy::cast_possible_truncation)] // a cast from float saturates
fn rounded(sample: f32) -> i16 {
    sample.round_ties_even() as i16
}

//! Pauses, told from speech by their level.
//!
//! * Silence is what is 34 dB below the speech heard lately: a fricative is 20 to 30 dB
//!   below a vowel, the floor of synthetic speech 50 dB or more.
//! * Silence too is what is below -61 dB of full scale, whatever the speech is like, and
//!   nothing above -44 dB is.

/// Root mean square of what is silence whatever the speech is like.
const HUSH: f32 = 30.0;
/// Root mean square above which nothing is silence.
const MOST: f32 = 200.0;
/// The level of silence beside that of speech.
const BELOW: f32 = 0.02;
/// What becomes of the level of speech in a hop that is lower, so that it follows a voice that
/// falls, in 3 s to a half.
const FALL: f32 = 0.998_85;

/// Root mean square of samples.
#[allow(
    clippy::cast_precision_loss,
    reason = "a hop has a few hundred samples"
)]
fn level(samples: &[i16]) -> f32 {
    let power: f32 = samples
        .iter()
        .map(|&sample| f32::from(sample).powi(2))
        .sum();
    (power / samples.len().max(1) as f32).sqrt()
}

/// What a hop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loudness {
    /// Silence whatever the speech is like.
    Hush,
    /// Silence beside this speech.
    Quiet,
    /// Speech.
    Speech,
}

/// Tells hops of one reply apart, in their order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ear {
    speech: f32,
}

impl Ear {
    pub(super) fn loudness(&mut self, hop: &[i16]) -> Loudness {
        let level = level(hop);
        self.speech = level.max(self.speech * FALL);
        if level <= HUSH {
            Loudness::Hush
        } else if level <= (self.speech * BELOW).min(MOST) {
            Loudness::Quiet
        } else {
            Loudness::Speech
        }
    }
}

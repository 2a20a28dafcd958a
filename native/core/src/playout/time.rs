//! Frames and seconds, and the clock of whoever calls.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of frames stay far below 2^53, and floats are clamped before they become counts"
)]

/// Seconds that `frames` last at `rate` Hz.
pub(super) fn seconds(frames: usize, rate: u32) -> f64 {
    frames as f64 / f64::from(rate)
}

/// Frames in `seconds` at `rate` Hz, to the nearest; none if it is negative or no number.
pub(super) fn frames(seconds: f64, rate: u32) -> usize {
    whole((seconds * f64::from(rate)).round())
}

/// The whole part of a count; 0 if it is negative or no number.
pub(super) fn whole(count: f64) -> usize {
    count.clamp(0.0, 1e15) as usize
}

/// A count as a number.
pub(super) fn number(count: usize) -> f64 {
    count as f64
}

/// What a clock says that someone else reads: it never goes back, and what is no time changes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock(Option<f64>);

impl Clock {
    /// `now`, or the latest time that was told if that is later.
    pub(super) fn told(&mut self, now: f64) -> f64 {
        let before = self.0.unwrap_or(f64::NEG_INFINITY);
        if now.is_finite() && now > before {
            self.0 = Some(now);
        }
        self.latest()
    }

    /// The latest time that was told, 0 before any.
    pub(super) fn latest(self) -> f64 {
        self.0.unwrap_or(0.0)
    }
}

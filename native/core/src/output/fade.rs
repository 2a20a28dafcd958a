//! The gain that opens and closes sound without a click.

/// Seconds from open to closed: too short to be noticed, too long to click.
pub(super) const FADE_S: f64 = 0.005;

/// A gain between 0 and 1 that moves by a step a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fade {
    steps: u16,
    /// How many of them it is open.
    open: u16,
}

impl Fade {
    /// Open.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped before
    pub(super) fn new(rate: u32) -> Self {
        let steps = (FADE_S * f64::from(rate)).clamp(1.0, f64::from(u16::MAX)) as u16;
        Self { steps, open: steps }
    }

    /// How many frames it takes from open to closed.
    pub(super) fn frames(self) -> usize {
        usize::from(self.steps)
    }

    /// How many frames it takes to close.
    pub(super) fn until_closed(self) -> usize {
        usize::from(self.open)
    }

    pub(super) fn is_open(self) -> bool {
        self.open == self.steps
    }

    pub(super) fn is_closed(self) -> bool {
        self.open == 0
    }

    /// Open or close at once, where nothing sounds.
    pub(super) fn jump(&mut self, is_open: bool) {
        self.open = if is_open { self.steps } else { 0 };
    }

    /// Apply it to frames, opening from one to the next.
    pub(super) fn open_over(&mut self, samples: &mut [i16], channels: usize) {
        if self.is_open() {
            return;
        }
        for frame in samples.chunks_mut(channels) {
            self.open = (self.open + 1).min(self.steps);
            self.apply(frame);
        }
    }

    /// Apply it to frames, closing from one to the next.
    pub(super) fn close_over(&mut self, samples: &mut [i16], channels: usize) {
        for frame in samples.chunks_mut(channels) {
            self.open = self.open.saturating_sub(1);
            self.apply(frame);
        }
    }

    /// Apply it to frames after which `left` more are there: opening, and closed when none is left.
    pub(super) fn last_over(&mut self, samples: &mut [i16], channels: usize, left: usize) {
        if self.is_open() && left >= self.frames() {
            return;
        }
        let count = samples.len() / channels;
        for (index, frame) in samples.chunks_mut(channels).enumerate() {
            let left = u16::try_from(left + count - 1 - index).unwrap_or(u16::MAX);
            self.open = (self.open + 1).min(self.steps).min(left);
            self.apply(frame);
        }
    }

    fn apply(self, frame: &mut [i16]) {
        for sample in frame {
            let scaled = i32::from(*sample) * i32::from(self.open) / i32::from(self.steps);
            *sample = i16::try_from(scaled).unwrap_or(*sample); // never: it is no louder than the sample
        }
    }
}

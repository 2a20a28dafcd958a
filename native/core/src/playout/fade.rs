//! The gain that opens and closes sound without a click.

/// A gain between 0 and 1 that moves by the same step a sample.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fade {
    /// How many steps it has.
    steps: u16,
    /// How many of them it is open.
    open: u16,
}

impl Fade {
    /// Closed; opens and closes in `frames`.
    pub(super) fn new(frames: usize) -> Self {
        Self {
            steps: u16::try_from(frames).unwrap_or(u16::MAX).max(1),
            open: 0,
        }
    }

    /// How many frames it takes to close.
    pub(super) fn frames(self) -> usize {
        usize::from(self.steps)
    }

    pub(super) fn is_closed(self) -> bool {
        self.open == 0
    }

    pub(super) fn is_open(self) -> bool {
        self.open == self.steps
    }

    /// One step further open, or closed.
    pub(super) fn step(&mut self, opens: bool) {
        self.open = if opens {
            (self.open + 1).min(self.steps)
        } else {
            self.open.saturating_sub(1)
        };
    }

    /// No further open than it can close in `frames`.
    pub(super) fn limit(&mut self, frames: usize) {
        self.open = self.open.min(u16::try_from(frames).unwrap_or(u16::MAX));
    }

    /// Open by so many steps.
    pub(super) fn open_to(&mut self, steps: usize) {
        self.open = self.steps;
        self.limit(steps);
    }

    /// A sample at this gain; the sample itself where it is open.
    pub(super) fn apply(self, sample: i16) -> i16 {
        let scaled = i32::from(sample) * i32::from(self.open) / i32::from(self.steps);
        i16::try_from(scaled).unwrap_or(sample) // never: it is no louder than the sample
    }
}

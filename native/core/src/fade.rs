//! The gain that opens and closes sound without a click.

/// A gain between 0 and 1 that moves by the same step a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fade {
    /// How many steps it has.
    steps: u16,
    /// How many of them it is open.
    open: u16,
}

impl Fade {
    /// Closed; opens and closes in `frames`.
    pub(crate) fn new(frames: usize) -> Self {
        Self {
            steps: u16::try_from(frames).unwrap_or(u16::MAX).max(1),
            open: 0,
        }
    }

    /// How many frames it takes from open to closed.
    pub(crate) fn frames(self) -> usize {
        usize::from(self.steps)
    }

    /// How many frames it takes to close.
    pub(crate) fn until_closed(self) -> usize {
        usize::from(self.open)
    }

    pub(crate) fn is_closed(self) -> bool {
        self.open == 0
    }

    pub(crate) fn is_open(self) -> bool {
        self.open == self.steps
    }

    /// Open or close at once, where nothing sounds.
    pub(crate) fn jump(&mut self, is_open: bool) {
        self.open = if is_open { self.steps } else { 0 };
    }

    /// One step further open, or closed.
    pub(crate) fn step(&mut self, opens: bool) {
        self.open = if opens {
            (self.open + 1).min(self.steps)
        } else {
            self.open.saturating_sub(1)
        };
    }

    /// Open by so many steps.
    pub(crate) fn open_to(&mut self, steps: usize) {
        self.open = self.steps.min(u16::try_from(steps).unwrap_or(u16::MAX));
    }

    /// A sample at this gain; the sample itself where it is open.
    pub(crate) fn apply(self, sample: i16) -> i16 {
        let scaled = i32::from(sample) * i32::from(self.open) / i32::from(self.steps);
        i16::try_from(scaled).unwrap_or(sample) // never: it is no louder than the sample
    }

    /// Apply it to frames, a step further open, or closed, from each to the next.
    pub(crate) fn over(&mut self, samples: &mut [i16], channels: usize, opens: bool) {
        if opens && self.is_open() {
            return;
        }
        for frame in samples.chunks_mut(channels) {
            self.step(opens);
            for sample in frame {
                *sample = self.apply(*sample);
            }
        }
    }
}

//! The pause that is being played: how long it is by nature, and how much longer it was made.

/// Hops of silence that make a pause: the closure before a plosive is shorter.
const LEAST_HOPS: usize = 12;
/// The share of a pause by which it may be longer, if that is more than the least.
const SHARE: usize = 2;

/// A pause, counted in frames.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pause {
    natural: usize,
    added: usize,
}

impl Pause {
    /// Whether `ahead` hops of silence make it a pause.
    pub(super) fn is(self, ahead: usize, hop: usize) -> bool {
        ahead > 0 && self.natural / hop + ahead >= LEAST_HOPS
    }

    /// Frames by which it may be longer than by nature: as long again by half, or `least`.
    pub(super) fn allowed(self, ahead: usize, hop: usize, least: usize) -> usize {
        if least == 0 {
            return 0;
        }
        least.max((self.natural + ahead * hop) / SHARE)
    }

    pub(super) fn added(self) -> usize {
        self.added
    }

    /// Silence that is the reply's own was played or passed over.
    pub(super) fn pass(&mut self, frames: usize) {
        self.natural += frames;
    }

    /// Silence was put in.
    pub(super) fn add(&mut self, frames: usize) {
        self.added += frames;
    }

    /// Silence that was put in is made up for.
    pub(super) fn make_up(&mut self, frames: usize) {
        self.added = self.added.saturating_sub(frames);
    }
}

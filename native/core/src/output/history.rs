//! When the last runs are heard, for a listener's place in what was written.
//!
//! One thread notes runs, any other looks at them: each slot has a number that is
//! odd while it is written (a sequence lock), so that half a run is never taken for one.

use std::sync::atomic::{AtomicU64, Ordering, fence};

/// Runs that are remembered: a device holds ten seconds at most, and a run that does not go on like
/// the one before is 5 ms long at least, nearly always.
const RUNS: usize = 2048;

/// Frames that are heard one after the other, at one pace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// When the first one is heard, in ns on a clock that never goes back.
    pub(super) at_ns: u64,
    /// How many they are.
    pub(super) frames: u64,
    /// Frames of sound that were played before it, and that are played in it.
    pub(super) before: u64,
    pub(super) played: u64,
}

impl Run {
    /// Frames of sound that were heard by `now_ns`, which is not before it, at `rate` Hz.
    fn heard(self, now_ns: u64, rate: u32) -> u64 {
        let since = u128::from(now_ns - self.at_ns) * u128::from(rate) / 1_000_000_000;
        let since = u64::try_from(since).unwrap_or(u64::MAX).min(self.frames);
        self.before + since * self.played / self.frames.max(1)
    }
}

#[derive(Debug, Default)]
struct Slot {
    number: AtomicU64,
    at_ns: AtomicU64,
    frames: AtomicU64,
    before: AtomicU64,
    played: AtomicU64,
}

/// The last runs.
#[derive(Debug)]
pub(super) struct History {
    count: AtomicU64,
    slots: Box<[Slot]>,
}

impl History {
    pub(super) fn new() -> Self {
        Self {
            count: AtomicU64::new(0),
            slots: (0..RUNS).map(|_| Slot::default()).collect(),
        }
    }

    fn slot(&self, number: u64) -> &Slot {
        &self.slots[usize::try_from(number % RUNS as u64).unwrap_or(0)]
    }

    /// Note the next run; one thread only.
    pub(super) fn note(&self, run: Run) {
        let number = self.count.load(Ordering::Relaxed);
        let slot = self.slot(number);
        slot.number.store(2 * number + 1, Ordering::Relaxed);
        fence(Ordering::Release);
        slot.at_ns.store(run.at_ns, Ordering::Relaxed);
        slot.frames.store(run.frames, Ordering::Relaxed);
        slot.before.store(run.before, Ordering::Relaxed);
        slot.played.store(run.played, Ordering::Relaxed);
        slot.number.store(2 * number + 2, Ordering::Release);
        self.count.store(number + 1, Ordering::Release);
    }

    /// The run of this number, None if it is overwritten.
    fn run(&self, number: u64) -> Option<Run> {
        let slot = self.slot(number);
        let before = slot.number.load(Ordering::Acquire);
        let run = Run {
            at_ns: slot.at_ns.load(Ordering::Relaxed),
            frames: slot.frames.load(Ordering::Relaxed),
            before: slot.before.load(Ordering::Relaxed),
            played: slot.played.load(Ordering::Relaxed),
        };
        fence(Ordering::Acquire);
        let after = slot.number.load(Ordering::Relaxed);
        (before == after && before == 2 * number + 2).then_some(run)
    }

    /// Frames of sound that were heard by `now_ns`, at `rate` Hz.
    pub(super) fn heard(&self, now_ns: u64, rate: u32) -> u64 {
        let count = self.count.load(Ordering::Acquire);
        let mut earliest = 0;
        for number in (count.saturating_sub(RUNS as u64)..count).rev() {
            let Some(run) = self.run(number) else {
                break;
            };
            if run.at_ns <= now_ns {
                return run.heard(now_ns, rate);
            }
            earliest = run.before;
        }
        earliest
    }
}

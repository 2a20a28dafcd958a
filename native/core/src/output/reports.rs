//! What the player tells, for any thread to look at.

use std::sync::atomic::{AtomicU64, Ordering};

use super::history::History;
use crate::playout::Counts;

/// Reports; counts are of frames unless they say otherwise.
#[derive(Debug)]
pub struct Reports {
    pub(super) history: History,
    blocks: AtomicU64,
    pulled: AtomicU64,
    taken: AtomicU64,
    played: AtomicU64,
    late: AtomicU64,
    lost: AtomicU64,
    heard: AtomicU64,
    stalls: AtomicU64,
    stalled: AtomicU64,
    held: AtomicU64,
    stretched: AtomicU64,
    skipped: AtomicU64,
    target_s: AtomicU64,
}

impl Default for Reports {
    fn default() -> Self {
        Self {
            history: History::new(),
            blocks: AtomicU64::new(0),
            pulled: AtomicU64::new(0),
            taken: AtomicU64::new(0),
            played: AtomicU64::new(0),
            late: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            heard: AtomicU64::new(0),
            stalls: AtomicU64::new(0),
            stalled: AtomicU64::new(0),
            held: AtomicU64::new(0),
            stretched: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            target_s: AtomicU64::new(0),
        }
    }
}

/// What the player tells after a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) block_frames: u64,
    pub(super) played: u64,
    pub(super) taken: u64,
    pub(super) counts: Counts,
    pub(super) target_s: f64,
    pub(super) is_late: bool,
    pub(super) lost: u64,
}

impl Reports {
    pub(super) fn tell(&self, told: Told) {
        let counts = told.counts;
        self.stalls.store(counts.stalls, Ordering::Relaxed);
        for (report, count) in [
            (&self.stalled, counts.stalled),
            (&self.held, counts.held),
            (&self.stretched, counts.stretched),
            (&self.skipped, counts.skipped),
        ] {
            report.store(count as u64, Ordering::Relaxed);
        }
        self.target_s
            .store(told.target_s.to_bits(), Ordering::Relaxed);
        self.late
            .fetch_add(u64::from(told.is_late), Ordering::Relaxed);
        self.lost.fetch_add(told.lost, Ordering::AcqRel);
        self.played.store(told.played, Ordering::Release);
        self.taken.store(told.taken, Ordering::Release);
        self.pulled.fetch_add(told.block_frames, Ordering::AcqRel);
        self.blocks.fetch_add(1, Ordering::AcqRel);
    }

    /// How many blocks the device has asked for.
    #[must_use]
    pub fn blocks(&self) -> u64 {
        self.blocks.load(Ordering::Acquire)
    }

    /// Frames that the device has asked for, sound or silence.
    #[must_use]
    pub fn pulled(&self) -> u64 {
        self.pulled.load(Ordering::Acquire)
    }

    /// The mark before which all was played or dropped.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Acquire)
    }

    /// Frames that were written and that the device was given, or that were passed over on the way.
    #[must_use]
    pub fn played(&self) -> u64 {
        self.played.load(Ordering::Acquire)
    }

    /// How often the device ran empty, since it was not given a block in time.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.late.load(Ordering::Relaxed)
    }

    /// Of those that were played, frames that the device was given too late to take, which were not heard.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Acquire)
    }

    /// Of those that were played, frames, the lost ones among them, that were due by `now_ns`, by the
    /// device's clock at `rate` Hz; it never goes back.
    pub fn heard(&self, now_ns: u64, rate: u32) -> u64 {
        let heard = self.history.heard(now_ns, rate);
        self.heard.fetch_max(heard, Ordering::AcqRel).max(heard)
    }

    /// What the policy did.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let count = |report: &AtomicU64| {
            usize::try_from(report.load(Ordering::Relaxed)).unwrap_or(usize::MAX)
        };
        Counts {
            stalls: self.stalls.load(Ordering::Relaxed),
            stalled: count(&self.stalled),
            held: count(&self.held),
            stretched: count(&self.stretched),
            skipped: count(&self.skipped),
            dropped: 0,
        }
    }

    /// Seconds of audio that would be enough to start with, or to have as it goes on.
    #[must_use]
    pub fn target_s(&self) -> f64 {
        f64::from_bits(self.target_s.load(Ordering::Relaxed))
    }
}

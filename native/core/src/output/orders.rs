//! What the player is told, by any thread at any time.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// Orders; each stands until the next of its kind.
#[derive(Debug)]
pub struct Orders {
    is_paused: AtomicBool,
    is_full: AtomicBool,
    volume: AtomicU32,
    cut: AtomicU64,
}

/// The orders of one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ordered {
    pub(super) is_paused: bool,
    /// There is no room for what comes.
    pub(super) is_full: bool,
    /// 0 to 1.
    pub(super) volume: f32,
    /// The frames before this mark are not to be played any more.
    pub(super) cut: u64,
}

impl Default for Orders {
    fn default() -> Self {
        Self {
            is_paused: AtomicBool::new(false),
            is_full: AtomicBool::new(false),
            volume: AtomicU32::new(1.0_f32.to_bits()),
            cut: AtomicU64::new(0),
        }
    }
}

impl Orders {
    /// Fall silent and stay so, or go on.
    pub fn pause(&self, is_paused: bool) {
        self.is_paused.store(is_paused, Ordering::Release);
    }

    /// How loud: 1 is as it is, 0 is silent. What is no such number is silent.
    pub fn set_volume(&self, volume: f32) {
        let volume = if volume.is_nan() {
            0.0
        } else {
            volume.clamp(0.0, 1.0)
        };
        self.volume.store(volume.to_bits(), Ordering::Release);
    }

    pub(super) fn set_full(&self, is_full: bool) {
        self.is_full.store(is_full, Ordering::Release);
    }

    /// Fade out, and drop the frames before `mark`.
    pub(super) fn cut(&self, mark: u64) {
        self.cut.fetch_max(mark, Ordering::AcqRel);
    }

    pub(super) fn now(&self) -> Ordered {
        Ordered {
            is_paused: self.is_paused.load(Ordering::Acquire),
            is_full: self.is_full.load(Ordering::Acquire),
            volume: f32::from_bits(self.volume.load(Ordering::Acquire)),
            cut: self.cut.load(Ordering::Acquire),
        }
    }
}

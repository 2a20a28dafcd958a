//! What the player is told, by any thread at any time.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// Orders; each stands until the next of its kind.
#[derive(Debug)]
pub struct Orders {
    is_paused: AtomicBool,
    volume: AtomicU32,
    ended: AtomicU64,
    cut: AtomicU64,
}

/// The orders of one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ordered {
    pub(super) is_paused: bool,
    /// 0 to 1.
    pub(super) volume: f32,
    /// The frames before this mark are whole: nothing is waited for to follow them.
    pub(super) ended: u64,
    /// The frames before this mark are not to be played any more.
    pub(super) cut: u64,
}

impl Default for Orders {
    fn default() -> Self {
        Self {
            is_paused: AtomicBool::new(false),
            volume: AtomicU32::new(1.0_f32.to_bits()),
            ended: AtomicU64::new(0),
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

    /// The frames before `mark` are whole: play them to their end.
    pub fn end(&self, mark: u64) {
        self.ended.fetch_max(mark, Ordering::AcqRel);
    }

    /// Fade out, and drop the frames before `mark`.
    pub fn cut(&self, mark: u64) {
        self.cut.fetch_max(mark, Ordering::AcqRel);
    }

    pub(super) fn now(&self) -> Ordered {
        Ordered {
            is_paused: self.is_paused.load(Ordering::Acquire),
            volume: f32::from_bits(self.volume.load(Ordering::Acquire)),
            ended: self.ended.load(Ordering::Acquire),
            cut: self.cut.load(Ordering::Acquire),
        }
    }
}

//! When the last blocks are heard, for a listener's place in what was written.
//!
//! One thread notes blocks, any other looks at them: each slot has a number that is
//! odd while it is written (a sequence lock), so that half a block is never taken for one.

use std::sync::atomic::{AtomicU64, Ordering, fence};

/// Blocks that are remembered: at the shortest of devices' blocks, 1 ms, more than any buffer of one.
const BLOCKS: usize = 256;

/// A block as a device takes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// When its first frame is heard, in ns on a clock that never goes back.
    pub(super) at_ns: u64,
    /// Frames of sound that were played before it.
    pub(super) played: u64,
    /// Frames of sound at its beginning.
    pub(super) frames: u64,
}

#[derive(Debug, Default)]
struct Slot {
    number: AtomicU64,
    at_ns: AtomicU64,
    played: AtomicU64,
    frames: AtomicU64,
}

/// The last blocks.
#[derive(Debug)]
pub(super) struct History {
    count: AtomicU64,
    slots: Box<[Slot]>,
}

impl History {
    pub(super) fn new() -> Self {
        Self {
            count: AtomicU64::new(0),
            slots: (0..BLOCKS).map(|_| Slot::default()).collect(),
        }
    }

    fn slot(&self, number: u64) -> &Slot {
        &self.slots[usize::try_from(number % BLOCKS as u64).unwrap_or(0)]
    }

    /// Note the next block; one thread only.
    pub(super) fn note(&self, block: Block) {
        let number = self.count.load(Ordering::Relaxed);
        let slot = self.slot(number);
        slot.number.store(2 * number + 1, Ordering::Relaxed);
        fence(Ordering::Release);
        slot.at_ns.store(block.at_ns, Ordering::Relaxed);
        slot.played.store(block.played, Ordering::Relaxed);
        slot.frames.store(block.frames, Ordering::Relaxed);
        slot.number.store(2 * number + 2, Ordering::Release);
        self.count.store(number + 1, Ordering::Release);
    }

    /// The block of this number, None if it is overwritten.
    fn block(&self, number: u64) -> Option<Block> {
        let slot = self.slot(number);
        let before = slot.number.load(Ordering::Acquire);
        let block = Block {
            at_ns: slot.at_ns.load(Ordering::Relaxed),
            played: slot.played.load(Ordering::Relaxed),
            frames: slot.frames.load(Ordering::Relaxed),
        };
        fence(Ordering::Acquire);
        let after = slot.number.load(Ordering::Relaxed);
        (before == after && before == 2 * number + 2).then_some(block)
    }

    /// Frames of sound that were heard by `now_ns`, at `rate` Hz.
    pub(super) fn heard(&self, now_ns: u64, rate: u32) -> u64 {
        let count = self.count.load(Ordering::Acquire);
        let mut earliest = 0;
        for number in (count.saturating_sub(BLOCKS as u64)..count).rev() {
            let Some(block) = self.block(number) else {
                break;
            };
            if block.at_ns <= now_ns {
                let since = u128::from(now_ns - block.at_ns) * u128::from(rate) / 1_000_000_000;
                return block.played + block.frames.min(u64::try_from(since).unwrap_or(u64::MAX));
            }
            earliest = block.played;
        }
        earliest
    }
}

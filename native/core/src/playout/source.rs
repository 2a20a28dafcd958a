//! Where frames wait until they are played.

use std::collections::VecDeque;

/// Frames that have come and were not taken yet, first in, first out.
///
/// Only the side that plays takes from it, without a lock or an allocation: the reading end
/// of a ring that another thread fills is one.
pub trait Source {
    /// Take the next frames: as many as there are and `into` holds. Returns how many.
    fn take(&mut self, into: &mut [i16]) -> usize;
}

/// A source of mono audio for one thread, which grows as samples come.
#[derive(Clone, Debug, Default)]
pub struct Queue(VecDeque<i16>);

impl Queue {
    /// Add samples behind those that wait.
    pub fn push(&mut self, samples: &[i16]) {
        self.0.extend(samples);
    }

    /// Drop all samples, and their memory.
    pub fn clear(&mut self) {
        self.0 = VecDeque::new();
    }
}

impl Source for Queue {
    fn take(&mut self, into: &mut [i16]) -> usize {
        let count = into.len().min(self.0.len());
        let (front, back) = self.0.as_slices();
        let of_front = count.min(front.len());
        into[..of_front].copy_from_slice(&front[..of_front]);
        into[of_front..count].copy_from_slice(&back[..count - of_front]);
        self.0.drain(..count);
        count
    }
}

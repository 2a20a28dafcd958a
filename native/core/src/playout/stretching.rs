//! Slower speech of the same pitch: now and then a few periods are played once more.
//!
//! What follows is joined to the place before it that is most like it, by normalised
//! cross-correlation, as in WSOLA (Verhelst and Roelands, ICASSP 1993), but only where it is
//! due: between two joints samples are played as they are. Departures: no overlap-add at a
//! fixed rate, and no joint where nothing is alike, in an onset or a plosive; it waits.

use super::time::{frames, number, whole};

/// The least likeness of what is joined, 1 for equal in all but level.
const ALIKE: f32 = 0.8;
/// Seconds to go back: from a period of 400 Hz, as more would buzz, to one of 70 Hz.
const BACK_S: (f64, f64) = (0.0025, 0.014);
/// Hops that are owed when a place is looked for: voices above 100 Hz have one in them.
const DUE_HOPS: usize = 2;
/// Hops that are owed at most: what finds no place for longer is let go.
const MOST_OWED_HOPS: usize = 6;
/// Hops that are compared.
const COMPARED_HOPS: usize = 2;

/// How many hops before the next sample a joint may begin.
pub(super) const BEHIND_HOPS: usize = 3;

/// Decides where to go back, and by how much.
#[derive(Clone, Debug)]
pub(super) struct Stretching {
    hop: usize,
    channels: usize,
    least: usize,
    most: usize,
    /// Frames by which the reply should have been longer by now.
    owed: f64,
    /// What comes, and it with what was before, as numbers, all channels in one.
    next: Vec<f32>,
    around: Vec<f32>,
}

impl Stretching {
    pub(super) fn new(hop: usize, channels: usize, rate: u32) -> Self {
        let (least, most) = (frames(BACK_S.0, rate), frames(BACK_S.1, rate));
        let most = most.min(BEHIND_HOPS * hop);
        Self {
            hop,
            channels,
            least,
            most,
            owed: 0.0,
            next: vec![0.0; COMPARED_HOPS * hop],
            around: vec![0.0; COMPARED_HOPS * hop + most],
        }
    }

    /// A hop is played at a speed slower by `slower`, of 1.
    pub(super) fn owe(&mut self, slower: f64) {
        self.owed = (self.owed + number(self.hop) * slower).min(number(MOST_OWED_HOPS * self.hop));
    }

    /// Nothing is owed any more.
    pub(super) fn forget(&mut self) {
        self.owed = 0.0;
    }

    /// How far to go back now; it counts as done.
    pub(super) fn back(&mut self, behind: &[i16], ahead: &[i16]) -> Option<usize> {
        let owed = whole(self.owed);
        let most = self.most.min(owed).min(behind.len() / self.channels);
        let seen = ahead.len() / self.channels;
        if owed < DUE_HOPS * self.hop || most < self.least || seen < self.next.len() {
            return None;
        }
        let (likeness, back) =
            self.most_alike(&behind[behind.len() - most * self.channels..], ahead);
        let may_be_better_further = back == most && most < self.most;
        if likeness < ALIKE || may_be_better_further {
            return None;
        }
        self.owed -= number(back);
        Some(back)
    }

    /// How alike the place before is that is most like what comes, and how far back it is.
    fn most_alike(&mut self, behind: &[i16], ahead: &[i16]) -> (f32, usize) {
        let (size, most) = (self.next.len(), behind.len() / self.channels);
        let frames = behind
            .chunks(self.channels)
            .chain(ahead.chunks(self.channels));
        let around = &mut self.around[..most + size];
        for (to, frame) in around.iter_mut().zip(frames) {
            *to = frame.iter().copied().map(f32::from).sum();
        }
        self.next.copy_from_slice(&around[most..]);
        let power = dot(&self.next, &self.next);
        let mut best = (0.0, 0);
        for back in self.least..=most {
            let start = most - back;
            let there = &around[start..start + size];
            let likeness = dot(there, &self.next) / (power * dot(there, there)).sqrt().max(1.0);
            if likeness > best.0 {
                best = (likeness, back);
            }
        }
        best
    }
}

/// A sum of products, in eight sums that the processor can take at once.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (ones, others) = (one.chunks_exact(8), other.chunks_exact(8));
    let rest = ones.remainder().iter().zip(others.remainder());
    let rest: f32 = rest.map(|(one, other)| one * other).sum();
    for (one, other) in ones.zip(others) {
        for ((sum, one), other) in sums.iter_mut().zip(one).zip(other) {
            *sum += one * other;
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// From `old` over to `new`, in a hop.
pub(super) fn join(old: &[i16], new: &[i16], out: &mut [i16], channels: usize) {
    let steps = i32::try_from(out.len() / channels + 1).unwrap_or(i32::MAX);
    for (((out, &old), &new), step) in out.iter_mut().zip(old).zip(new).zip(by_frame(channels)) {
        let sum = i32::from(old) * (steps - step) + i32::from(new) * step;
        *out = i16::try_from(sum / steps).unwrap_or(new); // never: it is between the two
    }
}

/// The steps of a joint, the same for all samples of a frame.
fn by_frame(channels: usize) -> impl Iterator<Item = i32> {
    (1..).flat_map(move |step| std::iter::repeat_n(step, channels))
}

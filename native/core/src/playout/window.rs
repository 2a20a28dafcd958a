//! The samples around the next one that is played, and how loud they are.
//!
//! * Samples are judged in hops, counted from the start of the reply: the verdict does not
//!   depend on how they came.
//! * Of what was played, as much is kept as a splice goes back.
//! * Counts are of frames; slices hold the samples of all channels of each.
//! * Once made, it allocates nothing.

use super::quiet::{Ear, Loudness};
use super::source::Source;

#[derive(Clone, Debug)]
pub(super) struct Window {
    samples: Vec<i16>,
    channels: usize,
    loudness: Vec<Loudness>,
    /// The next frame that is played, counted from the first in `samples`.
    cursor: usize,
    hop: usize,
    /// How much of what was played is kept.
    behind: usize,
    capacity: usize,
    ear: Ear,
}

impl Window {
    /// A window that keeps `behind` hops of what was played, and sees `ahead` hops of what comes.
    pub(super) fn new(hop: usize, channels: usize, behind: usize, ahead: usize) -> Self {
        let hops = 2 * behind + ahead; // so that it moves its samples only now and then
        Self {
            samples: Vec::with_capacity(hops * hop * channels),
            channels,
            loudness: Vec::with_capacity(hops),
            cursor: 0,
            hop,
            behind: behind * hop,
            capacity: hops * hop,
            ear: Ear::default(),
        }
    }

    /// Forget all: another reply begins.
    pub(super) fn clear(&mut self) {
        self.samples.clear();
        self.loudness.clear();
        self.cursor = 0;
        self.ear = Ear::default();
    }

    /// Take up to `most` frames, as many as there is room for. Returns how many.
    pub(super) fn fill(&mut self, source: &mut impl Source, most: usize) -> usize {
        let channels = self.channels;
        if self.capacity - self.frames() < most {
            let hops = self.cursor.saturating_sub(self.behind) / self.hop;
            self.samples.drain(..hops * self.hop * channels);
            self.loudness.drain(..hops);
            self.cursor -= hops * self.hop;
        }
        let before = self.frames();
        let wanted = before.saturating_add(most).min(self.capacity);
        self.samples.resize(wanted * channels, 0);
        let taken = source.take(&mut self.samples[before * channels..]);
        self.samples.truncate((before + taken) * channels);
        let judged = self.loudness.len() * self.hop * channels;
        for hop in self.samples[judged..].chunks_exact(self.hop * channels) {
            self.loudness.push(self.ear.loudness(hop));
        }
        taken
    }

    fn frames(&self) -> usize {
        self.samples.len() / self.channels
    }

    /// What comes next.
    pub(super) fn ahead(&self) -> &[i16] {
        &self.samples[self.cursor * self.channels..]
    }

    /// How much that is.
    pub(super) fn frames_ahead(&self) -> usize {
        self.frames() - self.cursor
    }

    /// What came before, the latest last.
    pub(super) fn behind(&self) -> &[i16] {
        &self.samples[..self.cursor * self.channels]
    }

    /// Samples from `back` frames before the next one on, at least `back` of them.
    pub(super) fn from(&self, back: usize) -> &[i16] {
        &self.samples[self.cursor.saturating_sub(back) * self.channels..]
    }

    /// Go on by `frames`, or back if they are fewer than none.
    pub(super) fn advance(&mut self, frames: isize) {
        self.cursor = self.cursor.saturating_add_signed(frames).min(self.frames());
    }

    fn hops_ahead(&self) -> &[Loudness] {
        &self.loudness[(self.cursor / self.hop).min(self.loudness.len())..]
    }

    /// How many hops of silence come next, and whether speech is known to end them.
    pub(super) fn quiet_hops(&self) -> (usize, bool) {
        let hops = self.hops_ahead();
        let quiet = hops.iter().take_while(|&&hop| hop != Loudness::Speech);
        let count = quiet.count();
        (count, count < hops.len())
    }

    /// How many hops come next that are silence whatever the speech is like.
    pub(super) fn hush_hops(&self) -> usize {
        let hops = self.hops_ahead();
        hops.iter()
            .take_while(|&&hop| hop == Loudness::Hush)
            .count()
    }
}

//! Both sides on one thread: samples in, samples out.

use super::ledger::{Counts, Event};
use super::numbers::Numbers;
use super::playout::Playout;
use super::source::Queue;
use super::time::{Clock, frames, seconds};

/// Why samples are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The reply has ended.
    Ended,
    /// They are more than there is room for, in frames.
    Full {
        /// Frames that may wait.
        limit: usize,
        /// Frames that would.
        seen: usize,
    },
}

/// What was played, and how much is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stats {
    /// Seconds of the reply whose turn it is that have come and were not played.
    pub level_s: f64,
    /// Seconds of it that would be enough to start, as of now; 0 once it has ended.
    pub target_s: f64,
    /// Seconds of it that were heard.
    pub heard_s: f64,
    /// When its sound began.
    pub started_at: Option<f64>,
    /// Counts over all replies.
    pub counts: Counts,
}

/// A playout with the samples that it plays.
#[derive(Clone, Debug)]
pub struct JitterBuffer {
    playout: Playout,
    clock: Clock,
    queue: Queue,
    rate: u32,
    limit: usize,
    /// Whether what comes is of a reply that was interrupted.
    is_interrupted: bool,
}

impl JitterBuffer {
    /// For mono audio of `rate` Hz; open for the first reply.
    #[must_use]
    pub fn new(rate: u32, numbers: Numbers) -> Self {
        Self {
            playout: Playout::new(rate, 1, numbers),
            clock: Clock::default(),
            queue: Queue::default(),
            rate,
            limit: frames(numbers.within().max_backlog_s, rate),
            is_interrupted: false,
        }
    }

    /// In Hz.
    #[must_use]
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Seconds that so many frames last.
    #[must_use]
    pub fn seconds(&self, frames: usize) -> f64 {
        seconds(frames, self.rate)
    }

    /// Take samples that came at `now`; all of them or none.
    pub fn push(&mut self, samples: &[i16], now: f64) -> Result<(), Refusal> {
        if self.is_interrupted {
            self.playout.drop_late(samples.len());
            return Ok(());
        }
        let seen = self.playout.backlog().saturating_add(samples.len());
        if seen > self.limit {
            let limit = self.limit;
            return Err(Refusal::Full { limit, seen });
        }
        let now = self.clock.told(now);
        if !self.playout.arrive(samples.len(), now) {
            return Err(Refusal::Ended);
        }
        self.queue.push(samples);
        Ok(())
    }

    /// The reply has ended.
    pub fn end(&mut self, now: f64) {
        self.playout.end(self.clock.told(now));
    }

    /// The next reply begins; false if too many wait already.
    pub fn begin(&mut self, now: f64) -> bool {
        self.is_interrupted = false;
        self.playout.begin(self.clock.told(now))
    }

    /// The next samples to play, the first of them at `now`.
    pub fn pull(&mut self, out: &mut [i16], now: f64) {
        let now = self.clock.told(now);
        self.playout.pull(&mut self.queue, out, now);
    }

    /// Fade out, drop what waits and what still comes before [`Self::begin`]. Returns seconds heard.
    pub fn interrupt(&mut self, now: f64) -> f64 {
        self.is_interrupted = true;
        let heard_s = self.playout.interrupt(self.clock.told(now));
        self.queue.clear();
        heard_s
    }

    /// The oldest event that was not read.
    pub fn next_event(&mut self) -> Option<Event> {
        self.playout.next_event()
    }

    /// What was played, and how much is there.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats {
            level_s: self.playout.level_s(),
            target_s: self.playout.target_s(),
            heard_s: self.playout.heard_s(),
            started_at: self.playout.started_at(),
            counts: self.playout.counts(),
        }
    }
}

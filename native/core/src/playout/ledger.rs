//! What became of the audio, and what happened on the way.

use std::collections::VecDeque;

/// Events that wait for someone to read them; some seconds of the worst, as a stall takes a fade at least.
pub const MOST_EVENTS: usize = 256;

/// What happened to a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Its sound begins.
    Started,
    /// There is nothing to play, within speech or beyond what a pause may be lengthened by.
    Stalled,
    /// Its sound goes on after a stall.
    Resumed,
    /// It was played to its end.
    Drained,
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// What.
    pub happening: Happening,
    /// When, in seconds on the caller's clock.
    pub at: f64,
    /// To which reply, counted from 0.
    pub reply: u64,
}

/// Counts in frames, over all replies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stalls that began.
    pub stalls: u64,
    /// Silence of stalls.
    pub stalled: usize,
    /// Silence by which pauses were lengthened.
    pub held: usize,
    /// By how much speech was slowed down.
    pub stretched: usize,
    /// Silence of the replies that was passed over.
    pub skipped: usize,
    /// Audio that was interrupted, or came after that.
    pub dropped: usize,
}

/// Counts and events.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    pub(super) counts: Counts,
    events: VecDeque<Event>,
    /// The silence of the stall that lasts.
    stall: usize,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self {
            counts: Counts::default(),
            events: VecDeque::with_capacity(MOST_EVENTS),
            stall: 0,
        }
    }

    /// Note an event; the oldest is forgotten if nobody reads them.
    pub(super) fn note(&mut self, happening: Happening, at: f64, reply: u64) {
        if self.events.len() == MOST_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(Event {
            happening,
            at,
            reply,
        });
    }

    /// The oldest event that was not read.
    pub(super) fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    pub(super) fn stall_begins(&mut self) {
        self.counts.stalls += 1;
        self.stall = 0;
    }

    pub(super) fn stall_lasts(&mut self, frames: usize) {
        self.counts.stalled += frames;
        self.stall += frames;
    }

    /// The stall was none: nothing more was to come.
    pub(super) fn stall_was_the_end(&mut self) {
        self.counts.stalls -= 1;
        self.counts.stalled -= self.stall;
    }
}

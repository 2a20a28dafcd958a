//! Replies in the order in which they are played, the last of which is coming in.

use std::collections::VecDeque;

/// Replies that may wait, so that whoever begins one again and again fills no memory.
pub const MOST_TURNS: usize = 64;

/// A reply, as far as it is not taken.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turn {
    /// Which reply it is, counted from 0.
    pub(super) reply: u64,
    /// Frames that have come and wait in the source.
    pub(super) waiting: usize,
    pub(super) has_begun: bool,
    pub(super) has_ended: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Turns {
    turns: VecDeque<Turn>,
    /// How many replies there were.
    count: u64,
}

impl Turns {
    /// Open for the first reply.
    pub(super) fn new() -> Self {
        let mut turns = Self {
            turns: VecDeque::with_capacity(MOST_TURNS),
            count: 0,
        };
        turns.open();
        turns
    }

    /// Whose turn it is.
    pub(super) fn first(&self) -> Option<&Turn> {
        self.turns.front()
    }

    pub(super) fn first_mut(&mut self) -> Option<&mut Turn> {
        self.turns.front_mut()
    }

    /// The reply that is coming in.
    pub(super) fn last(&self) -> Option<&Turn> {
        self.turns.back().filter(|turn| !turn.has_ended)
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut Turn> {
        self.turns.back_mut().filter(|turn| !turn.has_ended)
    }

    /// Whether another reply waits behind the first.
    pub(super) fn has_next(&self) -> bool {
        self.turns.len() > 1
    }

    /// A new reply at the end; false if too many wait.
    pub(super) fn open(&mut self) -> bool {
        if self.turns.back().is_some_and(|turn| !turn.has_begun) {
            self.turns.pop_back(); // nothing came of it
            self.count -= 1;
        }
        if self.turns.len() == MOST_TURNS {
            return false;
        }
        self.turns.push_back(Turn {
            reply: self.count,
            ..Turn::default()
        });
        self.count += 1;
        true
    }

    /// Frames of all of them that wait in the source.
    pub(super) fn waiting(&self) -> usize {
        self.turns.iter().map(|turn| turn.waiting).sum()
    }

    /// None of them is played any more.
    pub(super) fn clear(&mut self) {
        self.turns.clear();
    }

    /// The first has been played.
    pub(super) fn pass(&mut self) {
        self.turns.pop_front();
    }
}

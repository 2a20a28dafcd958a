//! Frames on their way from the thread that writes them to the one that plays them.
//!
//! Two rings: one of samples, one of what there is to say of them, in their order. Of frames it is
//! said that they have come once they are in the first. Both ends move whole frames only.

use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

use super::orders::Orders;
use crate::playout::playout::Playout;
use crate::playout::source::Source;

/// What may be said and not heard yet: a minute of pieces of 20 ms, so that samples fill their ring first.
const MOST_CALLS: usize = 4096;

/// What is said of the frames before a mark, behind those of which something was said before.
#[derive(Clone, Copy, Debug)]
enum Call {
    /// They came at `at_s`; the first of them waited for `held_s` to be taken in.
    Came { mark: u64, at_s: f64, held_s: f64 },
    /// No more of their reply comes.
    Ended { mark: u64, at_s: f64 },
}

/// The writing end.
#[derive(Debug)]
pub struct Writer {
    samples: Producer<i16>,
    calls: Producer<Call>,
    orders: Arc<Orders>,
    channels: usize,
    written: u64,
    /// Whether something was written behind the last end.
    is_open: bool,
    /// Since when there is no room for what comes.
    full_since_s: Option<f64>,
    held_s: f64,
}

/// The reading end.
#[derive(Debug)]
pub struct Reader {
    samples: Consumer<i16>,
    calls: Consumer<Call>,
    channels: usize,
    taken: u64,
    told: u64,
}

/// A ring that holds so many frames; whoever reads it has these orders.
#[must_use]
pub fn ring(frames: usize, channels: u16, orders: Arc<Orders>) -> (Writer, Reader) {
    let channels = usize::from(channels.max(1));
    let (samples, taken) = RingBuffer::new(frames.saturating_mul(channels));
    let (calls, heard) = RingBuffer::new(MOST_CALLS);
    let writer = Writer {
        samples,
        calls,
        orders,
        channels,
        written: 0,
        is_open: false,
        full_since_s: None,
        held_s: 0.0,
    };
    let reader = Reader {
        samples: taken,
        calls: heard,
        channels,
        taken: 0,
        told: 0,
    };
    (writer, reader)
}

impl Writer {
    /// Frames that were written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Frames that it has room for.
    #[must_use]
    pub fn room(&self) -> usize {
        if self.calls.slots() < 2 {
            return 0; // the last is for an end
        }
        self.samples.slots() / self.channels
    }

    /// Write what there is room for of int16 PCM, little-endian, that is there at `at_s`; returns how many
    /// frames that were.
    pub fn write(&mut self, pcm: &[u8], at_s: f64) -> usize {
        let offered = pcm.len() / 2 / self.channels;
        let frames = self.room().min(offered);
        if let Some(since_s) = self.full_since_s.take() {
            self.held_s += at_s - since_s;
        }
        self.full_since_s = (frames < offered).then_some(at_s);
        self.orders.set_full(frames < offered);
        let Ok(chunk) = self.samples.write_chunk_uninit(frames * self.channels) else {
            return 0; // never: there is room for them
        };
        let (samples, _) = pcm.as_chunks::<2>();
        chunk.fill_from_iter(samples.iter().map(|&bytes| i16::from_le_bytes(bytes)));
        if frames > 0 {
            self.written += frames as u64;
            self.is_open = true;
            let held_s = std::mem::take(&mut self.held_s);
            self.say(Call::Came {
                mark: self.written,
                at_s,
                held_s,
            });
        }
        frames
    }

    /// What was written is whole, or nothing more of it comes.
    pub fn end(&mut self, at_s: f64) {
        self.nothing_waits();
        if std::mem::take(&mut self.is_open) {
            self.say(Call::Ended {
                mark: self.written,
                at_s,
            });
        }
    }

    /// Have sound fade out, and what was written dropped; returns the mark up to which.
    pub fn cut(&mut self) -> u64 {
        self.nothing_waits();
        self.is_open = false;
        self.orders.cut(self.written);
        self.written
    }

    fn nothing_waits(&mut self) {
        self.full_since_s = None;
        self.orders.set_full(false);
    }

    fn say(&mut self, call: Call) {
        let _ = self.calls.push(call); // there is room: a write leaves some for an end, and an end needs a write
    }
}

impl Reader {
    /// Frames that were taken or passed over.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Tell what was said of the frames before `limit`, as far as there is room for it.
    pub fn tell(&mut self, playout: &mut Playout, limit: u64) {
        while let Ok(&call) = self.calls.peek() {
            match call {
                Call::Came { mark, .. } | Call::Ended { mark, .. } if mark > limit => return,
                Call::Came { mark, at_s, held_s } => {
                    if !playout.is_open() && !playout.begin(at_s) {
                        return; // more replies wait than there is room for
                    }
                    playout.held_back(held_s);
                    playout.arrive(usize::try_from(mark - self.told).unwrap_or(0), at_s);
                    self.told = mark;
                }
                Call::Ended { at_s, .. } => playout.end(at_s),
            }
            let _ = self.calls.pop();
        }
    }

    /// Pass over the frames before a mark, and what was said of them.
    pub fn pass(&mut self, mark: u64) {
        let wanted = usize::try_from(mark.saturating_sub(self.taken)).unwrap_or(usize::MAX);
        let frames = wanted.min(self.samples.slots() / self.channels);
        if let Ok(chunk) = self.samples.read_chunk(frames * self.channels) {
            chunk.commit_all();
            self.taken += frames as u64;
        }
        while let Ok(&(Call::Came { mark: of, .. } | Call::Ended { mark: of, .. })) =
            self.calls.peek()
            && of <= mark
        {
            let _ = self.calls.pop();
        }
        self.told = self.told.max(mark.min(self.taken));
    }
}

impl Source for Reader {
    fn take(&mut self, into: &mut [i16]) -> usize {
        let frames = (self.samples.slots() / self.channels).min(into.len() / self.channels);
        let count = frames * self.channels;
        if self.samples.pop_entire_slice(&mut into[..count]).is_err() {
            return 0; // never: they are there
        }
        self.taken += frames as u64;
        frames
    }
}

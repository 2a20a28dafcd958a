//! The side that the device's thread calls, a block at a time.

use std::sync::Arc;

use super::events::{Events, Teller, events};
use super::gain::Gain;
use super::history::Run;
use super::orders::{Ordered, Orders};
use super::reports::{Reports, Told};
use super::ring::Reader;
use crate::fade::Fade;
use crate::playout::Numbers;
use crate::playout::playout::Playout;

/// A device says to a frame or two when it plays.
const SURE_NS: u64 = 100_000;
/// Samples that are worked on at once.
const PIECE_SAMPLES: usize = 1024;
/// Seconds in which a pause and an interruption close: too short to be noticed, too long to click.
const GATE_S: f64 = 0.005;

/// When a block is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// Now, in ns on a clock that never goes back.
    pub now_ns: u64,
    /// When its first frame is heard.
    pub at_ns: u64,
    /// Whether the device ran empty before it.
    pub is_late: bool,
}

/// When a frame is heard, and when the policy decides what it is.
#[derive(Clone, Copy, Debug)]
struct Time {
    at_ns: u64,
    now_s: f64,
}

/// The block before.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    at_ns: u64,
    /// When its last frame is heard.
    until_ns: u64,
    /// When it was handed over.
    given_ns: u64,
    /// Frames of sound in it.
    sound: u64,
}

/// What plays.
#[derive(Debug)]
pub struct Player {
    playout: Playout,
    ring: Reader,
    rate: u32,
    channels: usize,
    /// Samples of a frame of the device, 1 or 2.
    device_channels: usize,
    orders: Arc<Orders>,
    reports: Arc<Reports>,
    teller: Teller,
    gate: Fade,
    gain: Gain,
    /// Frames that were cut.
    dropped: u64,
    run: Run,
    last: Last,
}

/// What a player plays, and on what.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// In Hz.
    pub rate: u32,
    /// Samples of a frame that is written.
    pub channels: u16,
    /// Samples of a frame of the device, 1 or 2.
    pub device_channels: u16,
    /// The numbers of the playout's policy.
    pub numbers: Numbers,
}

impl Player {
    /// Plays what comes out of a ring; what happens comes out of the other part.
    #[must_use]
    pub fn new(
        ring: Reader,
        setting: Setting,
        orders: Arc<Orders>,
        reports: Arc<Reports>,
    ) -> (Self, Events) {
        let Setting {
            rate,
            channels,
            device_channels,
            numbers,
        } = setting;
        let (teller, events) = events();
        let player = Self {
            playout: Playout::new(rate, channels, numbers),
            ring,
            rate,
            channels: usize::from(channels.max(1)),
            device_channels: usize::from(device_channels.clamp(1, 2)),
            orders,
            reports,
            teller,
            gate: Fade::new(frames(GATE_S, rate)),
            gain: Gain::new(rate),
            dropped: 0,
            run: Run::default(),
            last: Last::default(),
        };
        (player, events)
    }

    /// Write a block for the device. The policy decides as of when it is asked for; what it tells is as of when
    /// that is heard.
    pub fn fill(&mut self, out: &mut [i16], asked: Asked) {
        let ordered = self.orders.now();
        self.playout.set_full(ordered.is_full);
        let block_frames = out.len() / self.device_channels;
        let played = self.played();
        let mut piece = [0; PIECE_SAMPLES];
        let most = PIECE_SAMPLES / self.channels;
        let now_s = self.playout.told(seconds(asked.now_ns));
        let mut done = 0;
        for to in out.chunks_mut(most * self.device_channels) {
            let count = to.len() / self.device_channels;
            let piece = &mut piece[..count * self.channels];
            let since_ns = nanoseconds(done, self.rate);
            self.render(
                piece,
                ordered,
                Time {
                    at_ns: asked.at_ns + since_ns,
                    now_s: now_s + seconds(since_ns),
                },
            );
            spread(piece, self.channels, to, self.device_channels);
            done += count;
        }
        self.end_run();
        let until_heard_s = seconds(asked.at_ns) - now_s;
        self.teller.tell(&mut self.playout, until_heard_s);
        let lost = if asked.is_late { self.lost(asked) } else { 0 };
        let sound = self.played() - played;
        self.last = Last {
            at_ns: asked.at_ns,
            until_ns: asked.at_ns + nanoseconds(block_frames, self.rate),
            given_ns: 0,
            sound,
        };
        self.reports.tell(Told {
            block_frames: block_frames as u64,
            played: self.played(),
            taken: self.mark(),
            counts: self.playout.counts(),
            target_s: self.playout.target_s(),
            is_late: asked.is_late,
            lost,
        });
    }

    /// The block that was filled last is handed over at `now_ns`.
    pub fn given(&mut self, now_ns: u64) {
        self.last.given_ns = now_ns;
    }

    /// The mark before which all was played or cut.
    fn mark(&self) -> u64 {
        self.ring.taken() - self.playout.taken_ahead() as u64
    }

    /// Frames that were played.
    fn played(&self) -> u64 {
        self.mark() - self.dropped
    }

    /// Frames of sound in the last block if it came too late, so that the device never took it. If it
    /// did take it, it ran empty after that had been heard, and not before.
    fn lost(&self, asked: Asked) -> u64 {
        let last = self.last;
        if asked.now_ns + SURE_NS < last.until_ns || last.given_ns >= last.at_ns + SURE_NS {
            last.sound
        } else {
            0
        }
    }

    /// Write frames with all gains: runs of sound, and silence.
    fn render(&mut self, piece: &mut [i16], ordered: Ordered, begin: Time) {
        let mut rest = piece;
        let mut time = begin;
        while !rest.is_empty() {
            let is_cut = self.mark() < ordered.cut;
            let closes = is_cut || ordered.is_paused;
            if !self.playout.is_sounding() {
                self.gate.jump(!closes);
                self.gain.set(ordered.volume);
            }
            if closes && self.gate.is_closed() {
                if is_cut {
                    self.cut(ordered.cut, time.now_s);
                    if self.mark() >= ordered.cut {
                        continue;
                    } // else never: what is cut was written before
                }
                rest.fill(0);
                return;
            }
            let mut count = rest.len() / self.channels;
            if closes {
                count = count.min(self.gate.until_closed());
            }
            let limit = if is_cut { ordered.cut } else { u64::MAX };
            self.ring.tell(&mut self.playout, limit);
            let before = self.played();
            let run = &mut rest[..count * self.channels];
            let count = self.playout.pull_run(&mut self.ring, run, time.now_s);
            let (run, behind) = rest.split_at_mut(count * self.channels);
            self.gate.over(run, self.channels, !closes);
            self.gain.over(run, self.channels, ordered.volume);
            self.note(Run {
                at_ns: time.at_ns,
                frames: count as u64,
                before,
                played: self.played() - before,
            });
            let took_ns = nanoseconds(count, self.rate);
            time.at_ns += took_ns;
            time.now_s += seconds(took_ns);
            rest = behind;
        }
    }

    /// Drop all before a mark.
    fn cut(&mut self, mark: u64, now_s: f64) {
        let before = self.mark();
        self.playout.interrupt(now_s);
        self.playout.leave_tail();
        self.ring.pass(mark);
        self.dropped += self.mark() - before;
        self.gate.jump(true);
    }

    /// Note a run, together with the one before if it goes on like that.
    fn note(&mut self, run: Run) {
        let last = &mut self.run;
        let is_like_it = run.played == run.frames && last.played == last.frames;
        if last.frames > 0 && is_like_it {
            last.frames += run.frames;
            last.played += run.played;
        } else {
            self.end_run();
            self.run = run;
        }
    }

    fn end_run(&mut self) {
        if self.run.played > 0 {
            self.reports.history.note(self.run);
        }
        self.run = Run::default();
    }
}

#[allow(clippy::cast_precision_loss)] // some hundred days of ns are exact
fn seconds(at_ns: u64) -> f64 {
    at_ns as f64 / 1e9
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few hundred
fn frames(seconds: f64, rate: u32) -> usize {
    (seconds * f64::from(rate)) as usize
}

fn nanoseconds(frames: usize, rate: u32) -> u64 {
    frames as u64 * 1_000_000_000 / u64::from(rate)
}

/// Frames of `channels` as frames of the device's: one channel is heard on both, two are heard in one.
fn spread(from: &[i16], channels: usize, to: &mut [i16], device_channels: usize) {
    match (channels, device_channels) {
        (1, 2) => {
            for (frame, &sample) in to.as_chunks_mut::<2>().0.iter_mut().zip(from) {
                *frame = [sample; 2];
            }
        }
        (2, 1) => {
            for (sample, &[left, right]) in to.iter_mut().zip(from.as_chunks::<2>().0) {
                *sample = left.midpoint(right);
            }
        }
        _ => to.copy_from_slice(from),
    }
}

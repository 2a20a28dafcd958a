//! The side that the device's thread calls, a block at a time.

use std::sync::Arc;

use super::fade::Fade;
use super::gain::Gain;
use super::history::Block;
use super::orders::{Ordered, Orders};
use super::pull::{Pull, Pulled};
use super::reports::{Reports, Told};

/// A device says to a frame or two when it plays.
const SURE_NS: u64 = 100_000;
/// Samples that are worked on at once.
const PIECE_SAMPLES: usize = 1024;

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
pub struct Player<P> {
    pull: P,
    rate: u32,
    /// Samples of a frame of the device, 1 or 2.
    device_channels: usize,
    orders: Arc<Orders>,
    reports: Arc<Reports>,
    gate: Fade,
    gain: Gain,
    played: u64,
    last: Last,
}

impl<P: Pull> Player<P> {
    /// Plays what `pull` gives at `rate` Hz on a device of 1 or 2 channels.
    #[must_use]
    pub fn new(
        pull: P,
        rate: u32,
        device_channels: u16,
        orders: Arc<Orders>,
        reports: Arc<Reports>,
    ) -> Self {
        Self {
            pull,
            rate,
            device_channels: usize::from(device_channels.clamp(1, 2)),
            orders,
            reports,
            gate: Fade::new(rate),
            gain: Gain::new(rate),
            played: 0,
            last: Last::default(),
        }
    }

    /// Write a block for the device.
    pub fn fill(&mut self, out: &mut [i16], asked: Asked) {
        let at_ns = asked.at_ns;
        let ordered = self.orders.now();
        if self.played == 0 {
            self.gain.set(ordered.volume);
        }
        let block_frames = out.len() / self.device_channels;
        let played = self.played;
        let mut piece = [0; PIECE_SAMPLES];
        let mut done = 0;
        let channels = self.pull.channels();
        let most = PIECE_SAMPLES / channels;
        for to in out.chunks_mut(most * self.device_channels) {
            let count = to.len() / self.device_channels;
            let begins_at = seconds(at_ns, done, self.rate);
            let piece = &mut piece[..count * channels];
            self.render(piece, ordered, begins_at);
            spread(piece, channels, to, self.device_channels);
            done += count;
        }
        let lost = if asked.is_late { self.lost(asked) } else { 0 };
        let sound = self.played - played;
        self.last = Last {
            at_ns,
            until_ns: at_ns + nanoseconds(block_frames, self.rate),
            given_ns: 0,
            sound,
        };
        self.reports.tell(Told {
            block: Block {
                at_ns,
                played,
                frames: sound,
            },
            block_frames: block_frames as u64,
            taken: self.pull.taken(),
            underruns: self.pull.underruns(),
            is_late: asked.is_late,
            lost,
        });
    }

    /// The block that was filled last is handed over at `now_ns`.
    pub fn given(&mut self, now_ns: u64) {
        self.last.given_ns = now_ns;
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
    fn render(&mut self, piece: &mut [i16], ordered: Ordered, begins_at: f64) {
        let channels = self.pull.channels();
        let mut rest = piece;
        while !rest.is_empty() {
            let is_cut = self.pull.taken() < ordered.cut;
            let closes = is_cut || ordered.is_paused;
            if !self.pull.is_playing() {
                self.gate.jump(!closes);
            }
            if closes && self.gate.is_closed() {
                if is_cut {
                    self.pull.cut(ordered.cut);
                    self.gate.jump(true);
                    if self.pull.taken() < ordered.cut {
                        rest.fill(0); // never: what was ordered to be cut had been written before
                        return;
                    }
                    continue;
                }
                rest.fill(0);
                return;
            }
            let wanted = rest.len() / channels;
            let count = if closes {
                self.gate.until_closed().min(wanted)
            } else {
                wanted
            };
            let (run, behind) = rest.split_at_mut(count * channels);
            let pulled = Pulled {
                limit: if is_cut { ordered.cut } else { u64::MAX },
                ended: ordered.ended,
                begins_at,
            };
            let frames = self.pull.pull(run, pulled);
            self.played += frames as u64;
            let sound = &mut run[..frames * channels];
            match (closes, frames) {
                (true, 0) => self.gate.jump(false),
                (true, _) => self.gate.close_over(sound, channels),
                (false, 0) => self.gate.jump(true),
                (false, _) => self.gate.open_over(sound, channels),
            }
            if frames == 0 {
                self.gain.set(ordered.volume);
            } else {
                self.gain.over(sound, channels, ordered.volume);
            }
            rest = behind;
        }
    }
}

#[allow(clippy::cast_precision_loss)] // some hundred days of ns are exact
fn seconds(at_ns: u64, frames: usize, rate: u32) -> f64 {
    at_ns as f64 / 1e9 + frames as f64 / f64::from(rate)
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

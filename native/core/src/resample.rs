//! Audio of one rate -> audio of another, where one of them is 2, 3 or 3/2 times the other.
//!
//! 1. The samples are thought of as `up` times as many, with zeros between those that came; a low
//!    pass turns these into sound, of which every `down`th sample is given out. Only what is given
//!    out is computed, and only from what is not zero (a polyphase filter: Crochiere and Rabiner,
//!    "Multirate Digital Signal Processing", 1983, chapter 3). So `up` frames come of each `down`,
//!    which is a cycle; whole cycles are given out.
//! 2. The low pass is a sinc in Kaiser's window (Oppenheim and Schafer, "Discrete-Time Signal
//!    Processing", section 7.5.3), symmetrical about the moment it is computed for. So nothing is
//!    shifted: sample m is the sound at m / rate, as it was before. Half of the window lies in the
//!    future, which is the whole of the delay; before the beginning and after the end is silence.
//! 3. A sample is one sum in one order, of products that are rounded, never fused, so that it
//!    depends neither on how the audio was cut nor on the processor.
//! 4. N frames become N x `up` / `down`, to the nearest whole number, a half to the greater.
//! 5. After construction nothing is allocated but what the output asks for.

use std::f64::consts::PI;

use crate::format::Format;
use crate::sample::s16;

/// All that does not fit, images and aliases, is 90 dB down and more where the window has closed.
const KAISER_BETA: f64 = 9.2;

/// `up`, `down`, and half the length of the low pass at `up` times the rate. From and to 24,000 Hz
/// these are 1 ms for 48,000 Hz, 1.5 ms for 16,000 Hz and 2 ms for 8,000 Hz.
const RATIOS: [(usize, usize, usize); 6] = [
    (2, 1, 48),
    (1, 2, 48),
    (2, 3, 72),
    (3, 2, 72),
    (1, 3, 48),
    (3, 1, 48),
];

/// Cycles that are computed side by side.
const LANES: usize = 32;

/// Frames that are taken at once: enough to make the moving of the windows cheap, and little enough
/// for them to stay in the first cache.
const PIECE_FRAMES: usize = 512;

/// A sample of the first cycle's surroundings, and what it is worth.
#[derive(Clone, Copy, Debug)]
struct Tap {
    worth: f32,
    row: usize,
    column: usize,
}

/// The incremental resampler of one run of audio.
#[derive(Clone, Debug)]
pub struct Resampler {
    /// What each frame of a cycle is made of.
    cycle: Vec<Vec<Tap>>,
    /// Of each channel: what cycles to come may need, in `down` rows that are read downwards first,
    /// so that what cycles need of the same tap stands side by side.
    windows: Vec<Vec<Vec<f32>>>,
    /// How many frames of silence stand before the first one that comes.
    past: usize,
    /// How many frames a cycle is made of.
    needed: usize,
    /// How many frames the windows hold.
    filled: usize,
    taken_frames: u64,
    given_frames: u64,
}

impl Resampler {
    /// A resampler at the start of a run, if there is one from `format` to `rate` in Hz.
    #[must_use]
    pub fn new(format: Format, rate: u32) -> Option<Self> {
        let (from, to) = (u64::from(format.rate()), u64::from(rate));
        let is_right =
            |&(up, down, _): &(usize, usize, usize)| from * up as u64 == to * down as u64;
        let (up, down, half) = RATIOS.into_iter().find(is_right)?;
        let past = half / up;
        let cycle = cycle(up, down, half, past);
        let frames = cycle
            .iter()
            .flatten()
            .map(|tap| tap.column * down + tap.row);
        let needed = 1 + frames.max()?;
        let row = vec![0.0; (needed + PIECE_FRAMES).div_ceil(down) + LANES];
        let mut resampler = Self {
            cycle,
            windows: vec![vec![row; down]; usize::from(format.channels())],
            past,
            needed,
            filled: 0,
            taken_frames: 0,
            given_frames: 0,
        };
        resampler.begin();
        Some(resampler)
    }

    /// How many frames have to come after the first one of a cycle until the cycle is given out.
    #[must_use]
    pub fn delay_frames(&self) -> usize {
        self.needed - self.past - 1
    }

    /// Take frames, interleaved, and add to `out` the ones that they complete.
    ///
    /// A part of a frame at the end is left out.
    pub fn feed(&mut self, samples: &[i16], out: &mut Vec<i16>) {
        let channels = self.windows.len();
        let frames = samples.len() / channels;
        self.taken_frames += frames as u64;
        for piece in samples[..frames * channels].chunks(PIECE_FRAMES * channels) {
            self.take(piece, out);
        }
    }

    /// The run has ended: add to `out` the frames that are left, and begin anew.
    pub fn finish(&mut self, out: &mut Vec<i16>) {
        let channels = self.windows.len();
        let (up, down) = (self.cycle.len() as u64, self.windows[0].len() as u64);
        let all = (2 * self.taken_frames * up + down) / (2 * down);
        while self.given_frames < all {
            self.take(&[0; 2][..channels], out);
        }
        while self.given_frames > all {
            out.truncate(out.len() - channels); // the rest of the last cycle
            self.given_frames -= 1;
        }
        self.begin();
    }

    fn begin(&mut self) {
        for row in self.windows.iter_mut().flatten() {
            row.fill(0.0);
        }
        self.filled = self.past;
        self.taken_frames = 0;
        self.given_frames = 0;
    }

    /// Take no more than `PIECE_FRAMES` frames.
    fn take(&mut self, piece: &[i16], out: &mut Vec<i16>) {
        let (up, channels) = (self.cycle.len(), self.windows.len());
        for (channel, window) in self.windows.iter_mut().enumerate() {
            let down = window.len();
            for (n, row) in window.iter_mut().enumerate() {
                let first = (n + down - self.filled % down) % down;
                let column = (self.filled + first) / down;
                let samples = piece.iter().skip(first * channels + channel);
                for (kept, &sample) in row[column..]
                    .iter_mut()
                    .zip(samples.step_by(down * channels))
                {
                    *kept = f32::from(sample);
                }
            }
        }
        self.filled += piece.len() / channels;
        let down = self.windows[0].len();
        let cycles = (self.filled + down).saturating_sub(self.needed) / down;
        let before = out.len();
        out.resize(before + cycles * up * channels, 0);
        for first in (0..cycles).step_by(LANES) {
            for (channel, window) in self.windows.iter().enumerate() {
                for (n, taps) in self.cycle.iter().enumerate() {
                    let sums = sums_of_products(taps, window, first);
                    let frames = out[before + first * up * channels..].iter_mut();
                    let frames = frames.skip(n * channels + channel).step_by(up * channels);
                    for (sample, sum) in frames.zip(sums) {
                        *sample = s16(sum);
                    }
                }
            }
        }
        self.given_frames += (cycles * up) as u64;
        for row in self.windows.iter_mut().flatten() {
            row.copy_within(cycles.., 0);
        }
        self.filled -= cycles * down;
    }
}

/// One frame of `LANES` cycles.
fn sums_of_products(taps: &[Tap], window: &[Vec<f32>], first: usize) -> [f32; LANES] {
    let mut sums = [0.0; LANES];
    for tap in taps {
        let samples = &window[tap.row][first + tap.column..][..LANES];
        for (sum, sample) in sums.iter_mut().zip(samples) {
            *sum += tap.worth * sample;
        }
    }
    sums
}

/// The low pass, as each frame of a cycle sees it.
///
/// Each sum is 1, so that silence and any other constant stay what they are. The result is scaled
/// from whole numbers to floats, of which -1 to 1 is full scale.
fn cycle(up: usize, down: usize, half: usize, past: usize) -> Vec<Vec<Tap>> {
    let mut cycle = Vec::with_capacity(up);
    for n in 0..up {
        let moment = past * up + n * down;
        let frames = moment.saturating_sub(half) / up..=(moment + half) / up;
        let taps: Vec<(usize, f64)> = frames
            .map(|frame| {
                (
                    frame,
                    low_pass(moment.abs_diff(frame * up), up.max(down), half),
                )
            })
            .filter(|&(_, worth)| worth != 0.0)
            .collect();
        let sum: f64 = taps.iter().map(|(_, worth)| worth).sum();
        #[allow(clippy::cast_possible_truncation)] // to the nearest is what is wanted
        let tap = |(frame, worth): (usize, f64)| Tap {
            worth: (worth / sum / 32_768.0) as f32,
            row: frame % down,
            column: frame / down,
        };
        cycle.push(taps.into_iter().map(tap).collect());
    }
    cycle
}

/// The low pass at a distance from its middle, for the slower one of two rates, of whose samples
/// each is as long as `slower` steps of that distance.
fn low_pass(distance: usize, slower: usize, half: usize) -> f64 {
    if distance == 0 {
        return 1.0;
    }
    if distance >= half || distance.is_multiple_of(slower) {
        return 0.0; // exactly, where rounding would leave a trace of a sine's zero
    }
    #[allow(clippy::cast_precision_loss)] // they are small
    let (along, angle) = (
        distance as f64 / half as f64,
        PI * distance as f64 / slower as f64,
    );
    angle.sin() / angle * bessel_i0(KAISER_BETA * (1.0 - along * along).sqrt())
        / bessel_i0(KAISER_BETA)
}

/// The modified Bessel function of the first kind and order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0, 1.0, 1.0);
    while term > sum * f64::EPSILON {
        term *= (x / 2.0 / n) * (x / 2.0 / n);
        sum += term;
        n += 1.0;
    }
    sum
}

//! The side that plays: what is heard next, a hop at a time.
//!
//! * A hop is 5 ms. Decisions fall between two, so that they depend on the time at which it
//!   is played and not on how many frames are asked for at once.
//! * Frames are played once each, in order, as they are, from a reply's first to its last.
//!   Exceptions: the gain of the fades where it stalls, or begins within; a joint of
//!   [`super::stretching`]; silence that leads the reply, or was put in before it came, is passed
//!   over.
//! * A reply is followed by the next one without a gap.
//! * Counts are of frames; slices hold the samples of all channels of each.
//! * Nothing here allocates, locks, or waits, after it was made.

use super::arrivals::Arrivals;
use super::ledger::{Counts, Event, Happening, Ledger};
use super::numbers::Numbers;
use super::pause::Pause;
use super::source::Source;
use super::stretching::{self, Stretching, join};
use super::time::{Clock, frames, seconds};
use super::turns::Turns;
use super::window::Window;
use super::worth::{HOLD, MOST_REFILL_S, REFILL_S, RESUME, START, enough, slower, worth};
use crate::fade::Fade;

/// Seconds of a hop: shorter than any phone, long enough to tell its level.
const HOP_S: f64 = 0.005;
/// Hops that are seen ahead: a pause and the fades around it.
const AHEAD_HOPS: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing of the reply was heard yet.
    Waiting,
    Sounding,
    /// A pause is made longer.
    Holding,
    Stalled,
}

/// The side that plays.
#[derive(Clone, Debug)]
pub struct Playout {
    numbers: Numbers,
    rate: u32,
    channels: usize,
    hop: usize,
    /// By which it is told what comes, and what is played: one thread may tell of the one what is past for the other.
    comes: Clock,
    plays: Clock,
    turns: Turns,
    arrivals: Arrivals,
    window: Window,
    stretching: Stretching,
    fade: Fade,
    phase: Phase,
    pause: Pause,
    ledger: Ledger,
    /// When the listener began to wait for the reply.
    waits_since: Option<f64>,
    started_at: Option<f64>,
    /// Stalls of the reply.
    stalls: i32,
    /// Frame of the reply at the cursor of the window, and the furthest one yet.
    position: usize,
    furthest: usize,
    /// The hop that is played, how long it is, and how much of it was played: a reply that ends in it ends it.
    block: Vec<i16>,
    block_len: usize,
    block_at: usize,
    /// By how much it is further than what was heard before it, and whether it is of the reply.
    block_frames: usize,
    block_sounds: bool,
    /// Whether the reply was played to its end.
    is_drained: bool,
    /// Whether there is so much that no more is taken in.
    is_full: bool,
    /// What fades out after an interruption.
    tail: Vec<i16>,
    tail_at: usize,
}

impl Playout {
    /// For audio of `rate` Hz and so many channels; open for the first reply.
    #[must_use]
    pub fn new(rate: u32, channels: u16, numbers: Numbers) -> Self {
        let numbers = numbers.within();
        let channels = usize::from(channels.max(1));
        let hop = frames(HOP_S, rate).max(1);
        let fade = Fade::new((frames(numbers.fade_s, rate) / hop).max(1) * hop);
        Self {
            numbers,
            rate,
            channels,
            hop,
            comes: Clock::default(),
            plays: Clock::default(),
            turns: Turns::new(),
            arrivals: Arrivals::new(numbers),
            window: Window::new(hop, channels, stretching::BEHIND_HOPS, AHEAD_HOPS),
            stretching: Stretching::new(hop, channels, rate),
            fade,
            phase: Phase::Waiting,
            pause: Pause::default(),
            ledger: Ledger::new(),
            waits_since: None,
            started_at: None,
            stalls: 0,
            position: 0,
            furthest: 0,
            block: vec![0; hop * channels],
            block_len: hop,
            block_at: hop,
            block_frames: 0,
            block_sounds: false,
            is_drained: false,
            is_full: false,
            tail: Vec::with_capacity(fade.frames() * channels),
            tail_at: 0,
        }
    }

    /// A reply begins, behind those that are there; false if too many wait.
    pub fn begin(&mut self, now: f64) -> bool {
        self.end(now);
        let is_open = self.turns.open();
        if !self.turns.has_next() {
            self.turn_over();
        }
        is_open
    }

    /// Whether a reply is coming in.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.turns.last().is_some()
    }

    /// So many frames of it have come into the source; false if no reply is open for them.
    pub fn arrive(&mut self, frames: usize, now: f64) -> bool {
        let now = self.comes.told(now);
        let Some(turn) = self.turns.last_mut() else {
            return false;
        };
        if frames > 0 {
            turn.has_begun = true;
            turn.waiting += frames;
            self.arrivals.arrive(seconds(frames, self.rate), now);
        }
        true
    }

    /// It has ended: no more of it comes.
    pub fn end(&mut self, now: f64) {
        self.comes.told(now);
        if let Some(turn) = self.turns.last_mut() {
            turn.has_ended = true;
            self.arrivals.end();
        }
    }

    /// There is so much that no more is taken in, or no longer: what does not come is not late.
    pub fn set_full(&mut self, is_full: bool) {
        self.is_full = is_full;
    }

    /// For so many seconds, whatever came waited to be taken in.
    pub fn held_back(&mut self, seconds: f64) {
        self.arrivals.hold(seconds);
    }

    /// The next frames for the device, which plays the first of them at `now`.
    pub fn pull(&mut self, source: &mut impl Source, out: &mut [i16], now: f64) {
        let now = self.told(now);
        let mut done = 0;
        while done + self.channels <= out.len() {
            let at = now + seconds(done / self.channels, self.rate);
            done += self.pull_run(source, &mut out[done..], at) * self.channels;
        }
    }

    /// Something is played at `now`: that time, which never goes back.
    pub fn told(&mut self, now: f64) -> f64 {
        self.plays.told(now)
    }

    /// As [`Self::pull`], at most to the end of a hop: all of them are of one kind. Returns how many.
    pub fn pull_run(&mut self, source: &mut impl Source, out: &mut [i16], now: f64) -> usize {
        let tail = &self.tail[self.tail_at..];
        if !tail.is_empty() {
            let count = tail.len().min(out.len());
            out[..count].copy_from_slice(&tail[..count]);
            self.tail_at += count;
            return count / self.channels;
        }
        if self.block_at == self.block_len {
            self.step(source, now);
            self.block_at = 0;
        }
        let count = (self.block_len - self.block_at).min(out.len() / self.channels);
        let (begin, end) = (self.block_at, self.block_at + count);
        out[..count * self.channels]
            .copy_from_slice(&self.block[begin * self.channels..end * self.channels]);
        self.block_at = end;
        count
    }

    /// Whether what is played next may be within sound, so that silence in its place would click.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        (self.block_at < self.block_len && self.block_sounds) || !self.fade.is_closed()
    }

    /// Fade out, and forget all replies: what waits in the source is for the caller to drop. Returns seconds
    /// of the one under way that were heard.
    pub fn interrupt(&mut self, now: f64) -> f64 {
        self.told(now);
        let heard_s = self.heard_s();
        self.arrivals.cut();
        self.fade_out();
        self.ledger.counts.dropped += self.backlog();
        self.turns.clear();
        self.turn_over();
        heard_s
    }

    /// What fades out after an interruption is not played.
    pub fn leave_tail(&mut self) {
        self.tail_at = self.tail.len();
    }

    /// Audio has come that is of no reply any more.
    pub fn drop_late(&mut self, frames: usize) {
        self.ledger.counts.dropped += frames;
    }

    /// Frames that have come and were not played, of all replies.
    #[must_use]
    pub fn backlog(&self) -> usize {
        self.turns.waiting() + self.window.frames_ahead()
    }

    /// Frames that were taken from the source and not played.
    #[must_use]
    pub fn taken_ahead(&self) -> usize {
        self.window.frames_ahead() - (self.furthest - self.position) + self.unheard()
    }

    /// Frames of the hop that are not played.
    fn unheard(&self) -> usize {
        self.block_frames.saturating_sub(self.block_at)
    }

    /// Seconds of the reply whose turn it is that have come and were not played.
    #[must_use]
    pub fn level_s(&self) -> f64 {
        seconds(self.left(), self.rate)
    }

    /// Seconds of it that were heard; what fades out at an interruption is not counted.
    #[must_use]
    pub fn heard_s(&self) -> f64 {
        if self.started_at.is_none() {
            return 0.0;
        }
        seconds(self.furthest - self.unheard(), self.rate)
    }

    /// When its sound began.
    #[must_use]
    pub fn started_at(&self) -> Option<f64> {
        self.started_at
    }

    /// Counts over all replies.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.ledger.counts
    }

    /// The oldest event that was not read.
    pub fn next_event(&mut self) -> Option<Event> {
        self.ledger.next_event()
    }

    /// Seconds that would be enough to start, as of the last time that was told; 0 where no more comes.
    #[must_use]
    pub fn target_s(&self) -> f64 {
        if self.turns.first().is_none_or(|turn| turn.has_ended) {
            return 0.0;
        }
        let delay_s = self
            .arrivals
            .delay_s(self.comes.latest().max(self.plays.latest()));
        enough(&self.numbers, delay_s, START)
    }

    /// Frames of the first reply that are not played.
    fn left(&self) -> usize {
        let waiting = self.turns.first().map_or(0, |turn| turn.waiting);
        waiting + self.window.frames_ahead()
    }

    fn has_ended(&self) -> bool {
        self.turns.first().is_some_and(|turn| turn.has_ended)
    }

    /// Whether what is left is no more than it takes to fade out, and more is to come.
    fn is_dry(&self) -> bool {
        !self.has_ended() && self.left() < self.hop + self.fade.frames()
    }

    /// What a second more would be worth.
    fn worth(&self, now: f64) -> f64 {
        if self.has_ended() || self.is_full {
            return 0.0;
        }
        worth(&self.numbers, self.level_s(), self.arrivals.delay_s(now))
    }

    /// Render the hop that is played at `now`.
    fn step(&mut self, source: &mut impl Source, now: f64) {
        self.block.fill(0);
        self.block_len = self.hop;
        self.block_frames = 0;
        self.block_sounds = false;
        self.fill(source);
        if self.has_ended() && self.left() == 0 {
            self.drain(now);
            self.fill(source);
        }
        let Some(turn) = self.turns.first().copied() else {
            return;
        };
        if self.is_drained || !turn.has_begun {
            return;
        }
        if self.phase == Phase::Waiting {
            self.pass_over_lead(source);
            self.waits_since.get_or_insert(now);
        }
        let phase = self.next_phase(now);
        self.enter(phase, now, turn.reply);
        self.render(now);
    }

    fn fill(&mut self, source: &mut impl Source) {
        if let Some(turn) = self.turns.first_mut() {
            turn.waiting -= self.window.fill(source, turn.waiting);
        }
    }

    /// The first reply was played to its end: the next one's turn, if there is one.
    fn drain(&mut self, now: f64) {
        let Some(turn) = self.turns.first().copied() else {
            return;
        };
        if !self.is_drained {
            if self.phase == Phase::Stalled {
                self.ledger.stall_was_the_end();
            }
            self.is_drained = true;
            self.ledger.note(Happening::Drained, now, turn.reply);
        }
        if self.turns.has_next() {
            self.turns.pass();
            self.turn_over();
        }
    }

    /// Nothing of the reply whose turn it is was played yet.
    fn turn_over(&mut self) {
        self.window.clear();
        self.stretching.forget();
        self.fade = Fade::new(self.fade.frames());
        self.phase = Phase::Waiting;
        self.pause = Pause::default();
        self.is_drained = false;
        self.waits_since = None;
        self.started_at = None;
        self.stalls = 0;
        self.position = 0;
        self.furthest = 0;
        self.block_frames = 0;
    }

    /// Silence that leads the reply is not waited for; some is left for the fade.
    fn pass_over_lead(&mut self, source: &mut impl Source) {
        let kept = self.fade.frames() / self.hop;
        while self.numbers.skips_lead && self.window.hush_hops() > kept {
            let frames = (self.window.hush_hops() - kept) * self.hop;
            self.skip(frames);
            self.fill(source);
        }
    }

    fn skip(&mut self, frames: usize) {
        self.ledger.counts.skipped += frames;
        self.advance(frames.cast_signed());
    }

    fn advance(&mut self, frames: isize) {
        self.window.advance(frames);
        self.position = self.position.saturating_add_signed(frames);
        self.furthest = self.furthest.max(self.position);
    }

    /// What the policy wants from here on.
    fn next_phase(&self, now: f64) -> Phase {
        let (is_dry, worth) = (self.is_dry(), self.worth(now));
        let (quiet, is_onset_known) = self.window.quiet_hops();
        let is_pause = self.pause.is(quiet, self.hop);
        let added = self.pause.added();
        let allowed = self.allowed();
        match self.phase {
            Phase::Waiting => {
                let waited = self.waits_since.map_or(0.0, |since| now - since);
                let is_enough = worth <= START || waited >= self.numbers.most_wait_s;
                if is_enough && !is_dry {
                    return Phase::Sounding;
                }
            }
            Phase::Sounding if is_dry => {
                let may_hold = is_pause && allowed > 0;
                return if may_hold {
                    Phase::Holding
                } else {
                    Phase::Stalled
                };
            }
            Phase::Sounding => {
                // as late as it can, when most is known
                let is_last = is_onset_known && quiet * self.hop <= self.fade.frames() + self.hop;
                if is_pause && is_last && worth > HOLD && added + 2 * self.hop < allowed {
                    return Phase::Holding;
                }
            }
            Phase::Holding if !is_dry && (worth <= HOLD || added >= allowed) => {
                return Phase::Sounding;
            }
            Phase::Holding if is_dry && added >= allowed => return Phase::Stalled,
            Phase::Stalled if !is_dry && self.is_worth_resuming(worth) => {
                return Phase::Sounding;
            }
            Phase::Holding | Phase::Stalled => {}
        }
        self.phase
    }

    /// Frames by which the pause may be longer than by nature.
    fn allowed(&self) -> usize {
        let (quiet, _) = self.window.quiet_hops();
        let least = frames(self.numbers.hold_s, self.rate);
        self.pause.allowed(quiet, self.hop, least)
    }

    /// Whether there is enough to go on after a stall.
    fn is_worth_resuming(&self, worth: f64) -> bool {
        let refill_s = (REFILL_S * 2_f64.powi(self.stalls - 1)).min(MOST_REFILL_S);
        let has_waited_s = seconds(self.pause.added(), self.rate);
        self.has_ended()
            || has_waited_s >= self.numbers.most_wait_s
            || (worth <= RESUME && self.level_s() >= refill_s)
    }

    fn enter(&mut self, phase: Phase, now: f64, reply: u64) {
        match (self.phase, phase) {
            (Phase::Waiting, Phase::Sounding) => {
                self.fade.jump(self.position == 0);
                self.started_at = Some(now);
                self.ledger.note(Happening::Started, now, reply);
            }
            (Phase::Stalled, Phase::Sounding) => {
                self.ledger.note(Happening::Resumed, now, reply);
            }
            (Phase::Sounding | Phase::Holding, Phase::Stalled) => {
                self.stalls = self.stalls.saturating_add(1);
                self.ledger.stall_begins();
                self.ledger.note(Happening::Stalled, now, reply);
            }
            _ => {}
        }
        self.phase = phase;
        if phase == Phase::Sounding && self.fade.is_closed() {
            self.make_up(now);
        }
    }

    /// Silence that was put in before it came is not played once more, where that saves more
    /// than it is worth.
    fn make_up(&mut self, now: f64) {
        let kept = self.fade.frames() / self.hop + 1;
        while self.numbers.hold_s > 0.0
            && self.pause.added() >= self.hop
            && self.window.quiet_hops().0 > kept
            && (self.pause.added() > self.allowed() || self.worth(now) < HOLD)
        {
            self.skip(self.hop);
            self.pause.pass(self.hop);
            self.pause.make_up(self.hop);
        }
    }

    fn render(&mut self, now: f64) {
        let before = self.furthest;
        let sounds = self.phase == Phase::Sounding;
        if !sounds && self.fade.is_closed() {
            self.rest();
        } else if !(sounds && self.fade.is_open() && self.went_back(now)) {
            self.play(sounds);
        }
        self.block_frames = self.furthest - before;
    }

    /// A hop of silence that is not the reply's.
    fn rest(&mut self) {
        match self.phase {
            Phase::Holding => self.ledger.counts.held += self.hop,
            Phase::Stalled => self.ledger.stall_lasts(self.hop),
            Phase::Waiting | Phase::Sounding => return,
        }
        self.pause.add(self.hop);
    }

    /// A hop with a joint in it, where slower speech is due one.
    fn went_back(&mut self, now: f64) -> bool {
        let slower = slower(self.worth(now)).min(1.0 - self.numbers.least_speed);
        if slower <= 0.0 || self.window.quiet_hops().0 > 0 {
            return false;
        }
        self.stretching.owe(slower);
        let Some(back) = self
            .stretching
            .back(self.window.behind(), self.window.ahead())
        else {
            return false;
        };
        let (old, new) = (self.window.ahead(), self.window.from(back));
        join(old, new, &mut self.block, self.channels);
        self.block_sounds = true;
        self.ledger.counts.stretched += back;
        self.advance(self.hop.cast_signed() - back.cast_signed());
        self.pause = Pause::default();
        true
    }

    /// A hop of the reply as it is, but for the fades.
    fn play(&mut self, opens: bool) {
        let is_quiet = self.window.quiet_hops().0 > 0;
        // what runs dry closes with its last frame
        let kept_open = match (opens, self.is_dry()) {
            (true, _) => self.left(),
            (false, true) => self.left().saturating_sub(self.fade.frames()),
            (false, false) => 0,
        };
        let count = self.window.frames_ahead().min(self.hop);
        let played = self.block.chunks_exact_mut(self.channels);
        let ahead = self.window.ahead().chunks_exact(self.channels);
        for (index, (out, frame)) in played.zip(ahead).enumerate() {
            self.fade.step(index < kept_open);
            for (out, &sample) in out.iter_mut().zip(frame) {
                *out = self.fade.apply(sample);
            }
        }
        self.block_sounds = true;
        if self.has_ended() && count > 0 && count == self.left() {
            self.block_len = count; // the next reply follows at once
            self.fade.jump(false);
        }
        self.advance(count.cast_signed());
        if is_quiet {
            self.pause.pass(count);
        } else {
            self.pause = Pause::default();
        }
    }

    /// What is left of the hop and what comes after it, for as long as a fade takes, as the tail.
    fn fade_out(&mut self) {
        if self.tail_at < self.tail.len() {
            return; // it fades out already
        }
        let steps = self.fade.frames();
        let mut fade = Fade::new(steps);
        self.tail.clear();
        self.tail_at = 0;
        let rest = self.block_at * self.channels..self.block_len * self.channels;
        let rendered = self.block[rest].iter().copied();
        let ahead = self.window.ahead().iter();
        let coming = ahead.map(|&sample| self.fade.apply(sample));
        for (index, sample) in rendered
            .chain(coming)
            .take(steps * self.channels)
            .enumerate()
        {
            fade.open_to(steps - 1 - index / self.channels);
            self.tail.push(fade.apply(sample));
        }
        self.block_at = self.block_len;
        self.block_sounds = false;
    }
}

//! How audio comes, and what delay is to be expected from here on.
//!
//! * Speech over TCP is neither lost nor put out of order: what varies is when it comes. All is
//!   read from the times at which pieces came and from how long they are.
//! * The scale of the delay to expect adds up what is known: what a reply's beginning may still
//!   hide, the longest gap seen lately, the drawdown of the buffer, and a pace slower than speech.
//! * A reply's own beginning tells most. Replies that came in time let the next one expect less.
//! * The numbers below were fitted on half of some modelled replies, and judged on others.

use super::numbers::Numbers;

/// Pieces that come within this time of each other, in seconds, came at once.
const AT_ONCE_S: f64 = 0.001;
/// The scale is at least this, in seconds, since no network keeps time better.
const LEAST_DELAY_S: f64 = 0.005;

/// Seconds of a piece with which the delay to expect is reckoned; with longer ones it is more, up to
/// three times, and so much of it goes with them.
const USUAL_PIECE_S: f64 = 0.2;
const MOST_PIECES: f64 = 3.0;
const BY_PIECE: f64 = 0.6;
/// Seconds of generation for each of speech where nothing is known, and for how many seconds of audio that
/// counts: in the whole reply, and in what came lately.
const USUAL_PACE: f64 = 0.7;
const DOUBT_S: f64 = 0.05;
const RECENT_DOUBT_S: f64 = 0.3;
/// Seconds after which a piece counts a third in the pace of late.
const PACE_MEMORY_S: f64 = 1.5;
/// How much more delay a slower pace lets expect, as a power, and up to which pace.
const BY_PACE: f64 = 0.34;
const MOST_PACE: f64 = 1.6;
/// How fast what the beginning may hide becomes less, in parts a second.
const SETTLING: f64 = 0.4;

/// Shares of what was seen in the delay to expect: of the longest gap, of the drawdown, of each second
/// that generation falls behind in one of speech, and of the silence that lasts.
const OF_GAP: f64 = 0.2;
const OF_DRAWDOWN: f64 = 0.34;
const OF_LAG: f64 = 1.3;
const OF_SILENCE: f64 = 0.045;

/// A reply that takes no more waiting than this lets the next one expect a tenth less, down to 0.6; one
/// that takes 0.3 s or more takes all of that back. More than that was worth less, on servers of all kinds.
const SURE_WAIT_S: f64 = 0.12;
const LONG_WAIT_S: f64 = 0.3;
const TRUST: f64 = 0.9;
const MOST_TRUST: f64 = 0.6;

/// What was seen of a conversation.
#[derive(Clone, Debug)]
pub(super) struct Arrivals {
    numbers: Numbers,
    /// Decaying maxima.
    gap_s: f64,
    drawdown_s: f64,
    seen_at: f64,
    coming: Option<Coming>,
    /// How much of the delay to expect the replies before leave.
    doubt: f64,
}

/// The reply that is coming in.
#[derive(Clone, Copy, Debug)]
struct Coming {
    first_at: f64,
    last_at: f64,
    pieces: f64,
    seconds: f64,
    last_piece_s: f64,
    /// Seconds that the latest pieces took, and how long they are.
    took_s: f64,
    made_s: f64,
    /// How far audio was behind a listener who began with the first piece, the least and the most so far.
    least_late_s: f64,
    most_late_s: f64,
}

impl Coming {
    /// Seconds of generation for each of speech.
    fn pace(&self) -> f64 {
        let took_s = USUAL_PACE * DOUBT_S + self.last_at - self.first_at;
        took_s / (DOUBT_S + self.seconds - self.last_piece_s)
    }

    /// Seconds of generation for each of the speech that came lately, the piece that is overdue included.
    fn recent_pace(&self, now: f64) -> f64 {
        let overdue_s = (now - self.last_at - self.last_piece_s).max(0.0);
        let took_s = USUAL_PACE * RECENT_DOUBT_S + self.took_s + overdue_s;
        took_s / (RECENT_DOUBT_S + self.made_s)
    }

    /// How far a piece is behind that comes now.
    fn late_s(&self, now: f64) -> f64 {
        now - self.first_at - self.seconds
    }
}

impl Arrivals {
    pub(super) fn new(numbers: Numbers) -> Self {
        Self {
            numbers,
            gap_s: 0.0,
            drawdown_s: 0.0,
            seen_at: 0.0,
            coming: None,
            doubt: 1.0,
        }
    }

    /// A piece of so many seconds has come.
    pub(super) fn arrive(&mut self, seconds: f64, at: f64) {
        let passed_s = (at - self.seen_at).max(0.0);
        self.seen_at = at;
        self.gap_s *= (-passed_s / self.numbers.memory_s).exp();
        self.drawdown_s *= (-passed_s / self.numbers.memory_s).exp();
        let Some(coming) = &mut self.coming else {
            self.coming = Some(Coming {
                first_at: at,
                last_at: at,
                pieces: 1.0,
                seconds,
                last_piece_s: seconds,
                took_s: 0.0,
                made_s: 0.0,
                least_late_s: 0.0,
                most_late_s: 0.0,
            });
            return;
        };
        let gap_s = at - coming.last_at;
        let late_s = coming.late_s(at);
        self.gap_s = self.gap_s.max(gap_s);
        self.drawdown_s = self.drawdown_s.max(late_s - coming.least_late_s);
        coming.least_late_s = coming.least_late_s.min(late_s);
        coming.most_late_s = coming.most_late_s.max(late_s);
        coming.last_at = at;
        coming.seconds += seconds;
        if gap_s > AT_ONCE_S {
            let kept = (-gap_s / PACE_MEMORY_S).exp();
            coming.took_s = coming.took_s * kept + gap_s;
            coming.made_s = coming.made_s * kept + coming.last_piece_s;
            coming.pieces += 1.0;
            coming.last_piece_s = 0.0;
        }
        coming.last_piece_s += seconds;
    }

    /// What came waited for so many seconds to be taken in: that says nothing of how it comes.
    pub(super) fn hold(&mut self, seconds: f64) {
        self.seen_at += seconds;
        if let Some(coming) = &mut self.coming {
            coming.first_at += seconds;
            coming.last_at += seconds;
        }
    }

    /// No more of the reply comes: learn from what it took of waiting.
    pub(super) fn end(&mut self) {
        if let Some(coming) = self.coming.take() {
            if coming.most_late_s <= SURE_WAIT_S {
                self.doubt = (self.doubt * TRUST).max(MOST_TRUST);
            } else {
                self.doubt += (1.0 - self.doubt) * (coming.most_late_s / LONG_WAIT_S).min(1.0);
            }
        }
    }

    /// The scale of the delay that is to be expected at `now`, in seconds.
    pub(super) fn delay_s(&self, now: f64) -> f64 {
        let expected_s = self.numbers.expected_delay_s * self.doubt;
        let Some(coming) = &self.coming else {
            return expected_s.max(LEAST_DELAY_S);
        };
        let pieces = (coming.seconds / coming.pieces / USUAL_PIECE_S).min(MOST_PIECES);
        let start_s = expected_s * (1.0 + BY_PIECE * (pieces - 1.0));
        let pace = coming.pace();
        let slower = (BY_PACE * (pace.min(MOST_PACE) - USUAL_PACE)).exp();
        let hidden_s = start_s * slower / (1.0 + SETTLING * (coming.last_at - coming.first_at));
        let drawdown_s = (coming.late_s(now) - coming.least_late_s).max(self.drawdown_s);
        let seen_s = OF_GAP * self.gap_s
            + OF_DRAWDOWN * drawdown_s
            + OF_LAG * (1.0 - 1.0 / coming.recent_pace(now)).max(0.0)
            + OF_SILENCE * (now - coming.last_at).max(0.0);
        (hidden_s + seen_s).max(LEAST_DELAY_S)
    }
}

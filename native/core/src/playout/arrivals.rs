//! How audio comes, and what delay is to be expected from here on.
//!
//! * Speech over TCP is neither lost nor put out of order: what varies is when it comes. All is
//!   read from the times at which pieces came and from how long they are.
//! * The scale of the delay to expect adds up what is known: what a reply may still hide, the
//!   longest gap seen lately, the drawdown of the buffer, and a pace slower than speech.
//! * A piece is sent once it is made: the time before it tells how fast it was made, however it
//!   was cut or gathered on its way.
//! * What a reply may hide is what replies of its server took of waiting, as far as some were
//!   seen, and else what is usual.
//! * The numbers below were fitted on half of some modelled replies and on replies of other
//!   causes, and judged on others. Their price is flat around them.

use super::numbers::Numbers;

/// Pieces that come within this time of each other, in seconds, came at once.
const AT_ONCE_S: f64 = 0.001;
/// The scale is at least this, in seconds, since no network keeps time better.
const LEAST_DELAY_S: f64 = 0.005;

/// Seconds of a piece with which the delay to expect is reckoned; with longer ones it is more, up to
/// three times, and so much of it goes with them.
const USUAL_PIECE_S: f64 = 0.2;
const MOST_PIECES: f64 = 3.0;
const BY_PIECE: f64 = 0.7;
/// How fast what a reply may hide becomes less, in parts a second.
const SETTLING: f64 = 0.4;

/// Speech is taken to come as fast as it is played, and that counts like so many seconds of it.
const DOUBT_S: f64 = 0.2;
/// Seconds after which a piece counts a third in the pace of late.
const PACE_MEMORY_S: f64 = 1.5;

/// Shares of what was seen in the delay to expect: of the longest gap, of the drawdown, and of each
/// second that generation falls behind in one of speech.
const OF_GAP: f64 = 0.2;
const OF_DRAWDOWN: f64 = 0.2;
const OF_LAG: f64 = 1.5;

/// What is usual counts like so many replies of the server, and each of these like any other up to so
/// many; from then on, what is longer ago counts less.
const USUAL_REPLIES: f64 = 3.0;
const MOST_REPLIES: f64 = 6.0;
/// What a reply took counts up to this many seconds: longer waiting is worth less than a stall.
const MOST_NEED_S: f64 = 1.0;
/// How far one reply is taken to be from the next, as a share of what it took.
const FIRST_SPREAD: f64 = 0.5;
/// The share of what replies took, and this one has not taken yet, in the delay to expect: whoever starts
/// before it did so against all that was seen.
const OF_NEED: f64 = 3.0;

/// What was seen of a conversation.
#[derive(Clone, Debug)]
pub(super) struct Arrivals {
    numbers: Numbers,
    /// Decaying maxima.
    gap_s: f64,
    drawdown_s: f64,
    seen_at: f64,
    coming: Option<Coming>,
    taken: Taken,
}

/// What replies took of waiting, on the average, and how far they were from it.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    replies: f64,
    need_s: f64,
    spread_s: f64,
}

impl Taken {
    /// A reply could have been played without a stall by someone who waited for so long.
    fn learn(&mut self, need_s: f64) {
        let need_s = need_s.min(MOST_NEED_S);
        if self.replies == 0.0 {
            self.need_s = need_s;
            self.spread_s = FIRST_SPREAD * need_s;
        }
        self.replies = (self.replies + 1.0).min(MOST_REPLIES);
        let off_s = need_s - self.need_s;
        self.spread_s += (off_s.abs() - self.spread_s) / self.replies;
        self.need_s += off_s / self.replies;
    }
}

/// The reply that is coming in.
#[derive(Clone, Copy, Debug)]
struct Coming {
    first_at: f64,
    /// When the latest piece came, how long it is, and how many there were.
    last_at: f64,
    last_piece_s: f64,
    pieces: f64,
    seconds: f64,
    /// Seconds that the latest pieces took, and how long they are.
    took_s: f64,
    made_s: f64,
    /// How far audio was behind a listener who began with the first piece, the least and the most so far.
    least_late_s: f64,
    most_late_s: f64,
}

impl Coming {
    fn new(seconds: f64, at: f64) -> Self {
        Self {
            first_at: at,
            last_at: at,
            last_piece_s: seconds,
            pieces: 1.0,
            seconds,
            took_s: 0.0,
            made_s: 0.0,
            least_late_s: 0.0,
            most_late_s: 0.0,
        }
    }

    /// A piece has come; the first one took nobody knows how long.
    fn arrive(&mut self, seconds: f64, at: f64) {
        let gap_s = at - self.last_at;
        let is_new = gap_s > AT_ONCE_S;
        if is_new {
            let kept = (-gap_s / PACE_MEMORY_S).exp();
            self.took_s = self.took_s * kept + gap_s;
            self.made_s *= kept;
            self.last_at = at;
            self.last_piece_s = 0.0;
            self.pieces += 1.0;
        }
        if self.pieces > 1.0 {
            self.made_s += seconds;
        }
        self.last_piece_s += seconds;
        self.seconds += seconds;
    }

    /// Seconds of generation for each of the speech that came lately, the piece that is overdue included.
    fn pace(&self, now: f64) -> f64 {
        let overdue_s = (now - self.last_at - self.last_piece_s).max(0.0);
        (DOUBT_S + self.took_s + overdue_s) / (DOUBT_S + self.made_s)
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
            taken: Taken::default(),
        }
    }

    /// A piece of so many seconds has come.
    pub(super) fn arrive(&mut self, seconds: f64, at: f64) {
        let kept = (-(at - self.seen_at).max(0.0) / self.numbers.memory_s).exp();
        self.seen_at = at;
        self.gap_s *= kept;
        self.drawdown_s *= kept;
        let Some(coming) = &mut self.coming else {
            self.coming = Some(Coming::new(seconds, at));
            return;
        };
        let late_s = coming.late_s(at);
        self.gap_s = self.gap_s.max(at - coming.last_at);
        self.drawdown_s = self.drawdown_s.max(late_s - coming.least_late_s);
        coming.least_late_s = coming.least_late_s.min(late_s);
        coming.most_late_s = coming.most_late_s.max(late_s);
        coming.arrive(seconds, at);
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
            self.taken.learn(coming.most_late_s);
        }
    }

    /// The rest of the reply is not listened to: it would have taken no less.
    pub(super) fn cut(&mut self) {
        if let Some(coming) = self.coming.take()
            && coming.most_late_s > self.taken.need_s
        {
            self.taken.learn(coming.most_late_s);
        }
    }

    /// The scale of the delay that is to be expected at `now`, in seconds.
    pub(super) fn delay_s(&self, now: f64) -> f64 {
        let Some(coming) = &self.coming else {
            return self.hidden_s(1.0, 0.0).max(LEAST_DELAY_S);
        };
        let pieces = (coming.seconds / coming.pieces / USUAL_PIECE_S).min(MOST_PIECES);
        let hidden_s = self.hidden_s(pieces, now - coming.first_at)
            / (1.0 + SETTLING * (coming.last_at - coming.first_at));
        let drawdown_s = (coming.late_s(now) - coming.least_late_s).max(self.drawdown_s);
        let seen_s = OF_GAP * self.gap_s
            + OF_DRAWDOWN * drawdown_s
            + OF_LAG * (1.0 - 1.0 / coming.pace(now)).max(0.0);
        (hidden_s + seen_s).max(LEAST_DELAY_S)
    }

    /// What a reply may hide that comes in pieces so many times as long as usual and was waited for so long.
    fn hidden_s(&self, pieces: f64, waited_s: f64) -> f64 {
        let taken = &self.taken;
        let usual_s = self.numbers.expected_delay_s * (1.0 + BY_PIECE * (pieces - 1.0));
        let taken_s = taken.spread_s + OF_NEED * (taken.need_s - waited_s).max(0.0);
        (USUAL_REPLIES * usual_s + taken.replies * taken_s) / (USUAL_REPLIES + taken.replies)
    }
}

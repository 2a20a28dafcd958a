//! What more audio in hand would be worth: one price for every decision.
//!
//! * The delay that is still to come is taken to be more than t with probability
//!   p = (1 + t / d)^-TAIL, of a scale d that [`super::arrivals`] learns: delays have long
//!   tails, and a scale that is a little wrong must not cost everything.
//! * With a level of t, what a second more saves is the cost of a second of stall, times p,
//!   and that of another stall, times the density of p.
//! * A listener would rather have a pause lengthened than speech slowed down, that rather than
//!   a second more before the reply, and any of it rather than a hole in a word: each is done
//!   where a second of it costs less than it saves. The prices below were fitted on half of
//!   some modelled replies, and judged on others.

use super::numbers::Numbers;

const TAIL: f64 = 2.1;

/// A reply starts when a second more is worth no more than this: about the second of waiting that it costs.
pub(super) const START: f64 = 0.85;
/// After a stall it goes on when a second more is worth no more than this.
pub(super) const RESUME: f64 = 10.0;
/// So many seconds there are too, and twice as many after each further stall of the reply: speech that
/// comes slower than it is played stalls a few times, and not again and again.
pub(super) const REFILL_S: f64 = 0.2;
pub(super) const MOST_REFILL_S: f64 = 2.0;
/// A pause is lengthened while a second more is worth more than this.
pub(super) const HOLD: f64 = 0.4;
/// Speech is slowed down where a second more is worth more than this.
const SLOW: f64 = 0.15;
/// How much slower it becomes for each second that more is worth.
const SLOWER: f64 = 0.05;

/// What one more second would save, in seconds of waiting.
pub(super) fn worth(numbers: &Numbers, level_s: f64, delay_s: f64) -> f64 {
    let times = 1.0 + level_s / delay_s;
    let late = times.powf(-TAIL);
    let density = TAIL / delay_s * late / times;
    numbers.stall_second_cost * late + numbers.stall_cost * density
}

/// By how much of 1 speech is to be slower.
pub(super) fn slower(worth: f64) -> f64 {
    ((worth - SLOW) * SLOWER).max(0.0)
}

/// The level with which a second more is worth `price`.
pub(super) fn enough(numbers: &Numbers, delay_s: f64, price: f64) -> f64 {
    let (mut less, mut more) = (0.0, 1e3);
    for _ in 0..40 {
        let level = f64::midpoint(less, more);
        if worth(numbers, level, delay_s) > price {
            less = level;
        } else {
            more = level;
        }
    }
    more
}

//! The numbers that the policy can be told.

use std::ops::RangeInclusive;

/// Rates of audio, in Hz: from that of a telephone to that of any device.
pub const RATES: RangeInclusive<u32> = 8_000..=192_000;

/// The numbers of the policy; what is out of its range counts as the nearest in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// The slowest that speech is played, 0.9 to 1; 1 never slows it down. Slower is disturbing.
    pub least_speed: f64,
    /// Seconds by which any pause may be longer, 0 to 1; 0 never lengthens one.
    pub hold_s: f64,
    /// Whether silence before a reply's first sound is passed over.
    pub skips_lead: bool,
    /// Seconds of a fade, 0.005 to 0.02, in whole hops: shorter clicks, longer is heard.
    pub fade_s: f64,
    /// Seconds that a listener waits at most for a reply's first sound once audio has come, and in a
    /// stall once there is anything to play, 0 to 60.
    pub most_wait_s: f64,
    /// What a second of silence within speech costs, 0 to 100, beside one of waiting for the reply.
    pub stall_second_cost: f64,
    /// What each such silence costs beside that, 0 to 100, in seconds of waiting for the reply.
    pub stall_cost: f64,
    /// Seconds of delay to be expected where nothing is known, 0.01 to 10.
    pub expected_delay_s: f64,
    /// Seconds after which a gap counts a third, 0.1 to 3600.
    pub memory_s: f64,
    /// Seconds of audio that may wait, 1 to 3600.
    pub max_backlog_s: f64,
}

impl Numbers {
    /// Each in its range.
    #[must_use]
    pub fn within(self) -> Self {
        Self {
            least_speed: within(self.least_speed, 0.9, 1.0),
            hold_s: within(self.hold_s, 0.0, 1.0),
            skips_lead: self.skips_lead,
            fade_s: within(self.fade_s, 0.005, 0.02),
            most_wait_s: within(self.most_wait_s, 0.0, 60.0),
            stall_second_cost: within(self.stall_second_cost, 0.0, 100.0),
            stall_cost: within(self.stall_cost, 0.0, 100.0),
            expected_delay_s: within(self.expected_delay_s, 0.01, 10.0),
            memory_s: within(self.memory_s, 0.1, 3600.0),
            max_backlog_s: within(self.max_backlog_s, 1.0, 3600.0),
        }
    }
}

/// The nearest number in a range, the least where it is none.
fn within(number: f64, least: f64, most: f64) -> f64 {
    if number.is_nan() {
        least
    } else {
        number.clamp(least, most)
    }
}

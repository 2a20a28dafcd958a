//! The host's clock, by which a device says when it plays, as it is on ours.
//!
//! Both are read one after the other, and a thread may have to wait between the two: the
//! difference is then too large, and never too small. So the least one is right, as long as
//! the clocks do not drift apart or are set, which is allowed for.

/// How much two clocks may drift apart: one in so many, far more than any two do.
const DRIFT: i64 = 1_000;
/// More than this in ns, and the host's clock was set.
const STEP_NS: i64 = 1_000_000_000;

/// What is known of the host's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostClock {
    /// Ours less the host's, in ns, and when that was last looked at.
    known: Option<(i64, i64)>,
}

impl HostClock {
    /// A time of the host's clock on ours, in ns; `host_s` of the host's was read just before `now_ns` of ours.
    pub fn ours(&mut self, now_ns: u64, host_s: f64, time_s: f64) -> u64 {
        let now = i64::try_from(now_ns).unwrap_or(i64::MAX);
        let seen = now.saturating_sub(nanoseconds(host_s));
        let less = match self.known {
            Some((less, at)) if seen.saturating_sub(less) < STEP_NS => {
                seen.min(less.saturating_add(now.saturating_sub(at) / DRIFT))
            }
            _ => seen,
        };
        self.known = Some((less, now));
        u64::try_from(nanoseconds(time_s).saturating_add(less)).unwrap_or(now_ns)
    }
}

#[allow(clippy::cast_possible_truncation)] // a cast from float saturates
fn nanoseconds(seconds: f64) -> i64 {
    (seconds * 1e9) as i64
}

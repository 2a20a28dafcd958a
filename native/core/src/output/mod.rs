//! What a sound device plays: frames that one thread writes and the device's own thread takes.
//!
//! Rules.
//! 1. [`Player::fill`] runs on the device's thread: it allocates nothing, locks nothing, waits for
//!    nothing and never panics, whatever it is asked for.
//! 2. Frames go to it through a [`ring`](mod@ring), [`Orders`] and [`Reports`] through atomics; nothing
//!    else is shared.
//! 3. Each frame is played once, in order, as it is. What changes it is a gain: the volume,
//!    and the fades at a pause, a cut and an underrun.
//! 4. When to play is for a [`Pull`] to say.
//!
//! Frames are counted as they are written, from 0: a place in that count is called a mark.

mod clock;
mod fade;
mod gain;
mod history;
mod orders;
mod player;
mod preroll;
mod pull;
mod reports;
pub mod ring;

pub use clock::HostClock;
pub use orders::Orders;
pub use player::{Asked, Player};
pub use preroll::PreRoll;
pub use pull::{Pull, Pulled};
pub use reports::Reports;

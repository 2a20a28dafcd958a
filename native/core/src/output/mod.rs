//! What a sound device plays: frames that one thread writes and the device's own thread takes.
//!
//! Rules.
//! 1. [`Player::fill`] runs on the device's thread: it allocates nothing, locks nothing, waits for
//!    nothing and never panics, whatever it is asked for.
//! 2. Frames, and what there is to say of them, go to it through a [`ring`](mod@ring), [`Orders`] and
//!    [`Reports`] through atomics, events through a ring back; nothing else is shared.
//! 3. What is played when is for the policy of [`playout`](crate::playout) to say. What is done beside that is
//!    a gain: the volume, and the fades at a pause and a cut.
//!
//! Frames are counted as they are written, from 0: a place in that count is called a mark.

mod clock;
mod events;
mod gain;
mod history;
mod orders;
mod player;
mod reports;
pub mod ring;

pub use clock::HostClock;
pub use events::Events;
pub use orders::Orders;
pub use player::{Asked, Player, Setting};
pub use reports::Reports;

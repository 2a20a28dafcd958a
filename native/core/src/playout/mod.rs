//! Playout of streamed speech: when to start, hold, stretch and fade.
//!
//! A policy in virtual time: it reads no clock, and what it decides depends on what it is told
//! alone. Any call at any time gives samples. In the order in which they build on each other:
//!
//! [`numbers`] is what it can be told; `quiet` and `window` look at the samples, `pause` and
//! `stretching` shape them; `arrivals` says what delay to expect and `worth` what audio in hand
//! is worth against it; `turns` and `ledger` keep the books; [`playout`] is the side that plays,
//! and [`buffer`] adds the samples that wait.
//!
//! The side that plays takes samples from a [`source::Source`] and everything else by calls that
//! neither allocate nor lock: on the audio thread it is fed from two rings, one of samples and one
//! of those calls, in their order.

mod arrivals;
pub mod buffer;
pub mod ledger;
pub mod numbers;
mod pause;
#[allow(clippy::module_inception)] // the side that plays is the playout
pub mod playout;
mod quiet;
pub mod source;
mod stretching;
mod time;
pub mod turns;
mod window;
mod worth;

pub use buffer::{JitterBuffer, Refusal, Stats};
pub use ledger::{Counts, Event, Happening};
pub use numbers::{Numbers, RATES};

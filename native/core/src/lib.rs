//! Bytes and samples, without Python, I/O, clock or threads.
//!
//! Every part is incremental, bounded, and total: any bytes in any split give a
//! value or a documented error, never a panic. The parts, in the order in which
//! bytes flow through them:
//!
//! [`chunked`] finds the content of an HTTP body, [`sse`] frames events, [`json`] finds
//! what an event says, [`base64`] or [`hex`] (by [`encoding`]), [`wav`], [`sample`] and
//! [`pcm`] turn audio into samples of a [`format`](mod@format), and [`reader`] does all of
//! it from the content on in one pass.
//!
//! On the way out, [`playout`] decides what is heard when, [`resample`] brings samples to
//! another rate, and [`g711`] to a telephone line.
#![deny(unsafe_code)]

pub mod base64;
#[cfg(target_arch = "x86_64")]
mod base64_avx2;
#[cfg(target_arch = "x86_64")]
mod base64_avx512;
pub mod chunked;
pub mod encoding;
mod fade;
pub mod format;
pub mod g711;
pub mod hex;
pub mod json;
mod known;
pub mod output;
pub mod pcm;
pub mod playout;
pub mod reader;
pub mod resample;
pub mod sample;
pub mod sse;
pub mod wav;

//! `Output`: what PortAudio calls when a device wants sound, and Python's side of it.
//!
//! Rules.
//! 1. Nothing of Python is on the device's thread, and what `omni_stream_core::output` says of it holds: no
//!    allocation, lock, panic or system call. (The clock is read, which the kernel lends to every process.)
//! 2. PortAudio has a strong count of its own of what the callback uses, from `lend` until `take_back`, which is
//!    called when its `close` has returned and never else. A stream that is never closed keeps it for good.
//! 3. This file is the one place for `unsafe` about devices.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::ffi::{c_int, c_ulong, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use omni_stream_core::output::ring::{Writer, ring};
use omni_stream_core::output::{Asked, Events, HostClock, Orders, Player, Reports, Setting};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::audio::{AudioFormat, AudioFrame};
use crate::playout::{PlayoutNumbers, word};

/// `PaStreamCallbackTimeInfo`, in seconds of the host's clock.
#[repr(C)]
struct TimeInfo {
    input_adc: f64,
    current: f64,
    output_dac: f64,
}

/// `paOutputUnderflow`.
const UNDERFLOW: c_ulong = 4;
/// `paContinue` and `paAbort`.
const CONTINUE: c_int = 0;
const ABORT: c_int = 2;

/// What the device's thread alone uses.
struct Own {
    player: Player,
    clock: HostClock,
}

/// What the device's thread uses.
struct Shared {
    own: UnsafeCell<Own>,
    device_channels: usize,
    orders: Arc<Orders>,
    reports: Arc<Reports>,
    /// The clock's zero.
    epoch: Instant,
    /// What is taken for the time from a callback to the ear where the host does not say.
    latency_ns: AtomicU64,
    is_finished: AtomicBool,
    busy_ns: AtomicU64,
    longest_ns: AtomicU64,
}

// SAFETY: `own` is reached through the callback alone, which PortAudio calls from one thread at a
// time; all else is immutable or atomic.
unsafe impl Sync for Shared {}

impl Shared {
    fn now_ns(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// When the first frame of a block is heard.
    fn at_ns(&self, clock: &mut HostClock, now_ns: u64, time: Option<&TimeInfo>) -> u64 {
        match time {
            Some(time) if time.current > 0.0 && time.output_dac >= time.current => {
                clock.ours(now_ns, time.current, time.output_dac)
            }
            _ => now_ns + self.latency_ns.load(Ordering::Relaxed),
        }
    }
}

/// `PaStreamCallback`.
unsafe extern "C" fn callback(
    _input: *const c_void,
    output: *mut c_void,
    frames: c_ulong,
    time: *const TimeInfo,
    flags: c_ulong,
    user: *mut c_void,
) -> c_int {
    // SAFETY: `user` is what `lend` gave, and its strong count lasts until the stream is closed.
    let shared = unsafe { &*user.cast_const().cast::<Shared>() };
    let begun_ns = shared.now_ns();
    let Ok(frames) = usize::try_from(frames) else {
        return ABORT;
    };
    // SAFETY: PortAudio gives room for so many frames of the int16 and the channels with which the
    // stream was opened, to this call alone.
    let out =
        unsafe { slice::from_raw_parts_mut(output.cast::<i16>(), frames * shared.device_channels) };
    // SAFETY: PortAudio gives a time that is valid during this call, or none.
    let time = unsafe { time.as_ref() };
    let filled = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: PortAudio calls this from one thread at a time, and nothing else reaches it.
        let own = unsafe { &mut *shared.own.get() };
        let at_ns = shared.at_ns(&mut own.clock, begun_ns, time);
        own.player.fill(
            out,
            Asked {
                now_ns: begun_ns,
                at_ns,
                is_late: flags & UNDERFLOW != 0,
            },
        );
        let given_ns = shared.now_ns();
        own.player.given(given_ns);
        given_ns - begun_ns
    }));
    let Ok(busy_ns) = filled else {
        out.fill(0);
        return ABORT;
    };
    shared.busy_ns.fetch_add(busy_ns, Ordering::Relaxed);
    shared.longest_ns.fetch_max(busy_ns, Ordering::Relaxed);
    CONTINUE
}

/// `PaStreamFinishedCallback`.
unsafe extern "C" fn finished(user: *mut c_void) {
    // SAFETY: as for `callback`.
    let shared = unsafe { &*user.cast_const().cast::<Shared>() };
    shared.is_finished.store(true, Ordering::Release);
}

/// What a device plays; see `omni_stream.sinks.speaker`.
#[pyclass(frozen, module = "omni_stream._native")]
pub struct Output {
    shared: Arc<Shared>,
    writer: Mutex<Writer>,
    events: Mutex<Events>,
    format: AudioFormat,
    /// The zero of our clock on Python's, in seconds.
    zero_s: f64,
    /// What PortAudio has of `shared`, as an address; 0 if nothing.
    lent: Mutex<usize>,
}

impl Output {
    fn writer(&self) -> std::sync::MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_s(&self) -> f64 {
        seconds(self.shared.now_ns())
    }

    #[allow(clippy::cast_precision_loss)] // far below 2^53
    fn frame_seconds(&self, frames: usize) -> f64 {
        frames as f64 / f64::from(self.format.0.rate())
    }
}

#[allow(clippy::cast_precision_loss)] // seconds need no more
fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}

#[pymethods]
impl Output {
    /// Plays audio of `format` on a device of so many channels, out of a ring, by the policy's numbers; it is
    /// `now_s` on the clock by which it is to tell of events.
    #[new]
    #[pyo3(signature = (format, *, device_channels, ring_frames, numbers, now_s))]
    fn new(
        format: AudioFormat,
        device_channels: u16,
        ring_frames: usize,
        numbers: PlayoutNumbers,
        now_s: f64,
    ) -> PyResult<Self> {
        if !(1..=2).contains(&device_channels) || !(1..=1 << 28).contains(&ring_frames) {
            return Err(PyValueError::new_err(
                "an output has 1 or 2 channels, and a ring of 1 to 2^28 frames",
            ));
        }
        let orders = Arc::new(Orders::default());
        let reports = Arc::new(Reports::default());
        let channels = format.0.channels();
        let (writer, reader) = ring(ring_frames, channels, Arc::clone(&orders));
        let setting = Setting {
            rate: format.0.rate(),
            channels,
            device_channels,
            numbers: numbers.into(),
        };
        let (player, events) =
            Player::new(reader, setting, Arc::clone(&orders), Arc::clone(&reports));
        let shared = Shared {
            own: UnsafeCell::new(Own {
                player,
                clock: HostClock::default(),
            }),
            device_channels: usize::from(device_channels),
            orders,
            reports,
            epoch: Instant::now(),
            latency_ns: AtomicU64::new(0),
            is_finished: AtomicBool::new(false),
            busy_ns: AtomicU64::new(0),
            longest_ns: AtomicU64::new(0),
        };
        Ok(Self {
            shared: Arc::new(shared),
            writer: Mutex::new(writer),
            events: Mutex::new(events),
            format,
            zero_s: now_s,
            lent: Mutex::new(0),
        })
    }

    /// The address of the `PaStreamCallback`.
    #[staticmethod]
    fn callback() -> usize {
        callback as *const () as usize
    }

    /// The address of the `PaStreamFinishedCallback`.
    #[staticmethod]
    fn finished_callback() -> usize {
        finished as *const () as usize
    }

    /// The address of their user data, which lasts until `take_back`.
    fn lend(&self) -> usize {
        let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        if *lent == 0 {
            *lent = Arc::into_raw(Arc::clone(&self.shared)).expose_provenance();
        }
        *lent
    }

    /// PortAudio's `close` has returned, or it never had the address.
    fn take_back(&self) {
        let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        let address = std::mem::take(&mut *lent);
        if address != 0 {
            // SAFETY: it came from `Arc::into_raw` in `lend`, and is taken back once, as `lent` is 0 from here on.
            drop(unsafe { Arc::from_raw(std::ptr::with_exposed_provenance::<Shared>(address)) });
        }
    }

    /// Write a frame from its frame number `begin` on, as far as there is room; returns how many frames that were.
    fn write(&self, frame: &AudioFrame, begin: usize) -> usize {
        let pcm = &frame.0.pcm;
        let begin = begin
            .saturating_mul(self.format.0.frame_bytes())
            .min(pcm.len());
        self.writer().write(&pcm[begin..], self.now_s())
    }

    /// What was written is whole, or no more of it comes.
    fn end(&self) {
        self.writer().end(self.now_s());
    }

    /// Fade out, and drop what was written until now; returns the mark up to which.
    fn cut(&self) -> u64 {
        self.writer().cut()
    }

    fn pause(&self, is_paused: bool) {
        self.shared.orders.pause(is_paused);
    }

    fn set_volume(&self, volume: f32) {
        self.shared.orders.set_volume(volume);
    }

    /// Seconds from a callback to the ear where the host does not say.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a cast from float saturates
    fn set_latency(&self, seconds: f64) {
        self.shared
            .latency_ns
            .store((seconds * 1e9) as u64, Ordering::Relaxed);
    }

    #[getter]
    fn written(&self) -> u64 {
        self.writer().written()
    }

    #[getter]
    fn room(&self) -> usize {
        self.writer().room()
    }

    #[getter]
    fn taken(&self) -> u64 {
        self.shared.reports.taken()
    }

    #[getter]
    fn played(&self) -> u64 {
        self.shared.reports.played()
    }

    #[getter]
    fn heard(&self) -> u64 {
        let shared = &self.shared;
        shared.reports.heard(shared.now_ns(), self.format.0.rate())
    }

    #[getter]
    fn pulled(&self) -> u64 {
        self.shared.reports.pulled()
    }

    #[getter]
    fn blocks(&self) -> u64 {
        self.shared.reports.blocks()
    }

    /// What happened and was not asked for yet: (what, when, to which reply).
    fn events(&self) -> Vec<(&'static str, f64, u64)> {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events
            .by_ref()
            .map(|event| (word(event.happening), self.zero_s + event.at, event.reply))
            .collect()
    }

    /// What the policy did: (target, stalls, stalled, held, stretched, skipped), all but the stalls in seconds.
    #[getter]
    fn figures(&self) -> (f64, u64, f64, f64, f64, f64) {
        let reports = &self.shared.reports;
        let counts = reports.counts();
        (
            reports.target_s(),
            counts.stalls,
            self.frame_seconds(counts.stalled),
            self.frame_seconds(counts.held),
            self.frame_seconds(counts.stretched),
            self.frame_seconds(counts.skipped),
        )
    }

    #[getter]
    fn late(&self) -> u64 {
        self.shared.reports.late()
    }

    #[getter]
    fn lost(&self) -> u64 {
        self.shared.reports.lost()
    }

    #[getter]
    fn is_finished(&self) -> bool {
        self.shared.is_finished.load(Ordering::Acquire)
    }

    /// Seconds that the callbacks took, all together, and the longest.
    #[getter]
    fn busy(&self) -> (f64, f64) {
        (
            seconds(self.shared.busy_ns.load(Ordering::Relaxed)),
            seconds(self.shared.longest_ns.load(Ordering::Relaxed)),
        )
    }
}

//! `JitterBuffer`, for Python.

use omni_stream_core::playout::{self, Event, Happening, Numbers, Refusal};
use pyo3::buffer::PyBuffer;
use pyo3::create_exception;
use pyo3::exceptions::{PyBufferError, PyException, PyMemoryError};
use pyo3::prelude::*;
use pyo3::types::PyByteArray;

create_exception!(
    omni_stream._native,
    PlayoutFault,
    PyException,
    "Samples are not taken: (\"ended\",) or (\"full\", most frames that wait, frames that would)."
);

/// A pull of this size takes some ten microseconds; giving up the lock pays from here on.
const LONG_PULL_FRAMES: usize = 4096;

pub(crate) fn word(happening: Happening) -> &'static str {
    match happening {
        Happening::Started => "started",
        Happening::Stalled => "stalled",
        Happening::Resumed => "resumed",
        Happening::Drained => "drained",
    }
}

/// The numbers of the policy, as a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct PlayoutNumbers {
    least_speed: f64,
    hold_s: f64,
    skips_lead: bool,
    fade_s: f64,
    most_wait_s: f64,
    stall_second_cost: f64,
    stall_cost: f64,
    expected_delay_s: f64,
    memory_s: f64,
    max_backlog_s: f64,
}

impl From<PlayoutNumbers> for Numbers {
    fn from(numbers: PlayoutNumbers) -> Self {
        Self {
            least_speed: numbers.least_speed,
            hold_s: numbers.hold_s,
            skips_lead: numbers.skips_lead,
            fade_s: numbers.fade_s,
            most_wait_s: numbers.most_wait_s,
            stall_second_cost: numbers.stall_second_cost,
            stall_cost: numbers.stall_cost,
            expected_delay_s: numbers.expected_delay_s,
            memory_s: numbers.memory_s,
            max_backlog_s: numbers.max_backlog_s,
        }
    }
}

/// When to start, hold, stretch and fade; see `omni_stream.playout.JitterBuffer`.
#[pyclass(subclass, module = "omni_stream._native")]
pub struct JitterBuffer(playout::JitterBuffer);

#[pymethods]
impl JitterBuffer {
    #[new]
    fn new(rate: u32, numbers: PlayoutNumbers) -> Self {
        Self(playout::JitterBuffer::new(rate, numbers.into()))
    }

    #[getter]
    fn rate(&self) -> u32 {
        self.0.rate()
    }

    /// Take the samples of an array of int16.
    fn push(&mut self, py: Python<'_>, samples: PyBuffer<i16>, now: f64) -> PyResult<()> {
        let samples = samples.to_vec(py)?;
        self.0.push(&samples, now).map_err(|refusal| match refusal {
            Refusal::Ended => PlayoutFault::new_err(("ended",)),
            Refusal::Full { limit, seen } => PlayoutFault::new_err(("full", limit, seen)),
        })
    }

    fn end(&mut self, now: f64) {
        self.0.end(now);
    }

    fn begin(&mut self, now: f64) -> bool {
        self.0.begin(now)
    }

    /// The next samples, as the bytes of int16.
    fn pull<'py>(
        &mut self,
        py: Python<'py>,
        frames: usize,
        now: f64,
    ) -> PyResult<Bound<'py, PyByteArray>> {
        let length = frames
            .checked_mul(size_of::<i16>())
            .ok_or_else(|| PyMemoryError::new_err(format!("no memory holds {frames} frames")))?;
        let buffer = &mut self.0;
        PyByteArray::new_with(py, length, |bytes| {
            let out: &mut [i16] = bytemuck::try_cast_slice_mut(bytes)
                .map_err(|error| PyBufferError::new_err(error.to_string()))?;
            if frames >= LONG_PULL_FRAMES {
                py.detach(|| buffer.pull(out, now));
            } else {
                buffer.pull(out, now);
            }
            Ok(())
        })
    }

    fn interrupt(&mut self, now: f64) -> f64 {
        self.0.interrupt(now)
    }

    /// What happened since the last call: (what, when, to which reply).
    fn events(&mut self) -> Vec<(&'static str, f64, u64)> {
        std::iter::from_fn(|| self.0.next_event())
            .map(
                |Event {
                     happening,
                     at,
                     reply,
                 }| (word(happening), at, reply),
            )
            .collect()
    }

    /// (level, target, heard, when it started, stalls, stalled, held, stretched, skipped, dropped), all but
    /// the stalls in seconds.
    #[getter]
    #[allow(clippy::type_complexity)] // the fields of `PlayoutStats`
    fn figures(&self) -> (f64, f64, f64, Option<f64>, u64, f64, f64, f64, f64, f64) {
        let stats = self.0.stats();
        let counts = stats.counts;
        let seconds = |frames| self.0.seconds(frames);
        (
            stats.level_s,
            stats.target_s,
            stats.heard_s,
            stats.started_at,
            counts.stalls,
            seconds(counts.stalled),
            seconds(counts.held),
            seconds(counts.stretched),
            seconds(counts.skipped),
            seconds(counts.dropped),
        )
    }
}

//! `Space`, where connections receive, and `ChunkedReceiver`, which takes the content of a body from there.

use std::ffi::{c_int, c_void};
use std::time::Instant;

use omni_stream_core::chunked::{ChunkedBody, Rest};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use pyo3::{ffi, intern};

use crate::reader::StreamReader;
use crate::waiter::Waiter;

/// What a parser of HTTP takes in place of a chunk's size, to find the body broken.
const NO_SIZE: &[u8] = b"\0";

/// A writable buffer of a fixed size.
#[pyclass(module = "omni_stream._native")]
pub struct Space {
    bytes: Box<[u8]>,
}

impl Space {
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

#[pymethods]
impl Space {
    #[new]
    fn new(size: usize) -> Self {
        Self {
            bytes: vec![0; size].into_boxed_slice(),
        }
    }

    #[allow(unsafe_code)] // the buffer protocol hands out a pointer
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let (start, length) = {
            let mut space = slf.borrow_mut();
            let start = space.bytes.as_mut_ptr().cast::<c_void>();
            (start, space.bytes.len().try_into()?)
        };
        // SAFETY: the view takes a reference to `slf`, which keeps the memory, and that never moves. It is
        // borrowed here only within calls of one thread, which receives into it in none of them.
        let filled = unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start, length, 0, flags) };
        if filled == -1 {
            return Err(PyErr::fetch(slf.py()));
        }
        Ok(())
    }
}

/// The content of one chunked body: decoded for who waits, held for who does not.
///
/// What was decoded came before what is held.
#[pyclass(subclass, module = "omni_stream._native")]
pub struct ChunkedReceiver {
    space: Py<Space>,
    /// A view of the space, to receive into.
    view: Py<PyAny>,
    chunks: ChunkedBody,
    /// What decodes for who waits; without one it is held for them too.
    reader: Option<Py<StreamReader>>,
    waiter: Py<Waiter>,
    decoded: Option<Decoded>,
    held: Vec<Py<PyBytes>>,
    held_bytes: usize,
    most_held_bytes: usize,
    /// Waits to come before it joins others that are polled; None once it was asked to.
    waits_alone: Option<u32>,
    received_bytes: u64,
    has_begun: bool,
    is_over: bool,
    frames_only: bool,
    waits: Waits,
}

/// Since when it is waited.
#[derive(Clone, Copy)]
struct Waits {
    for_bytes: Instant,
    for_content: Instant,
}

impl Waits {
    fn from_now() -> Self {
        let now = Instant::now();
        Self {
            for_bytes: now,
            for_content: now,
        }
    }
}

enum Decoded {
    Items(Py<PyList>),
    /// Items, some of which are to be read on.
    Unread(Py<PyList>),
    Fault(PyErr),
}

#[pymethods]
impl ChunkedReceiver {
    #[new]
    #[pyo3(signature = (space, view, event_loop, *, most_held_bytes, waits_alone))]
    fn new(
        space: Py<Space>,
        view: Py<PyAny>,
        event_loop: Py<PyAny>,
        most_held_bytes: usize,
        waits_alone: u32,
        py: Python<'_>,
    ) -> PyResult<Self> {
        let waiter = Py::new(py, Waiter::new(event_loop))?;
        Ok(Self {
            space,
            view,
            chunks: ChunkedBody::default(),
            reader: None,
            waiter,
            decoded: None,
            held: Vec::new(),
            held_bytes: 0,
            most_held_bytes,
            waits_alone: Some(waits_alone),
            received_bytes: 0,
            has_begun: false,
            is_over: false,
            frames_only: false,
            waits: Waits::from_now(),
        })
    }

    /// Note that the head has come: what is received from here on is the body.
    fn begin(&mut self) {
        self.has_begun = true;
    }

    /// Decode for who waits, by `reader`; None to hold all that comes.
    #[pyo3(signature = (reader, /, *, frames_only=false))]
    fn decode_by(&mut self, reader: Option<Py<StreamReader>>, frames_only: bool) {
        self.reader = reader;
        self.frames_only = frames_only;
    }

    /// Seconds since the last wait began, or brought bytes, and since it began, or brought content.
    fn waited(&self) -> (f64, f64) {
        let Waits {
            for_bytes,
            for_content,
        } = self.waits;
        let seconds = |since: Instant| since.elapsed().as_secs_f64();
        (seconds(for_bytes), seconds(for_content))
    }

    #[getter]
    fn received_bytes(&self) -> u64 {
        self.received_bytes
    }

    #[getter]
    fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    #[getter]
    fn is_over(&self) -> bool {
        self.is_over
    }

    #[setter]
    fn set_is_over(&mut self, is_over: bool) {
        self.is_over = is_over;
    }

    #[getter]
    fn is_awaited(&self, py: Python<'_>) -> bool {
        !self.waiter.borrow(py).done()
    }

    fn waiter(slf: &Bound<'_, Self>) -> PyResult<Option<Py<Waiter>>> {
        let py = slf.py();
        let mut receiver = slf.borrow_mut();
        if receiver.is_over || receiver.decoded.is_some() || !receiver.held.is_empty() {
            return Ok(None);
        }
        if receiver.is_awaited(py) {
            return Err(PyRuntimeError::new_err("it is awaited already"));
        }
        receiver.waiter.borrow_mut(py).begin();
        receiver.waits = Waits::from_now();
        let waiter = receiver.waiter.clone_ref(py);
        let joins = receiver.waits_alone == Some(0);
        receiver.waits_alone = receiver.waits_alone.and_then(|waits| waits.checked_sub(1));
        drop(receiver);
        if joins {
            slf.call_method0(intern!(py, "join"))?;
        }
        Ok(Some(waiter))
    }

    fn wake(slf: &Bound<'_, Self>) -> PyResult<()> {
        let waiter = slf.borrow().waiter.clone_ref(slf.py());
        Waiter::end(waiter.bind(slf.py()))
    }

    fn take_items(&mut self) -> Option<Py<PyList>> {
        match self.decoded.take() {
            Some(Decoded::Items(items)) => Some(items),
            other => {
                self.decoded = other;
                None
            }
        }
    }

    fn take_decoded(&mut self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.decoded.take().map(|decoded| match decoded {
            Decoded::Items(items) | Decoded::Unread(items) => items.into_any(),
            Decoded::Fault(fault) => fault.into_value(py).into_any(),
        })
    }

    fn take_held<'py>(&mut self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.held_bytes = 0;
        let held = std::mem::take(&mut self.held);
        match held.as_slice() {
            [] => PyBytes::new(py, b""),
            [one] => one.bind(py).clone(),
            many => {
                let all: Vec<&[u8]> = many.iter().map(|one| one.as_bytes(py)).collect();
                PyBytes::new(py, &all.concat())
            }
        }
    }

    fn get_buffer(&self, py: Python<'_>, sizehint: isize) -> Py<PyAny> {
        let _ = sizehint; // there is one place for all
        self.view.clone_ref(py)
    }

    fn buffer_updated(slf: &Bound<'_, Self>, nbytes: usize) -> PyResult<()> {
        if slf.borrow().has_begun {
            return Self::receive(slf, 0, nbytes);
        }
        slf.call_method1(intern!(slf.py(), "receive_head"), (nbytes,))?;
        Ok(())
    }

    /// Take the content of what was received, from `start` to `end` of the space.
    fn receive(slf: &Bound<'_, Self>, start: usize, end: usize) -> PyResult<()> {
        match Self::take(slf, start, end)? {
            Some(waiter) => Waiter::end(waiter.bind(slf.py())),
            None => Ok(()),
        }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.view)?;
        visit.call(&self.waiter)
    }
}

impl ChunkedReceiver {
    /// Take what was received, from `start` to `end` of the space; what is to be ended for it.
    pub(crate) fn take(
        slf: &Bound<'_, Self>,
        start: usize,
        end: usize,
    ) -> PyResult<Option<Py<Waiter>>> {
        let py = slf.py();
        let (rest, is_much, is_wanted) = {
            let mut receiver = slf.borrow_mut();
            let space = receiver.space.clone_ref(py);
            let space = space.borrow(py);
            let bytes = space
                .bytes
                .get(start..end)
                .ok_or_else(|| PyValueError::new_err("a space ends where its size says"))?;
            let mut pieces = Vec::new();
            let rest = receiver.chunks.feed(bytes, |piece| pieces.push(piece));
            let is_wanted = !pieces.is_empty() && receiver.decode_or_hold(py, &pieces)?;
            let is_much = receiver.held_bytes > receiver.most_held_bytes;
            (rest, is_much, is_wanted)
        };
        if let Some(rest) = rest {
            let rest = match &rest {
                Rest::Handed(bytes) => bytes,
                Rest::Broken => NO_SIZE,
            };
            slf.call_method1(intern!(py, "step_aside"), (PyBytes::new(py, rest),))?;
        } else if is_much {
            slf.call_method0(intern!(py, "pause"))?;
        }
        Ok(is_wanted.then(|| slf.borrow().waiter.clone_ref(py)))
    }

    /// Whether somebody waits for what came of it.
    fn decode_or_hold(&mut self, py: Python<'_>, pieces: &[&[u8]]) -> PyResult<bool> {
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        self.received_bytes += length as u64;
        let is_awaited = self.is_awaited(py);
        let Some(reader) = self.reader.as_ref().filter(|_| is_awaited) else {
            self.held_bytes += length;
            self.held.push(PyBytes::new(py, &pieces.concat()).unbind());
            return Ok(is_awaited);
        };
        let mut source = reader.bind(py).try_borrow_mut()?;
        let decoded = match source.feed_pieces(py, pieces, self.frames_only) {
            Ok(None) => {
                self.waits.for_bytes = Instant::now();
                return Ok(false);
            }
            Ok(Some(items)) if source.unread() => Decoded::Unread(items.unbind()),
            Ok(Some(items)) if items.is_empty() => {
                self.waits = Waits::from_now();
                return Ok(false);
            }
            Ok(Some(items)) => Decoded::Items(items.unbind()),
            Err(fault) => Decoded::Fault(fault),
        };
        self.decoded = Some(decoded);
        Ok(true)
    }
}

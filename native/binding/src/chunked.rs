//! `Space`, where a connection receives, and `ChunkedBody`, which finds the content there.

use std::ffi::{c_int, c_void};

use omni_stream_core::chunked::{self, Rest};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3::{PyRef, ffi};

/// What a parser of HTTP takes in place of a chunk's size, to find the body broken.
const NO_SIZE: &[u8] = b"\0";

/// A writable buffer of a fixed size.
#[pyclass(module = "omni_stream._native")]
pub struct Space {
    bytes: Box<[u8]>,
}

#[pymethods]
impl Space {
    #[new]
    fn new(size: usize) -> Self {
        Self {
            bytes: vec![0; size].into_boxed_slice(),
        }
    }

    fn __len__(&self) -> usize {
        self.bytes.len()
    }

    #[allow(unsafe_code)] // the buffer protocol hands out a pointer
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let (start, length) = {
            let mut space = slf.borrow_mut();
            (space.bytes.as_mut_ptr(), space.bytes.len())
        };
        // SAFETY: `slf` keeps the memory, which never moves. It is borrowed here only within calls
        // of one thread, which receives into it in none of them.
        unsafe { fill(slf.as_any(), view, flags, start, length, false) }
    }
}

/// Export `length` bytes from `start` as a buffer of `owner`.
///
/// # Safety
/// The interpreter gave `view`, and they stay where they are as long as `owner` lives.
#[allow(unsafe_code)]
unsafe fn fill(
    owner: &Bound<'_, PyAny>,
    view: *mut ffi::Py_buffer,
    flags: c_int,
    start: *mut u8,
    length: usize,
    is_readonly: bool,
) -> PyResult<()> {
    let start = start.cast::<c_void>();
    let length = length.try_into()?;
    // SAFETY: the view takes a reference to `owner`; for the rest the caller stands.
    let filled = unsafe {
        ffi::PyBuffer_FillInfo(
            view,
            owner.as_ptr(),
            start,
            length,
            is_readonly.into(),
            flags,
        )
    };
    if filled == -1 {
        return Err(PyErr::fetch(owner.py()));
    }
    Ok(())
}

/// A run of a `Space`, until that is received into again.
#[pyclass(frozen, module = "omni_stream._native")]
pub struct Content {
    space: Py<Space>,
    start: usize,
    length: usize,
}

impl Content {
    pub(crate) fn space<'py>(&'py self, py: Python<'py>) -> PyRef<'py, Space> {
        self.space.borrow(py)
    }

    pub(crate) fn of<'s>(&self, space: &'s Space) -> &'s [u8] {
        &space.bytes[self.start..self.start + self.length]
    }
}

#[pymethods]
impl Content {
    fn __len__(&self) -> usize {
        self.length
    }

    #[allow(unsafe_code)] // as above
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let start = {
            let content = slf.get();
            content.of(&content.space(slf.py())).as_ptr()
        };
        // SAFETY: as above, and `slf` keeps the space.
        unsafe {
            fill(
                slf.as_any(),
                view,
                flags,
                start.cast_mut(),
                slf.get().length,
                true,
            )
        }
    }
}

/// The incremental reader of the chunks of a body.
#[pyclass(module = "omni_stream._native")]
pub struct ChunkedBody {
    body: chunked::ChunkedBody,
    rest: Option<Vec<u8>>,
}

#[pymethods]
impl ChunkedBody {
    #[new]
    fn new() -> Self {
        Self {
            body: chunked::ChunkedBody::default(),
            rest: None,
        }
    }

    /// What the bytes of `space` from `start` to `end`, which were received next, hold of the
    /// content, None for nothing. They are no longer as they were.
    fn feed(
        &mut self,
        space: &Bound<'_, Space>,
        start: usize,
        end: usize,
    ) -> PyResult<Option<Content>> {
        let mut bytes = space.borrow_mut();
        let received = bytes
            .bytes
            .get_mut(start..end)
            .ok_or_else(|| PyValueError::new_err("a space ends where its size says"))?;
        let (length, rest) = self.body.feed(received);
        self.rest = rest.map(|rest| match rest {
            Rest::Handed(bytes) => bytes,
            Rest::Broken => NO_SIZE.to_vec(),
        });
        Ok((length > 0).then(|| Content {
            space: space.clone().unbind(),
            start,
            length,
        }))
    }

    /// What the last read held that is for a parser of all of HTTP, as is all that follows it.
    #[getter]
    fn rest<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.rest.as_ref().map(|rest| PyBytes::new(py, rest))
    }
}

//! Bytes from Python, and when to let other threads run meanwhile.

use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A read of this size takes some ten microseconds; giving up the lock pays from here on.
pub(crate) const LONG_READ_BYTES: usize = 1 << 16;

/// Call `read` on the bytes of `source`: `bytes` as they are, any other buffer copied.
pub(crate) fn with_bytes<T>(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    read: impl FnOnce(&[u8]) -> T,
) -> PyResult<T> {
    if let Ok(bytes) = source.cast::<PyBytes>() {
        return Ok(read(bytes.as_bytes()));
    }
    Ok(read(&PyBuffer::<u8>::get(source)?.to_vec(py)?))
}

/// As [`with_bytes`], without the lock if they are many.
pub(crate) fn read_bytes<T: Send>(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    read: impl FnOnce(&[u8]) -> T + Send,
) -> PyResult<T> {
    with_bytes(py, source, |bytes| {
        read_free(py, bytes.len(), || read(bytes))
    })
}

/// Call `read`, without the lock if it reads many bytes.
pub(crate) fn read_free<T: Send>(
    py: Python<'_>,
    length: usize,
    read: impl FnOnce() -> T + Send,
) -> T {
    if length >= LONG_READ_BYTES {
        py.detach(read)
    } else {
        read()
    }
}

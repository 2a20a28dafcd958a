//! Bytes from Python, and when to let other threads run meanwhile.

use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::chunked::Content;

/// A read of this size takes some ten microseconds; giving up the lock pays from here on.
pub(crate) const LONG_READ_BYTES: usize = 1 << 16;

/// Call `read` on the bytes of `source`: `bytes` and `Content` as they are, any other buffer copied.
pub(crate) fn read_bytes<T: Send>(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    read: impl FnOnce(&[u8]) -> T + Send,
) -> PyResult<T> {
    let (copied, content, space);
    let bytes = if let Ok(bytes) = source.cast::<PyBytes>() {
        bytes.as_bytes()
    } else if let Ok(found) = source.cast::<Content>() {
        content = found;
        space = content.get().space(py);
        content.get().of(&space)
    } else {
        copied = PyBuffer::<u8>::get(source)?.to_vec(py)?;
        &copied
    };
    Ok(if bytes.len() >= LONG_READ_BYTES {
        py.detach(|| read(bytes))
    } else {
        read(bytes)
    })
}

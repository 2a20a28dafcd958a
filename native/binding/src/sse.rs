//! `SSEParser` and `ServerSentEvent`.

use omni_stream_core::reader::Event;
use omni_stream_core::sse;
use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

use crate::bytes::read_bytes;

create_exception!(
    omni_stream._native,
    LimitFault,
    PyException,
    "A line or an event is over its limit: (what, limit, seen, items completed before)."
);

/// The Python error for a limit, carrying what was completed before it was exceeded.
pub(crate) fn limit_fault(fault: sse::LimitError, completed: Py<PyAny>) -> PyErr {
    let what = match fault.what {
        sse::Bounded::Line => "line",
        sse::Bounded::Event => "event",
    };
    LimitFault::new_err((what, fault.limit, fault.seen, completed))
}

/// Text for `bytes`, invalid UTF-8 replaced, and how many replacements that took.
pub(crate) fn text<'py>(py: Python<'py>, bytes: &[u8]) -> (Bound<'py, PyString>, u64) {
    if let Ok(valid) = std::str::from_utf8(bytes) {
        return (PyString::new(py, valid), 0);
    }
    let replaced = bytes
        .utf8_chunks()
        .filter(|chunk| !chunk.invalid().is_empty())
        .count() as u64;
    (PyString::new(py, &String::from_utf8_lossy(bytes)), replaced)
}

/// A dispatched event of an event stream.
#[pyclass(frozen, module = "omni_stream.sse")]
pub struct ServerSentEvent {
    #[pyo3(get, name = "type")]
    kind: Py<PyString>,
    #[pyo3(get)]
    data: Py<PyString>,
    #[pyo3(get)]
    id: Py<PyString>,
    #[pyo3(get)]
    retry: Option<u64>,
    #[pyo3(get)]
    comments: Py<PyTuple>,
    #[pyo3(get)]
    offset: u64,
    #[pyo3(get)]
    index: u64,
}

impl ServerSentEvent {
    /// The event as Python sees it, and how many U+FFFD stand for invalid UTF-8 in it.
    pub(crate) fn from_event(py: Python<'_>, event: &Event) -> PyResult<(Self, u64)> {
        let (data, mut replaced) = text(py, &event.data);
        let mut decode = |bytes: &[u8]| {
            let (decoded, count) = text(py, bytes);
            replaced += count;
            decoded
        };
        let kind = if event.kind.is_empty() {
            intern!(py, "message").clone()
        } else {
            decode(&event.kind)
        };
        let id = decode(&event.id);
        let comments = if event.comments.is_empty() {
            PyTuple::empty(py)
        } else {
            let lines = event.comments.split(|&b| b == b'\n');
            let lines: Vec<_> = lines.map(|line| text(py, line).0).collect(); // cut at their bound
            PyTuple::new(py, lines)?
        };
        let event = Self {
            kind: kind.unbind(),
            data: data.unbind(),
            id: id.unbind(),
            retry: event.retry,
            comments: comments.unbind(),
            offset: event.offset,
            index: event.index,
        };
        Ok((event, replaced))
    }

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (
            self.kind.bind(py),
            self.data.bind(py),
            self.id.bind(py),
            self.retry,
            self.comments.bind(py),
        )
            .into_pyobject(py)
    }
}

#[pymethods]
impl ServerSentEvent {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("type", "data")
    }

    #[new]
    #[pyo3(signature = (data, *, r#type="message", id="", retry=None, comments=Vec::new()))]
    fn new(
        py: Python<'_>,
        data: Bound<'_, PyString>,
        r#type: &str,
        id: &str,
        retry: Option<u64>,
        comments: Vec<String>,
    ) -> PyResult<Self> {
        Ok(Self {
            kind: PyString::new(py, r#type).unbind(),
            data: data.unbind(),
            id: PyString::new(py, id).unbind(),
            retry,
            comments: PyTuple::new(py, comments)?.unbind(),
            offset: 0,
            index: 0,
        })
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        self.fields(py)?.eq(other.fields(py)?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.fields(py)?.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "ServerSentEvent({}, type={}, id={}, retry={}, comments={})",
            self.data.bind(py).repr()?,
            self.kind.bind(py).repr()?,
            self.id.bind(py).repr()?,
            self.retry
                .map_or_else(|| "None".to_owned(), |ms| ms.to_string()),
            self.comments.bind(py).repr()?,
        ))
    }
}

/// The incremental parser of an event stream.
#[pyclass(subclass, module = "omni_stream._native")]
pub struct SSEParser {
    parser: sse::Parser,
    events: u64,
    replacements: u64,
    unfinished_data: Option<Py<PyString>>,
}

#[pymethods]
impl SSEParser {
    #[new]
    #[pyo3(signature = (*, last_event_id, max_line_bytes, max_event_bytes))]
    fn new(last_event_id: &str, max_line_bytes: usize, max_event_bytes: usize) -> Self {
        let limits = sse::Limits {
            line_bytes: max_line_bytes,
            event_bytes: max_event_bytes,
        };
        Self {
            parser: sse::Parser::new(limits, last_event_id.as_bytes()),
            events: 0,
            replacements: 0,
            unfinished_data: None,
        }
    }

    fn feed<'py>(
        &mut self,
        py: Python<'py>,
        source: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let (fed, events) = read_bytes(py, source, |bytes| {
            let mut events = Vec::new();
            let fed = self.parser.feed(bytes, |event| {
                events.push(Event::owned(event, self.events));
                self.events += 1;
            });
            (fed, events)
        })?;
        let list = PyList::empty(py);
        for event in &events {
            let (event, replaced) = ServerSentEvent::from_event(py, event)?;
            self.replacements += replaced;
            list.append(event)?;
        }
        match fed {
            Ok(()) => Ok(list),
            Err(fault) => Err(limit_fault(fault, list.into_any().unbind())),
        }
    }

    /// Settle `unfinished_data`; an event stream's end finishes no event.
    fn close<'py>(&mut self, py: Python<'py>) -> Bound<'py, PyList> {
        if let Some(event) = self.parser.unfinished() {
            let (data, replaced) = text(py, event.data);
            self.replacements += replaced;
            self.unfinished_data = Some(data.unbind());
        }
        PyList::empty(py)
    }

    #[getter]
    fn unfinished_data(&self, py: Python<'_>) -> Option<Py<PyString>> {
        self.unfinished_data.as_ref().map(|data| data.clone_ref(py))
    }

    #[getter]
    fn last_event_id<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        text(py, self.parser.last_id()).0
    }

    #[getter]
    fn reconnection_time(&self) -> Option<u64> {
        self.parser.reconnection()
    }

    #[getter]
    fn replacements(&self) -> u64 {
        self.replacements
    }
}

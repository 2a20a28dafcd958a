//! `SSEParser` and `ServerSentEvent`.

use std::sync::Arc;

use omni_stream_core::reader::Event;
use omni_stream_core::sse;
use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::bytes::{LONG_READ_BYTES, read_bytes};

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
fn text<'py>(py: Python<'py>, bytes: &[u8]) -> (Bound<'py, PyString>, u64) {
    if let Ok(valid) = PyString::from_bytes(py, bytes) {
        return (valid, 0);
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

/// Decodes the text of a stream's events.
#[derive(Default)]
pub(crate) struct Texts {
    /// U+FFFD that stand for invalid UTF-8 so far.
    pub(crate) replacements: u64,
    /// The last event id, as bytes and as text: one for all the events that it stands for.
    id: Option<(Arc<[u8]>, Py<PyString>)>,
}

impl Texts {
    fn text<'py>(&mut self, py: Python<'py>, bytes: &[u8]) -> Bound<'py, PyString> {
        let (text, replaced) = text(py, bytes);
        self.replacements += replaced;
        text
    }

    fn id(&mut self, py: Python<'_>, id: &Arc<[u8]>) -> Py<PyString> {
        if let Some((known, text)) = &self.id
            && Arc::ptr_eq(known, id)
        {
            return text.clone_ref(py);
        }
        let text = self.text(py, id).unbind();
        self.id = Some((Arc::clone(id), text.clone_ref(py)));
        text
    }

    /// The event as Python sees it.
    pub(crate) fn event(
        &mut self,
        py: Python<'_>,
        event: &sse::Event<'_>,
        index: u64,
    ) -> PyResult<ServerSentEvent> {
        let kind = if event.kind.is_empty() {
            intern!(py, "message").clone()
        } else {
            self.text(py, event.kind)
        };
        let comments = match event.comments {
            None => PyTuple::empty(py),
            Some(comments) => {
                let lines = comments.split(|&b| b == b'\n');
                let lines: Vec<_> = lines.map(|line| self.text(py, line)).collect();
                PyTuple::new(py, lines)?
            }
        };
        Ok(ServerSentEvent {
            kind: kind.unbind(),
            data: self.text(py, &event.data).unbind(),
            id: self.id(py, event.id),
            retry: event.retry,
            comments: comments.unbind(),
            offset: event.offset,
            index,
        })
    }
}

impl ServerSentEvent {
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
    #[pyo3(signature = (
        data, *, r#type="message", id="", retry=None, comments=Vec::new(), index=0, offset=0
    ))]
    #[allow(clippy::too_many_arguments)] // one for each field
    fn new(
        py: Python<'_>,
        data: Py<PyString>,
        r#type: &str,
        id: &str,
        retry: Option<u64>,
        comments: Vec<String>,
        index: u64,
        offset: u64,
    ) -> PyResult<Self> {
        Ok(Self {
            kind: PyString::new(py, r#type).unbind(),
            data,
            id: PyString::new(py, id).unbind(),
            retry,
            comments: PyTuple::new(py, comments)?.unbind(),
            offset,
            index,
        })
    }

    /// For copies and pickles.
    fn __getnewargs_ex__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<((Py<PyString>,), Bound<'py, PyDict>)> {
        let others = PyDict::new(py);
        others.set_item("type", &self.kind)?;
        others.set_item("id", &self.id)?;
        others.set_item("retry", self.retry)?;
        others.set_item("comments", &self.comments)?;
        others.set_item("index", self.index)?;
        others.set_item("offset", self.offset)?;
        Ok(((self.data.clone_ref(py),), others))
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
    texts: Texts,
    unfinished_data: Option<Py<PyString>>,
}

impl SSEParser {
    /// Parse a read that is not worth giving up the lock, and append its events as they come.
    fn parse(
        &mut self,
        py: Python<'_>,
        bytes: &[u8],
        list: &Bound<'_, PyList>,
    ) -> PyResult<Result<(), sse::LimitError>> {
        let mut appended = Ok(());
        let fed = self.parser.feed(bytes, |event| {
            if appended.is_ok() {
                let seen = self.texts.event(py, &event, self.events);
                appended = seen.and_then(|seen| list.append(seen));
            }
            self.events += 1;
        });
        appended.map(|()| fed)
    }
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
            texts: Texts::default(),
            unfinished_data: None,
        }
    }

    fn feed<'py>(
        &mut self,
        py: Python<'py>,
        source: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        let fed = match source.cast::<PyBytes>() {
            Ok(bytes) if bytes.as_bytes().len() < LONG_READ_BYTES => {
                self.parse(py, bytes.as_bytes(), &list)?
            }
            _ => {
                let mut events = Vec::new();
                let fed = read_bytes(py, source, |bytes| {
                    self.parser.feed(bytes, |event| {
                        events.push(Event::owned(event, self.events));
                        self.events += 1;
                    })
                })?;
                for event in &events {
                    list.append(self.texts.event(py, &event.borrowed(), event.index)?)?;
                }
                fed
            }
        };
        match fed {
            Ok(()) => Ok(list),
            Err(fault) => Err(limit_fault(fault, list.into_any().unbind())),
        }
    }

    /// Settle `unfinished_data`; an event stream's end finishes no event.
    fn close<'py>(&mut self, py: Python<'py>) -> Bound<'py, PyList> {
        if let Some(event) = self.parser.unfinished() {
            self.unfinished_data = Some(self.texts.text(py, &event.data).unbind());
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
        self.texts.replacements
    }
}

//! `TextDelta`, `TranscriptDelta` and `ReasoningDelta`: words, as a reply gives them.

use omni_stream_core::reader::Words;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString};

/// The document that words were read from, as an object only once it is asked for.
enum Raw {
    Object(Option<Py<PyAny>>),
    Document(String, PyOnceLock<Py<PyAny>>),
}

impl Raw {
    fn object(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        match self {
            Self::Object(object) => Ok(object.as_ref().map(|object| object.clone_ref(py))),
            Self::Document(document, object) => {
                let parsed = object.get_or_try_init(py, || {
                    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
                    let loads = LOADS.import(py, "json", "loads")?;
                    let document = PyBytes::new(py, document.as_bytes());
                    loads.call1((document,)).map(Bound::unbind)
                })?;
                Ok(Some(parsed.clone_ref(py)))
            }
        }
    }
}

macro_rules! words {
    ($name:ident, $shown:literal) => {
        #[pyclass(frozen, module = "omni_stream.events")]
        pub struct $name {
            #[pyo3(get)]
            text: Py<PyString>,
            raw: Raw,
        }

        #[pymethods]
        impl $name {
            #[classattr]
            fn __match_args__() -> (&'static str, &'static str) {
                ("text", "raw")
            }

            #[new]
            #[pyo3(signature = (text, raw=None))]
            fn new(text: Py<PyString>, raw: Option<Py<PyAny>>) -> Self {
                Self {
                    text,
                    raw: Raw::Object(raw),
                }
            }

            #[getter]
            fn raw(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
                self.raw.object(py)
            }

            fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
                self.text.bind(py).as_any().eq(other.text.bind(py))
            }

            fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
                self.text.bind(py).hash()
            }

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                Ok(format!(
                    concat!($shown, "(text={})"),
                    self.text.bind(py).repr()?
                ))
            }

            fn __reduce__<'py>(
                slf: &Bound<'py, Self>,
            ) -> PyResult<(Bound<'py, PyAny>, (Py<PyString>, Option<Py<PyAny>>))> {
                let py = slf.py();
                let words = slf.get();
                let fields = (words.text.clone_ref(py), words.raw(py)?);
                Ok((slf.get_type().into_any(), fields))
            }
        }
    };
}

words!(TextDelta, "TextDelta");
words!(TranscriptDelta, "TranscriptDelta");
words!(ReasoningDelta, "ReasoningDelta");

/// What words are.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Transcript,
    Reasoning,
}

impl Kind {
    pub(crate) fn delta(self, py: Python<'_>, words: Words) -> PyResult<Bound<'_, PyAny>> {
        let text = PyString::new(py, &words.text).unbind();
        let raw = Raw::Document(words.document, PyOnceLock::new());
        Ok(match self {
            Self::Text => Bound::new(py, TextDelta { text, raw })?.into_any(),
            Self::Transcript => Bound::new(py, TranscriptDelta { text, raw })?.into_any(),
            Self::Reasoning => Bound::new(py, ReasoningDelta { text, raw })?.into_any(),
        })
    }

    /// What `delta` is, and its text.
    pub(crate) fn of<'py>(delta: &Bound<'py, PyAny>) -> PyResult<(Self, Bound<'py, PyString>)> {
        let kind = if delta.is_instance_of::<TextDelta>() {
            Self::Text
        } else if delta.is_instance_of::<TranscriptDelta>() {
            Self::Transcript
        } else if delta.is_instance_of::<ReasoningDelta>() {
            Self::Reasoning
        } else {
            return Err(PyTypeError::new_err("only words can be told"));
        };
        let text = delta.getattr(intern!(delta.py(), "text"))?;
        Ok((kind, text.cast_into()?))
    }
}

/// All the words of a reply so far, by kind.
#[derive(Default)]
pub(crate) struct Told {
    text: String,
    transcript: String,
    reasoning: String,
}

impl Told {
    pub(crate) fn add(&mut self, kind: Kind, text: &str) {
        match kind {
            Kind::Text => self.text.push_str(text),
            Kind::Transcript => self.transcript.push_str(text),
            Kind::Reasoning => self.reasoning.push_str(text),
        }
    }

    pub(crate) fn all(&self) -> (&str, &str, &str) {
        (&self.text, &self.transcript, &self.reasoning)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.text.len() + self.transcript.len() + self.reasoning.len()
    }
}

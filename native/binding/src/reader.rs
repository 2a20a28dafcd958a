//! `StreamReader`: a stream's bytes -> `AudioFrame`s and the events that are more than audio.

use omni_stream_core::json::Shape;
use omni_stream_core::reader::{Item, Reader};
use omni_stream_core::sse;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::audio::{AudioDecoder, AudioFrame};
use crate::bytes::read_bytes;
use crate::sse::{ServerSentEvent, Texts, limit_fault};

#[pyclass(module = "omni_stream._native")]
pub struct StreamReader {
    reader: Reader,
    audio: Py<AudioDecoder>,
    texts: Texts,
}

#[pymethods]
impl StreamReader {
    #[new]
    #[pyo3(signature = (audio, *, audio_path, silent_paths, max_line_bytes, max_event_bytes))]
    fn new(
        audio: Py<AudioDecoder>,
        audio_path: Option<&str>,
        silent_paths: Vec<String>,
        max_line_bytes: usize,
        max_event_bytes: usize,
    ) -> PyResult<Self> {
        let silent: Vec<&str> = silent_paths.iter().map(String::as_str).collect();
        let shape = audio_path
            .map(|path| Shape::new(path, &silent))
            .transpose()
            .map_err(|error| {
                PyValueError::new_err(format!(
                    "a path is of the form key.key[].key, not {}",
                    error.0
                ))
            })?;
        let limits = sse::Limits {
            line_bytes: max_line_bytes,
            event_bytes: max_event_bytes,
        };
        Ok(Self {
            reader: Reader::new(limits, shape),
            audio,
            texts: Texts::default(),
        })
    }

    /// The items of the next bytes, and whether any of them is an event.
    fn feed<'py>(
        &mut self,
        py: Python<'py>,
        source: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyList>, bool)> {
        let mut items = Vec::new();
        let fed = {
            let mut audio = self.audio.bind(py).try_borrow_mut()?;
            let (audio, reader, items) = (&mut audio.0, &mut self.reader, &mut items);
            read_bytes(py, source, |bytes| reader.feed(bytes, audio, items))?
        };
        let list = PyList::empty(py);
        let mut has_event = false;
        for item in items {
            match item {
                Item::Audio(chunk) => list.append(AudioFrame::from(chunk))?,
                Item::Event(event) => {
                    has_event = true;
                    list.append(self.texts.event(py, &event)?)?;
                }
            }
        }
        match fed {
            Ok(()) => Ok((list, has_event)),
            Err(fault) => Err(limit_fault(fault, list.into_any().unbind())),
        }
    }

    /// The event that the end of the stream cut off, if it has data.
    fn close(&mut self, py: Python<'_>) -> PyResult<Option<ServerSentEvent>> {
        let unfinished = self.reader.unfinished();
        unfinished
            .map(|event| self.texts.event(py, &event))
            .transpose()
    }

    #[getter]
    fn events(&self) -> u64 {
        self.reader.events()
    }

    #[getter]
    fn replacements(&self) -> u64 {
        self.texts.replacements
    }
}

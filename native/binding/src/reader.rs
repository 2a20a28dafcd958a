//! `StreamReader`: a stream's bytes -> `AudioFrame`s, words, and the events that are more than that.

use omni_stream_core::json::{Paths, Shape};
use omni_stream_core::reader::{Item, Reader};
use omni_stream_core::sse;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::audio::{AudioDecoder, AudioFrame};
use crate::bytes::{read_free, with_bytes};
use crate::events::{Kind, Told};
use crate::sse::{LimitFault, ServerSentEvent, Texts, limit_fault};

#[pyclass(module = "omni_stream._native")]
pub struct StreamReader {
    reader: Reader,
    audio: Py<AudioDecoder>,
    texts: Texts,
    /// What the words at each of the shape's paths are.
    kinds: Vec<Kind>,
    told: Told,
    max_audio_seconds: f64,
    max_told_bytes: usize,
    given: u64,
    unread: bool,
}

fn borrowed(paths: &[PyBackedStr]) -> Vec<&str> {
    paths.iter().map(|path| &**path).collect()
}

/// An object in the making, so that a list is made of many as they come.
struct Object<'py>(PyResult<Bound<'py, PyAny>>);

impl<'py> IntoPyObject<'py> for Object<'py> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, _py: Python<'py>) -> PyResult<Self::Output> {
        self.0
    }
}

fn said_bytes(item: &Item) -> usize {
    match item {
        Item::Words(words) => words.text.len(),
        Item::Audio(_) | Item::Event(_) => 0,
    }
}

impl StreamReader {
    /// The items of the next bytes, None if there are none; see `unread`.
    pub(crate) fn feed_bytes<'py>(
        &mut self,
        py: Python<'py>,
        bytes: &[u8],
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        self.feed_pieces(py, &[bytes], false)
    }

    /// As [`Self::feed_bytes`] of all of `pieces`; the list may have only the frames, and none.
    pub(crate) fn feed_pieces<'py>(
        &mut self,
        py: Python<'py>,
        pieces: &[&[u8]],
        frames_only: bool,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        let mut items = Vec::new();
        let mut audio = self.audio.bind(py).try_borrow_mut()?;
        let fed = {
            let (audio, reader, items) = (&mut audio.decoder, &mut self.reader, &mut items);
            let length = pieces.iter().map(|piece| piece.len()).sum();
            read_free(py, length, || {
                let mut pieces = pieces.iter();
                pieces.try_for_each(|piece| reader.feed(piece, audio, items))
            })
        };
        if items.is_empty() && fed.is_ok() {
            return Ok(None);
        }
        let said_bytes: usize = items.iter().map(said_bytes).sum();
        self.unread = fed.is_err()
            || items.iter().any(|item| matches!(item, Item::Event(_)))
            || audio.decoder.seconds() > self.max_audio_seconds
            || self.told.bytes() + said_bytes > self.max_told_bytes;
        if !self.unread {
            self.given += items.len() as u64;
            for item in &items {
                if let Item::Words(words) = item {
                    self.told.add(self.kinds[words.path], &words.text);
                }
            }
            if frames_only {
                items.retain(|item| matches!(item, Item::Audio(_)));
            }
        }
        let objects = items.into_iter().map(|item| {
            Object(match item {
                Item::Audio(chunk) => Bound::new(py, AudioFrame::from(chunk)).map(Bound::into_any),
                Item::Words(words) => self.kinds[words.path].delta(py, words),
                Item::Event(event) => self
                    .texts
                    .event(py, &event.borrowed(), event.index)
                    .and_then(|seen| Bound::new(py, seen).map(Bound::into_any)),
            })
        });
        let list = PyList::new(py, objects)?;
        match fed {
            Ok(()) => Ok(Some(list)),
            Err(fault) => Err(limit_fault(fault, list.into_any().unbind())),
        }
    }
}

#[pymethods]
impl StreamReader {
    #[new]
    #[pyo3(signature = (
        audio, *, decode_audio, audio_path, text_paths, transcript_paths, reasoning_paths, silent_paths,
        mark_paths, max_line_bytes, max_event_bytes, max_audio_seconds, max_told_bytes, spoken_where=None,
    ))]
    #[allow(clippy::too_many_arguments)] // by keyword
    fn new(
        audio: Py<AudioDecoder>,
        decode_audio: bool,
        audio_path: Option<&str>,
        text_paths: Vec<PyBackedStr>,
        transcript_paths: Vec<PyBackedStr>,
        reasoning_paths: Vec<PyBackedStr>,
        silent_paths: Vec<PyBackedStr>,
        mark_paths: Vec<PyBackedStr>,
        max_line_bytes: usize,
        max_event_bytes: usize,
        max_audio_seconds: f64,
        max_told_bytes: usize,
        spoken_where: Option<(PyBackedStr, PyBackedStr)>,
    ) -> PyResult<Self> {
        let kinds = [
            (Kind::Text, &text_paths),
            (Kind::Transcript, &transcript_paths),
            (Kind::Reasoning, &reasoning_paths),
        ];
        let (kinds, words): (Vec<_>, Vec<_>) = kinds
            .into_iter()
            .flat_map(|(kind, paths)| paths.iter().map(move |path| (kind, &**path)))
            .unzip();
        let shape = Shape::new(Paths {
            audio: audio_path,
            words: &words,
            spoken: spoken_where.as_ref().map(|(path, says)| (&**path, &**says)),
            silent: &borrowed(&silent_paths),
            marks: &borrowed(&mark_paths),
        });
        let shape = shape.map_err(|error| {
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
            reader: Reader::new(limits, shape, decode_audio),
            audio,
            texts: Texts::default(),
            kinds,
            told: Told::default(),
            max_audio_seconds,
            max_told_bytes,
            given: 0,
            unread: false,
        })
    }

    /// See [`Self::feed_bytes`].
    fn feed<'py>(
        &mut self,
        py: Python<'py>,
        source: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        with_bytes(py, source, |bytes| self.feed_bytes(py, bytes))?
    }

    /// Whether what was given last is to be read one by one: it holds an event, which may say more
    /// than the words behind it or end the reply, or it is more than a reply may have. Its items are
    /// not counted as given then, and its words are not told.
    #[getter]
    pub(crate) fn unread(&self) -> bool {
        self.unread
    }

    #[getter]
    fn given(&self) -> u64 {
        self.given
    }

    /// The event that the end of the stream cut off, if it has data.
    fn close(&mut self, py: Python<'_>) -> PyResult<Option<ServerSentEvent>> {
        let unfinished = self.reader.unfinished();
        unfinished
            .map(|event| self.texts.event(py, &event.borrowed(), event.index))
            .transpose()
    }

    /// Note words.
    fn tell(&mut self, py: Python<'_>, delta: Py<PyAny>) -> PyResult<()> {
        let (kind, text) = Kind::of(delta.bind(py))?;
        self.told.add(kind, text.to_str()?);
        Ok(())
    }

    /// All the words so far: text, transcript, reasoning.
    #[getter]
    fn told(&self) -> (&str, &str, &str) {
        self.told.all()
    }

    #[getter]
    fn told_bytes(&self) -> usize {
        self.told.bytes()
    }

    #[getter]
    fn empty_events(&self) -> u64 {
        self.reader.empty_events()
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

/// The part of a decoder that its reads go through: straight to a reader, as long as it has one.
#[pyclass(subclass, module = "omni_stream._native")]
pub struct StraightFeed {
    reader: Option<Py<StreamReader>>,
}

#[pymethods]
impl StraightFeed {
    /// A subclass has arguments of its own.
    #[new]
    #[pyo3(signature = (*_arguments, **_options))]
    fn new(_arguments: &Bound<'_, PyTuple>, _options: Option<&Bound<'_, PyDict>>) -> Self {
        Self { reader: None }
    }

    #[setter(_straight)]
    fn set_reader(&mut self, reader: Option<Py<StreamReader>>) {
        self.reader = reader;
    }

    /// The items of the next bytes; those that are to be read one by one, by `_read`.
    fn feed<'py>(
        slf: &Bound<'py, Self>,
        content: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let straight = slf.try_borrow()?;
        let Some(reader) = straight.reader.as_ref() else {
            drop(straight);
            return slf.call_method1(intern!(py, "_feed_otherwise"), (content,));
        };
        let mut reader = reader.bind(py).try_borrow_mut()?;
        let (method, completed) = match reader.feed(py, content) {
            Ok(None) => return Ok(PyList::empty(py).into_any()),
            Ok(Some(items)) if !reader.unread => return Ok(items.into_any()),
            Ok(Some(items)) => (intern!(py, "_read"), items.into_any()),
            Err(fault) if fault.is_instance_of::<LimitFault>(py) => (
                intern!(py, "_exceed"),
                fault.into_value(py).into_bound(py).into_any(),
            ),
            Err(error) => return Err(error),
        };
        drop(reader); // what is called asks it and its owner
        drop(straight);
        slf.call_method1(method, (completed,))
    }
}

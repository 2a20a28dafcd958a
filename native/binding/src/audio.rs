//! `AudioFormat`, `AudioFrame` and `AudioDecoder`.

use std::ffi::{c_int, c_void};
use std::hash::{DefaultHasher, Hash, Hasher};

use omni_stream_core::encoding::{Encoding, EncodingError};
use omni_stream_core::format::{Format, MAX_RATE};
use omni_stream_core::pcm::{self, AudioError, Chunk, Raw};
use omni_stream_core::sample::Sample;
use omni_stream_core::wav::WavError;
use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyString};
use pyo3::{create_exception, ffi, intern};

use crate::bytes::read_bytes;

create_exception!(
    omni_stream._native,
    AudioFault,
    PyException,
    "An audio delta is not what the decoder reads: (what is wrong)."
);

pub(crate) fn audio_fault(error: AudioError) -> PyErr {
    AudioFault::new_err(match error {
        AudioError::Encoding(EncodingError { encoding, position }) => {
            format!(
                "invalid {} at character {position} of the audio delta",
                name(encoding)
            )
        }
        AudioError::Wav(WavError::Malformed) => "malformed WAV header".to_owned(),
        AudioError::Wav(WavError::HeadTooLong) => {
            "no samples in the first 64 KiB of a WAV file".to_owned()
        }
        AudioError::Wav(WavError::CutOff) => {
            "the end of the stream cuts off a WAV header".to_owned()
        }
        AudioError::Wav(WavError::Encoding { tag, bits }) => {
            format!(
                "WAV audio of format tag {tag} with {bits} bits, where 16-bit PCM (tag 1) and \
                 32-bit float (tag 3) are read"
            )
        }
        AudioError::Wav(WavError::Shape { rate, channels }) => {
            format!(
                "WAV audio of {channels} channels at {rate} Hz, where 1 or 2 channels \
                 at 1 to {MAX_RATE} Hz are read"
            )
        }
    })
}

/// The format of int16 PCM audio: `rate` in Hz, and 1 or 2 `channels`.
#[pyclass(frozen, eq, hash, from_py_object, module = "omni_stream.audio")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AudioFormat(pub(crate) Format);

#[pymethods]
impl AudioFormat {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("rate", "channels")
    }

    #[new]
    #[pyo3(signature = (rate, channels=1))]
    fn new(rate: i64, channels: i64) -> PyResult<Self> {
        let format = u32::try_from(rate)
            .ok()
            .zip(u16::try_from(channels).ok())
            .and_then(|(rate, channels)| Format::new(rate, channels));
        format.map(Self).ok_or_else(|| {
            PyValueError::new_err(format!(
                "an audio format has a rate of 1 to {MAX_RATE} Hz and 1 or 2 channels, \
                 not {rate} Hz and {channels} channels"
            ))
        })
    }

    #[getter]
    fn rate(&self) -> u32 {
        self.0.rate()
    }

    #[getter]
    fn channels(&self) -> u16 {
        self.0.channels()
    }

    #[getter]
    fn frame_bytes(&self) -> usize {
        self.0.frame_bytes()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (u32, u16)) {
        let format = slf.get();
        (
            slf.get_type().into_any(),
            (format.rate(), format.channels()),
        )
    }

    fn __repr__(&self) -> String {
        format!(
            "AudioFormat(rate={}, channels={})",
            self.rate(),
            self.channels()
        )
    }
}

/// A run of int16 PCM with its place in the stream; exports its PCM as a buffer.
#[pyclass(frozen, module = "omni_stream.audio")]
pub struct AudioFrame(pub(crate) Chunk);

impl From<Chunk> for AudioFrame {
    fn from(chunk: Chunk) -> Self {
        Self(chunk)
    }
}

/// Marks of the other byte order in a buffer's format.
const SWAPPED: &[u8] = if cfg!(target_endian = "little") {
    b">!"
} else {
    b"<"
};

/// The bytes of `samples`: an int16 array of any layout, or bytes.
fn pcm_bytes(samples: &Bound<'_, PyAny>, channels: u16) -> PyResult<Vec<u8>> {
    let py = samples.py();
    let refused = |_| {
        PyValueError::new_err(format!(
            "audio samples are native int16 or their bytes, not {}",
            samples.get_type()
        ))
    };
    let buffer = PyUntypedBuffer::get(samples).map_err(refused)?;
    let mark = buffer.format().to_bytes().first();
    let is_swapped = mark.is_some_and(|mark| SWAPPED.contains(mark));
    let Some(array) = buffer.as_typed::<i16>().ok().filter(|_| !is_swapped) else {
        return buffer.as_typed::<u8>().map_err(refused)?.to_vec(py);
    };
    match *array.shape() {
        [_] => {}
        [_, columns] if columns == usize::from(channels) => {}
        ref shape => {
            return Err(PyValueError::new_err(format!(
                "audio samples of {channels} channels have shape (frames, {channels}), or are \
                 interleaved in one dimension; these have shape {shape:?}"
            )));
        }
    }
    let mut samples = array.to_vec(py)?;
    for sample in &mut samples {
        *sample = sample.to_le();
    }
    Ok(bytemuck::cast_slice(&samples).to_vec())
}

#[pymethods]
impl AudioFrame {
    #[new]
    #[pyo3(signature = (samples, format, *, position_frames=0))]
    fn new(
        samples: &Bound<'_, PyAny>,
        format: AudioFormat,
        position_frames: i64,
    ) -> PyResult<Self> {
        let position = u64::try_from(position_frames).map_err(|_| {
            PyValueError::new_err(format!(
                "a frame's position in its stream is at least 0, not {position_frames}"
            ))
        })?;
        let pcm = pcm_bytes(samples, format.0.channels())?;
        let frame_bytes = format.0.frame_bytes();
        if pcm.len() % frame_bytes != 0 {
            return Err(PyValueError::new_err(format!(
                "audio samples are whole frames of {frame_bytes} bytes, and {} bytes are not",
                pcm.len()
            )));
        }
        Ok(Self(Chunk {
            format: format.0,
            pcm,
            position,
        }))
    }

    /// For copies and pickles.
    fn __getnewargs_ex__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(impl IntoPyObject<'py>, Bound<'py, PyDict>)> {
        let place = PyDict::new(py);
        place.set_item("position_frames", self.0.position)?;
        Ok(((self.__bytes__(py), self.format()), place))
    }

    #[getter]
    fn format(&self) -> AudioFormat {
        AudioFormat(self.0.format)
    }

    #[getter]
    fn position_frames(&self) -> u64 {
        self.0.position
    }

    #[getter]
    fn seconds(&self) -> f64 {
        let frames = u32::try_from(self.__len__()).unwrap_or(u32::MAX);
        f64::from(frames) / f64::from(self.0.format.rate())
    }

    #[getter]
    fn samples<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        static FROMBUFFER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let py = slf.py();
        let flat = FROMBUFFER
            .import(py, "numpy", "frombuffer")?
            .call1((slf, intern!(py, "<i2")))?;
        let channels = slf.get().0.format.channels();
        flat.call_method1(intern!(py, "reshape"), (-1, channels))
    }

    fn __len__(&self) -> usize {
        self.0.pcm.len() / self.0.format.frame_bytes()
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.pcm)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.0.format, self.0.position, &self.0.pcm).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        format!(
            "AudioFrame({} frames at {}, {})",
            self.__len__(),
            self.0.position,
            self.format().__repr__()
        )
    }

    #[allow(unsafe_code)] // the buffer protocol hands out a pointer
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        static EMPTY: [i16; 0] = [];
        let pcm = match slf.get().0.pcm.as_slice() {
            [] => bytemuck::cast_slice(&EMPTY), // an address that is even, as that of any other PCM
            pcm => pcm,
        };
        let length = ffi::Py_ssize_t::try_from(pcm.len())?;
        // SAFETY: the interpreter passes a valid `view`. The memory is never written or
        // moved, since the class is frozen, and lives as long as the reference to `slf`
        // that the view takes; it is marked read-only.
        let filled = unsafe {
            ffi::PyBuffer_FillInfo(
                view,
                slf.as_ptr(),
                pcm.as_ptr().cast::<c_void>().cast_mut(),
                length,
                1,
                flags,
            )
        };
        if filled == -1 {
            return Err(PyErr::fetch(slf.py()));
        }
        Ok(())
    }
}

fn name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Base64 => "base64",
        Encoding::Hex => "hex",
    }
}

fn encoding(name: &str) -> PyResult<Encoding> {
    match name {
        "base64" => Ok(Encoding::Base64),
        "hex" => Ok(Encoding::Hex),
        _ => Err(PyValueError::new_err(format!(
            "audio is encoded as base64 or hex, not {name:?}"
        ))),
    }
}

fn sample(name: &str) -> PyResult<Sample> {
    match name {
        "s16" => Ok(Sample::S16),
        "f32" => Ok(Sample::F32),
        _ => Err(PyValueError::new_err(format!(
            "samples are s16 or f32, not {name:?}"
        ))),
    }
}

fn frame(chunk: Result<Option<Chunk>, AudioError>) -> PyResult<Option<AudioFrame>> {
    Ok(chunk.map_err(audio_fault)?.map(AudioFrame::from))
}

/// Audio deltas -> `AudioFrame`s; see `omni_stream.pcm.AudioDecoder`.
#[pyclass(subclass, module = "omni_stream._native")]
pub struct AudioDecoder {
    pub(crate) decoder: pcm::AudioDecoder,
    encoding: Encoding,
}

#[pymethods]
impl AudioDecoder {
    #[new]
    #[pyo3(signature = (format, *, encoding="base64", sample="s16"))]
    fn new(format: AudioFormat, encoding: &str, sample: &str) -> PyResult<Self> {
        let encoding = self::encoding(encoding)?;
        let raw = Raw {
            format: format.0,
            sample: self::sample(sample)?,
        };
        Ok(Self {
            decoder: pcm::AudioDecoder::new(raw, encoding),
            encoding,
        })
    }

    #[pyo3(signature = (encoded, format=None))]
    fn decode(
        &mut self,
        encoded: &Bound<'_, PyString>,
        format: Option<AudioFormat>,
    ) -> PyResult<Option<AudioFrame>> {
        let Ok(encoded) = encoded.to_str() else {
            self.decoder.leave_out();
            return Err(AudioFault::new_err(format!(
                "a lone surrogate, which is not {}, in the audio delta",
                name(self.encoding)
            )));
        };
        let format = format.map(|format| format.0);
        frame(self.decoder.decode(encoded.as_bytes(), format))
    }

    #[pyo3(signature = (content, format=None))]
    fn decode_bytes(
        &mut self,
        py: Python<'_>,
        content: &Bound<'_, PyAny>,
        format: Option<AudioFormat>,
    ) -> PyResult<Option<AudioFrame>> {
        let format = format.map(|format| format.0);
        let decoder = &mut self.decoder;
        frame(read_bytes(py, content, |bytes| {
            decoder.decode_bytes(bytes, format)
        })?)
    }

    /// Have a reader hand all audio on from here.
    fn retire(&mut self) {
        self.decoder.retire();
    }

    fn finish(&mut self) -> PyResult<Option<AudioFrame>> {
        frame(self.decoder.finish())
    }

    #[getter]
    fn seconds(&self) -> f64 {
        self.decoder.seconds()
    }

    #[getter]
    fn rest_bytes(&self) -> u64 {
        self.decoder.rest_bytes()
    }
}

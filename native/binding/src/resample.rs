//! `Resampler`.

use omni_stream_core::format::Format;
use omni_stream_core::pcm::Chunk;
use omni_stream_core::resample;
use pyo3::prelude::*;

use crate::audio::{AudioFormat, AudioFrame};

/// Resampling this much takes some ten microseconds; giving up the lock pays from here on.
const LONG_FRAME_BYTES: usize = 1 << 12;

/// Frames of one rate -> frames of another; see `omni_stream.stages.resample`.
#[pyclass(module = "omni_stream._native")]
pub struct Resampler {
    run: resample::Resampler,
    format: Format,
    position: u64,
}

#[pymethods]
impl Resampler {
    /// A resampler for a run of audio, None if there is none for these rates.
    #[staticmethod]
    #[pyo3(signature = (format, rate, *, position_frames))]
    fn between(format: AudioFormat, rate: u32, position_frames: u64) -> Option<Self> {
        let AudioFormat(from) = format;
        Some(Self {
            run: resample::Resampler::new(from, rate)?,
            format: Format::new(rate, from.channels())?,
            position: position_frames,
        })
    }

    fn feed(&mut self, py: Python<'_>, frame: &Bound<'_, AudioFrame>) -> Option<AudioFrame> {
        let pcm = &frame.get().0.pcm;
        let mut feed = || {
            let mut samples = Vec::with_capacity(pcm.len());
            self.run.feed(&from_pcm(pcm), &mut samples);
            to_pcm(&samples)
        };
        let pcm = if pcm.len() >= LONG_FRAME_BYTES {
            py.detach(feed)
        } else {
            feed()
        };
        self.frame(pcm)
    }

    fn finish(&mut self) -> Option<AudioFrame> {
        let mut samples = Vec::new();
        self.run.finish(&mut samples);
        self.frame(to_pcm(&samples))
    }
}

impl Resampler {
    fn frame(&mut self, pcm: Vec<u8>) -> Option<AudioFrame> {
        if pcm.is_empty() {
            return None;
        }
        let position = self.position;
        self.position += (pcm.len() / self.format.frame_bytes()) as u64;
        Some(AudioFrame::from(Chunk {
            format: self.format,
            pcm,
            position,
        }))
    }
}

fn from_pcm(pcm: &[u8]) -> Vec<i16> {
    let (samples, _) = pcm.as_chunks();
    samples
        .iter()
        .map(|sample| i16::from_le_bytes(*sample))
        .collect()
}

fn to_pcm(samples: &[i16]) -> Vec<u8> {
    samples
        .iter()
        .flat_map(|sample| sample.to_le_bytes())
        .collect()
}

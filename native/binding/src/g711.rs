//! `g711_encode` and `g711_decode`.

use omni_stream_core::g711::Law;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::audio::AudioFrame;
use crate::bytes::read_bytes;

fn law(name: &str) -> PyResult<Law> {
    match name {
        "mu" => Ok(Law::Mu),
        "a" => Ok(Law::A),
        _ => Err(PyValueError::new_err(format!(
            "G.711 has the laws mu and a, not {name:?}"
        ))),
    }
}

/// The samples of a frame as G.711, a byte each.
#[pyfunction]
pub(crate) fn g711_encode<'py>(
    frame: &Bound<'py, AudioFrame>,
    law: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let law = self::law(law)?;
    let (samples, _) = frame.get().0.pcm.as_chunks();
    PyBytes::new_with(frame.py(), samples.len(), |codes| {
        for (code, sample) in codes.iter_mut().zip(samples) {
            *code = law.encode(i16::from_le_bytes(*sample));
        }
        Ok(())
    })
}

/// The PCM that G.711 stands for.
#[pyfunction]
pub(crate) fn g711_decode<'py>(
    content: &Bound<'py, PyAny>,
    law: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let law = self::law(law)?;
    let py = content.py();
    let pcm: Vec<u8> = read_bytes(py, content, |codes| {
        codes
            .iter()
            .flat_map(|&code| law.decode(code).to_le_bytes())
            .collect()
    })?;
    Ok(PyBytes::new(py, &pcm))
}

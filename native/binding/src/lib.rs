//! The `omni_stream` core as the Python module `omni_stream._native`.
//!
//! Translation only: what is decided is decided in the core. Nothing here relies
//! on the interpreter's lock, and it is given up for reads of a size that a busy
//! interpreter would notice.

mod audio;
mod bytes;
mod chunked;
mod events;
mod g711;
mod output;
mod playout;
mod reader;
mod resample;
mod sse;

use pyo3::prelude::*;

#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use crate::audio::{AudioDecoder, AudioFault, AudioFormat, AudioFrame};
    #[pymodule_export]
    use crate::chunked::{ChunkedBody, Content, Space};
    #[pymodule_export]
    use crate::events::{ReasoningDelta, TextDelta, TranscriptDelta};
    #[pymodule_export]
    use crate::g711::{g711_decode, g711_encode};
    #[pymodule_export]
    use crate::output::Output;
    #[pymodule_export]
    use crate::playout::{JitterBuffer, PlayoutFault};
    #[pymodule_export]
    use crate::reader::{StraightFeed, StreamReader};
    #[pymodule_export]
    use crate::resample::Resampler;
    #[pymodule_export]
    use crate::sse::{LimitFault, SSEParser, ServerSentEvent};
}

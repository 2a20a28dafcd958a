//! The `omni_stream` core as the Python module `omni_stream._native`.
//!
//! Translation only: what is decided is decided in the core. Nothing here relies
//! on the interpreter's lock, and it is given up for reads of a size that a busy
//! interpreter would notice.

mod audio;
mod bytes;
mod events;
mod g711;
mod output;
mod playout;
#[cfg(target_os = "linux")]
mod polling;
mod reader;
mod receiving;
mod resample;
mod sse;
mod waiter;

use pyo3::prelude::*;

#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use crate::audio::{AudioDecoder, AudioFault, AudioFormat, AudioFrame};
    #[pymodule_export]
    use crate::events::{ReasoningDelta, TextDelta, TranscriptDelta};
    #[pymodule_export]
    use crate::g711::{g711_decode, g711_encode};
    #[pymodule_export]
    use crate::output::Output;
    #[pymodule_export]
    use crate::playout::{JitterBuffer, PlayoutFault};
    #[cfg(target_os = "linux")]
    #[pymodule_export]
    use crate::polling::Polling;
    #[pymodule_export]
    use crate::reader::{StraightFeed, StreamReader};
    #[pymodule_export]
    use crate::receiving::{ChunkedReceiver, Space};
    #[pymodule_export]
    use crate::resample::Resampler;
    #[pymodule_export]
    use crate::sse::{LimitFault, SSEParser, ServerSentEvent};
    #[pymodule_export]
    use crate::waiter::Waiter;
}

//! What int16 PCM is: a rate and a number of channels.

use crate::sample::Sample;

/// No service or device comes near it, and a frame count times it fits any integer used here.
pub const MAX_RATE: u32 = 768_000;
const MAX_CHANNELS: u16 = 2;

/// What int16 PCM is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format {
    rate: u32,
    channels: u16,
}

impl Format {
    /// A format, if `rate` is 1 to [`MAX_RATE`] Hz and `channels` 1 or 2.
    #[must_use]
    pub fn new(rate: u32, channels: u16) -> Option<Self> {
        ((1..=MAX_RATE).contains(&rate) && (1..=MAX_CHANNELS).contains(&channels))
            .then_some(Self { rate, channels })
    }

    /// Frames a second.
    #[must_use]
    pub fn rate(self) -> u32 {
        self.rate
    }

    /// Samples a frame.
    #[must_use]
    pub fn channels(self) -> u16 {
        self.channels
    }

    /// Bytes a frame.
    #[must_use]
    pub fn frame_bytes(self) -> usize {
        Sample::S16.bytes() * usize::from(self.channels)
    }
}

//! When frames are played.

/// What a [`Pull`] may play.
#[derive(Clone, Copy, Debug)]
pub struct Pulled {
    /// Frames before this mark only.
    pub limit: u64,
    /// The frames before this mark are whole: nothing is waited for to follow them.
    pub ended: u64,
    /// When the first of them is heard, in seconds on a clock that never goes back.
    pub begins_at: f64,
}

/// Takes frames from a ring, and decides when. It is called by the device's thread only.
pub trait Pull {
    /// Samples a frame.
    fn channels(&self) -> usize;

    /// Write the next frames to `out`, and silence behind them if they are fewer; returns how many.
    fn pull(&mut self, out: &mut [i16], pulled: Pulled) -> usize;

    /// Whether it is within a run of sound.
    fn is_playing(&self) -> bool;

    /// Drop the frames before a mark; what follows begins as at the first.
    fn cut(&mut self, mark: u64);

    /// Frames of the ring that were played or dropped.
    fn taken(&self) -> u64;

    /// How often there was nothing to play although more was to come.
    fn underruns(&self) -> u64;
}

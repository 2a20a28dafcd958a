//! Samples on their way from the thread that writes them to the one that plays them.
//!
//! Both ends move whole frames only.

use rtrb::{Consumer, Producer, RingBuffer};

/// The writing end.
#[derive(Debug)]
pub struct Writer {
    samples: Producer<i16>,
    channels: usize,
    written: u64,
}

/// The reading end.
#[derive(Debug)]
pub struct Reader {
    samples: Consumer<i16>,
    channels: usize,
    taken: u64,
}

/// A ring that holds so many frames.
#[must_use]
pub fn ring(frames: usize, channels: u16) -> (Writer, Reader) {
    let channels = usize::from(channels.max(1));
    let (producer, consumer) = RingBuffer::new(frames.saturating_mul(channels));
    let writer = Writer {
        samples: producer,
        channels,
        written: 0,
    };
    let reader = Reader {
        samples: consumer,
        channels,
        taken: 0,
    };
    (writer, reader)
}

impl Writer {
    /// Frames that were written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Frames that it has room for.
    #[must_use]
    pub fn room(&self) -> usize {
        self.samples.slots() / self.channels
    }

    /// Write what there is room for of int16 PCM, little-endian; returns how many frames that were.
    pub fn write(&mut self, pcm: &[u8]) -> usize {
        let frames = self.room().min(pcm.len() / 2 / self.channels);
        let Ok(chunk) = self.samples.write_chunk_uninit(frames * self.channels) else {
            return 0; // never: there is room for them
        };
        let (samples, _) = pcm.as_chunks::<2>();
        chunk.fill_from_iter(samples.iter().map(|&bytes| i16::from_le_bytes(bytes)));
        self.written += frames as u64;
        frames
    }
}

impl Reader {
    /// Samples a frame.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Frames that were taken or passed over.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Frames that wait.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.samples.slots() / self.channels
    }

    /// Take the next frames, as many as there are and `into` holds; returns how many.
    pub fn take(&mut self, into: &mut [i16]) -> usize {
        let frames = self.frames().min(into.len() / self.channels);
        if self
            .samples
            .pop_entire_slice(&mut into[..frames * self.channels])
            .is_err()
        {
            return 0; // never: they are there
        }
        self.taken += frames as u64;
        frames
    }

    /// Pass over the frames before a mark.
    pub fn pass(&mut self, mark: u64) {
        let wanted = usize::try_from(mark.saturating_sub(self.taken)).unwrap_or(usize::MAX);
        let frames = self.frames().min(wanted);
        if let Ok(chunk) = self.samples.read_chunk(frames * self.channels) {
            chunk.commit_all();
            self.taken += frames as u64;
        }
    }
}

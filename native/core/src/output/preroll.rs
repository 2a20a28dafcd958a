//! The plain rule: begin once there is enough, or once that is how long it has been waited.
//!
//! After an underrun it is waited again. What follows an end begins anew.

use super::fade::Fade;
use super::pull::{Pull, Pulled};
use super::ring::Reader;

/// A [`Pull`] by the plain rule.
#[derive(Debug)]
pub struct PreRoll {
    ring: Reader,
    /// Frames that are enough, and for which it is waited at most.
    enough: usize,
    waited: usize,
    is_playing: bool,
    fade: Fade,
    underruns: u64,
}

impl PreRoll {
    /// Plays what comes out of `ring` at `rate` Hz, once it holds `enough` frames.
    #[must_use]
    pub fn new(ring: Reader, rate: u32, enough: usize) -> Self {
        Self {
            ring,
            enough,
            waited: 0,
            is_playing: false,
            fade: Fade::new(rate),
            underruns: 0,
        }
    }

    fn wait(&mut self) {
        self.is_playing = false;
        self.waited = 0;
    }
}

impl Pull for PreRoll {
    fn channels(&self) -> usize {
        self.ring.channels()
    }

    fn pull(&mut self, out: &mut [i16], pulled: Pulled) -> usize {
        let channels = self.ring.channels();
        let wanted = out.len() / channels;
        let limit = pulled.limit.saturating_sub(self.ring.taken());
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let there = self.ring.frames().min(limit);
        let is_whole = there == limit || pulled.ended >= self.ring.taken() + there as u64;
        if !self.is_playing {
            if there == 0 || (there < self.enough && self.waited < self.enough && !is_whole) {
                self.waited += if there == 0 { 0 } else { wanted };
                out.fill(0);
                return 0;
            }
            self.is_playing = true;
        }
        let frames = there.min(wanted);
        let (sound, silence) = out.split_at_mut(frames * channels);
        self.ring.take(sound);
        silence.fill(0);
        if is_whole {
            self.fade.open_over(sound, channels);
        } else {
            self.fade.last_over(sound, channels, there - frames);
        }
        if frames < wanted {
            self.wait();
            self.underruns += u64::from(!is_whole);
            self.fade.jump(is_whole);
        }
        frames
    }

    fn is_playing(&self) -> bool {
        self.is_playing
    }

    fn cut(&mut self, mark: u64) {
        self.ring.pass(mark);
        self.wait();
        self.fade.jump(true);
    }

    fn taken(&self) -> u64 {
        self.ring.taken()
    }

    fn underruns(&self) -> u64 {
        self.underruns
    }
}

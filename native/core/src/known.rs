//! An event of audio that begins as the last one did, and should be as long: read as it comes.
//!
//! Nothing is looked for in it. Its text is decoded, which shows whether it is one, and what is behind it
//! compared. Of an event that a read cuts, what came is decoded at once, and nothing else of it is kept:
//! bytes are base64 in one way only, so that where the rest turns out otherwise the parser gets all of it
//! as it came.

use base64_simd::STANDARD;
use memchr::memchr2;

use crate::encoding::{self, Encoding};
use crate::pcm::{AudioDecoder, Chunk};

/// A document longer than this around what it says is not worth keeping as a frame.
pub(crate) const SURROUND_BYTES: usize = 4096;

/// How the line of an event begins, as services write it.
const FIELD: &[u8] = b"data: ";

/// How it ends, with the blank line.
const END: &[u8] = b"\n\n";

/// Characters that are decoded at once as they come: whole quanta, and a step of the fastest kernel.
const STEP: usize = 64;

/// What stood around the text of the last event of audio, and how long that was.
#[derive(Debug, Default)]
pub(crate) struct Pattern {
    /// From the start of its line to its text.
    start: Vec<u8>,
    /// From its text to the end of its blank line.
    end: Vec<u8>,
    /// The length of its text; 0 where there was none, or it was not of one line.
    length: usize,
    /// The one before it was as long: so will be the next, as far as anybody can tell.
    is_steady: bool,
}

impl Pattern {
    /// The text of a document in which the same is around it.
    pub(crate) fn strip<'d>(&self, document: &'d [u8]) -> Option<&'d [u8]> {
        document
            .strip_prefix(self.start.strip_prefix(FIELD)?)?
            .strip_suffix(self.end.strip_suffix(END)?)
    }

    /// Go by another event from here on.
    pub(crate) fn keep(&mut self, before: &[u8], after: &[u8], length: usize) {
        self.is_steady = false;
        self.length = 0;
        if before.len() + after.len() <= SURROUND_BYTES {
            self.start = [FIELD, before].concat();
            self.end = [after, END].concat();
            let is_line = !before.contains(&b'\n') && !after.contains(&b'\n');
            self.length = if is_line { length } else { 0 };
        }
    }

    /// Such an event came, with a text of this length.
    pub(crate) fn note(&mut self, length: usize) {
        if self.length > 0 {
            self.is_steady = self.length == length;
            self.length = length;
        }
    }

    /// Read an event that `bytes` begin with, if it is whole or may be cut.
    ///
    /// It has at most `most_bytes`, and all of its text is clean.
    pub(crate) fn read(
        &mut self,
        bytes: &[u8],
        most_bytes: usize,
        audio: &AudioDecoder,
    ) -> Option<UnderWay> {
        if self.length == 0 {
            return None;
        }
        let said = bytes.strip_prefix(self.start.as_slice())?;
        let behind = said.get(self.length..).unwrap_or(&[]);
        let is_whole = behind.len() >= self.end.len();
        let may_be_cut = self.is_steady && audio.encoding() == Encoding::Base64;
        if !self
            .end
            .starts_with(&behind[..behind.len().min(self.end.len())])
            || !(is_whole || may_be_cut)
            || self.event_bytes() > most_bytes
        {
            return None;
        }
        let mut event = UnderWay {
            text: encoding::Decoder::new(audio.encoding()),
            samples: audio.begin_clean(self.length)?,
            led: 0,
            missing: self.length,
            step: [0; STEP],
            waiting: 0,
            ended: 0,
        };
        event.led = event.samples.len();
        event.go_on(said, self).ok()?;
        self.is_steady |= event.is_whole(self);
        Some(event)
    }

    /// The last event was not as it should have been.
    pub(crate) fn doubt(&mut self) {
        self.is_steady = false;
    }

    /// How many bytes such an event has.
    pub(crate) fn event_bytes(&self) -> usize {
        self.start.len() + self.length + self.end.len()
    }
}

/// Samples are not for a decoder as it is.
pub(crate) struct Unfit;

/// An event under way.
pub(crate) struct UnderWay {
    text: encoding::Decoder,
    samples: Vec<u8>,
    /// Bytes of them that are of an event before.
    led: usize,
    /// Characters of its text that are still to come.
    missing: usize,
    /// Characters that came, and are not all of a step; the line does not end in them.
    step: [u8; STEP],
    waiting: usize,
    /// Bytes that came of what is behind the text.
    ended: usize,
}

impl UnderWay {
    /// Take the next bytes; gives what is behind the event, or what is not of it after all.
    pub(crate) fn go_on<'b>(
        &mut self,
        bytes: &'b [u8],
        pattern: &Pattern,
    ) -> Result<&'b [u8], &'b [u8]> {
        let (text, behind) = bytes.split_at(self.missing.min(bytes.len()));
        if !text.is_empty() && !self.take(text) {
            return Err(bytes);
        }
        let end = &pattern.end[self.ended..];
        let (end, rest) = behind.split_at(end.len().min(behind.len()));
        if !pattern.end[self.ended..].starts_with(end) {
            return Err(behind);
        }
        self.ended += end.len();
        Ok(rest)
    }

    /// Whether all of it came.
    pub(crate) fn is_whole(&self, pattern: &Pattern) -> bool {
        self.missing == 0 && self.ended == pattern.end.len()
    }

    /// What it comes to, if it is whole and for `audio` as that is; else nothing has changed.
    pub(crate) fn end(&mut self, audio: &mut AudioDecoder) -> Result<Option<Chunk>, Unfit> {
        let ended = audio.end_clean(std::mem::take(&mut self.samples));
        ended.map_err(|samples| {
            self.samples = samples;
            Unfit
        })
    }

    /// The bytes that were taken.
    pub(crate) fn as_it_came(&self, pattern: &Pattern) -> Vec<u8> {
        [
            pattern.start.as_slice(),
            STANDARD
                .encode_to_string(&self.samples[self.led..])
                .as_bytes(),
            &self.step[..self.waiting],
            &pattern.end[..self.ended],
        ]
        .concat()
    }

    /// Take the next of the text; false if it is not clean, and nothing has changed.
    fn take(&mut self, text: &[u8]) -> bool {
        let before = (self.samples.len(), self.step, self.waiting);
        let is_last = text.len() == self.missing;
        let is_clean = self.decode(text, is_last);
        if is_clean {
            self.missing -= text.len();
        } else {
            self.samples.truncate(before.0);
            (self.step, self.waiting) = (before.1, before.2);
        }
        is_clean
    }

    fn decode(&mut self, mut text: &[u8], is_last: bool) -> bool {
        if self.waiting > 0 {
            let (first, rest) = text.split_at((STEP - self.waiting).min(text.len()));
            let is_last = is_last && rest.is_empty();
            text = rest;
            if !self.wait(first) {
                return false;
            }
            if self.waiting == STEP || is_last {
                let (step, length) = (self.step, std::mem::take(&mut self.waiting));
                if !self.quanta(&step[..length], is_last) {
                    return false;
                }
            }
        }
        let whole = text.len() / STEP * STEP;
        let (quanta, rest) = text.split_at(if is_last { text.len() } else { whole });
        self.quanta(quanta, is_last) && self.wait(rest)
    }

    /// Whole quanta. Only the last one may be padded: what else stands for the samples is the text again.
    fn quanta(&mut self, quanta: &[u8], is_last: bool) -> bool {
        quanta.is_empty()
            || ((is_last || !quanta.ends_with(b"="))
                && self.text.feed_clean(quanta, &mut self.samples))
    }

    /// Less than a step, which is to be joined by what follows; false if the line ends in it.
    fn wait(&mut self, characters: &[u8]) -> bool {
        let waiting = self.waiting + characters.len();
        self.step[self.waiting..waiting].copy_from_slice(characters);
        self.waiting = waiting;
        memchr2(b'\n', b'\r', characters).is_none()
    }
}

//! One pass from a stream's bytes to samples.
//!
//! An event that holds audio and nothing else a reader would want becomes a
//! [`Chunk`] here; every other event is handed on as it is. Order is kept: behind
//! an event that may hold audio and was handed on, none of the same read is
//! decoded here, because its samples come first.

use std::sync::Arc;

use crate::json::{Found, Shape};
use crate::pcm::{AudioDecoder, Chunk};
use crate::sse;

/// A document longer than this around its audio is not worth keeping as a frame.
const SURROUND_BYTES: usize = 4096;

/// An event, owned.
#[derive(Clone, Debug)]
pub struct Event {
    /// See [`sse::Event::kind`].
    pub kind: Vec<u8>,
    /// See [`sse::Event::data`].
    pub data: Vec<u8>,
    /// See [`sse::Event::id`].
    pub id: Arc<[u8]>,
    /// See [`sse::Event::retry`].
    pub retry: Option<u64>,
    /// See [`sse::Event::comments`].
    pub comments: Option<Vec<u8>>,
    /// See [`sse::Event::offset`].
    pub offset: u64,
    /// Which event of the stream it is, counted from 0.
    pub index: u64,
}

impl Event {
    /// A copy of an event as the parser hands it out.
    #[must_use]
    pub fn owned(event: sse::Event<'_>, index: u64) -> Self {
        Self {
            kind: event.kind.to_vec(),
            data: event.data.into_owned(),
            id: Arc::clone(event.id),
            retry: event.retry,
            comments: event.comments.map(<[u8]>::to_vec),
            offset: event.offset,
            index,
        }
    }
}

/// What a read holds.
#[derive(Debug)]
pub enum Item {
    /// An event that was audio and nothing else.
    Audio(Chunk),
    /// Any other event.
    Event(Event),
}

/// What stood around the audio of the last event that was nothing but audio.
///
/// A service repeats it from event to event. Where it does, the same text around
/// another run of clean base64 is again a valid document with the audio in the
/// same place, since base64 has neither quotes nor escapes: no scan is needed.
#[derive(Debug, Default)]
struct Surround {
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Surround {
    fn strip<'d>(&self, document: &'d [u8]) -> Option<&'d [u8]> {
        if self.before.is_empty() {
            return None;
        }
        document
            .strip_prefix(self.before.as_slice())?
            .strip_suffix(self.after.as_slice())
    }

    fn keep(&mut self, before: &[u8], after: &[u8]) {
        if before.len() + after.len() <= SURROUND_BYTES {
            self.before.clear();
            self.before.extend_from_slice(before);
            self.after.clear();
            self.after.extend_from_slice(after);
        }
    }
}

/// The fused reader of a stream.
pub struct Reader {
    parser: sse::Parser,
    fusing: Fusing,
    events: u64,
}

/// The part that turns events into chunks.
struct Fusing {
    shape: Option<Shape>,
    surround: Surround,
}

impl Fusing {
    /// The samples of an event that is nothing but audio.
    ///
    /// `Err(true)` if it may hold audio all the same, `Err(false)` if it holds none.
    fn decode(
        &mut self,
        event: &sse::Event<'_>,
        audio: &mut AudioDecoder,
    ) -> Result<Option<Chunk>, bool> {
        let Some(shape) = &self.shape else {
            return Err(true);
        };
        if !event.kind.is_empty() || event.comments.is_some() {
            return Err(true);
        }
        if let Some(encoded) = self.surround.strip(&event.data)
            && !encoded.is_empty()
            && let Some(chunk) = audio.decode_clean(encoded)
        {
            return Ok(chunk);
        }
        match shape.find(&event.data) {
            Found::NoAudio => Err(false),
            Found::Unclear => Err(true),
            Found::Audio(range) => {
                let (before, after) = (&event.data[..range.start], &event.data[range.end..]);
                // Invalid UTF-8 has to be counted and replaced, which is not done here.
                if !before.is_ascii() || !after.is_ascii() {
                    return Err(true);
                }
                let chunk = audio.decode_clean(&event.data[range.clone()]).ok_or(true)?;
                self.surround.keep(before, after);
                Ok(chunk)
            }
        }
    }
}

impl Reader {
    /// A reader at the start of a stream; without a shape every event is handed on.
    #[must_use]
    pub fn new(limits: sse::Limits, shape: Option<Shape>) -> Self {
        Self {
            parser: sse::Parser::new(limits, b""),
            fusing: Fusing {
                shape,
                surround: Surround::default(),
            },
            events: 0,
        }
    }

    /// Events framed so far.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The event that the end of the stream would cut off, if it has data.
    #[must_use]
    pub fn unfinished(&self) -> Option<Event> {
        let event = self.parser.unfinished()?;
        Some(Event::owned(event, self.events))
    }

    /// Read the next bytes and append to `items` what they finish.
    ///
    /// # Errors
    /// As [`sse::Parser::feed`]; `items` then holds what was finished before.
    pub fn feed(
        &mut self,
        bytes: &[u8],
        audio: &mut AudioDecoder,
        items: &mut Vec<Item>,
    ) -> Result<(), sse::LimitError> {
        let mut handing_on = false;
        let Self {
            parser,
            fusing,
            events,
        } = self;
        parser.feed(bytes, |event| {
            let index = *events;
            *events += 1;
            if !handing_on {
                match fusing.decode(&event, audio) {
                    Ok(Some(chunk)) => return items.push(Item::Audio(chunk)),
                    Ok(None) => return,
                    Err(may_hold_audio) => handing_on = may_hold_audio,
                }
            }
            items.push(Item::Event(Event::owned(event, index)));
        })
    }
}

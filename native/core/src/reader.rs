//! One pass from a stream's bytes to samples and words.
//!
//! An event that holds audio and nothing else a reader would want becomes a
//! [`Chunk`] here, one that holds words and nothing else becomes [`Words`], and one
//! that holds nothing is counted; every other event is handed on as it is. Order is
//! kept: behind an event that was handed on, all of the same read is handed on too,
//! because its samples come first, and it may be the last that counts. The first
//! event of a stream is handed on unless it is audio, for what it says of the reply.

use std::borrow::Cow;
use std::sync::Arc;

use crate::json::{Found, Shape, unescaped};
use crate::known::{Pattern, SURROUND_BYTES, UnderWay};
use crate::pcm::{AudioDecoder, Chunk};
use crate::sse::{self, Taken};

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

    /// The event as the parser handed it out.
    #[must_use]
    pub fn borrowed(&self) -> sse::Event<'_> {
        sse::Event {
            kind: &self.kind,
            data: Cow::Borrowed(&self.data),
            id: &self.id,
            retry: self.retry,
            comments: self.comments.as_deref(),
            offset: self.offset,
        }
    }
}

/// What an event said that was words and nothing else.
#[derive(Clone, Debug)]
pub struct Words {
    /// The index of the path at which they stood.
    pub path: usize,
    /// The words.
    pub text: String,
    /// The event's data.
    pub document: String,
}

/// What a read holds.
#[derive(Debug)]
pub enum Item {
    /// An event that was audio and nothing else.
    Audio(Chunk),
    /// An event that was words and nothing else.
    Words(Words),
    /// Any other event.
    Event(Event),
}

/// What stood around the words of the last event that held nothing else.
///
/// A service repeats it from event to event. Where it does, the same text around
/// another string without quotes, escapes and control characters is again a valid
/// document that says it in the same place: no scan is needed.
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
    /// The event that the last read cut, if it was known and has not gone to the parser.
    cut: Option<UnderWay>,
    events: u64,
    empty_events: u64,
    /// The longest line that is within the limits.
    most_bytes: usize,
}

/// The part that turns events into chunks and words.
struct Fusing {
    shape: Shape,
    decode_audio: bool,
    pattern: Pattern,
    words_surround: Surround,
    words_path: usize,
}

/// An event has to be read by a full parser.
struct HandOn;

/// What an event that says but one thing comes to.
enum Said {
    /// Samples; None where they complete no frame.
    Audio(Option<Chunk>),
    Words(Words),
    Nothing,
}

impl Fusing {
    fn read(&mut self, event: &sse::Event<'_>, audio: &mut AudioDecoder) -> Result<Said, HandOn> {
        if !event.kind.is_empty() || event.comments.is_some() {
            return Err(HandOn);
        }
        let data = &*event.data;
        if self.decode_audio
            && let Some(encoded) = self.pattern.strip(data)
            && !encoded.is_empty()
            && let Some(chunk) = audio.decode_clean(encoded)
        {
            self.pattern.note(encoded.len());
            return Ok(Said::Audio(chunk));
        }
        if let Some(text) = self.words_surround.strip(data)
            && let Some(words) = plain_words(self.words_path, text, data)
        {
            return Ok(Said::Words(words));
        }
        match self.shape.find(data) {
            Found::Audio(range) if self.decode_audio => {
                let (before, after) = (&data[..range.start], &data[range.end..]);
                // Invalid UTF-8 has to be counted and replaced, which is not done here.
                if !before.is_ascii() || !after.is_ascii() {
                    return Err(HandOn);
                }
                let chunk = audio.decode_clean(&data[range.clone()]);
                let chunk = chunk.ok_or(HandOn)?;
                self.pattern.keep(before, after, range.len());
                Ok(Said::Audio(chunk))
            }
            Found::Words { path, text } => {
                let document = str::from_utf8(data).map_err(|_| HandOn)?;
                let said = unescaped(&document[text.clone()]).ok_or(HandOn)?;
                let (before, after) = (&data[..text.start], &data[text.end..]);
                self.words_surround.keep(before, after);
                self.words_path = path;
                Ok(Said::Words(Words {
                    path,
                    text: said.into_owned(),
                    document: document.to_owned(),
                }))
            }
            Found::Nothing if str::from_utf8(data).is_ok() => Ok(Said::Nothing),
            Found::Nothing | Found::Audio(_) | Found::Unclear => Err(HandOn),
        }
    }
}

/// The words in a known surround, if they need no more than to be copied.
fn plain_words(path: usize, text: &[u8], document: &[u8]) -> Option<Words> {
    let is_plain = |&byte: &u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.is_empty() || !text.iter().all(is_plain) {
        return None;
    }
    Some(Words {
        path,
        text: str::from_utf8(text).ok()?.to_owned(),
        document: str::from_utf8(document).ok()?.to_owned(),
    })
}

impl Reader {
    /// A reader at the start of a stream.
    ///
    /// Without `decode_audio` the events with audio are handed on.
    #[must_use]
    pub fn new(limits: sse::Limits, shape: Shape, decode_audio: bool) -> Self {
        Self {
            parser: sse::Parser::new(limits, b""),
            fusing: Fusing {
                shape,
                decode_audio,
                pattern: Pattern::default(),
                words_surround: Surround::default(),
                words_path: 0,
            },
            cut: None,
            events: 0,
            empty_events: 0,
            most_bytes: limits.line_bytes.min(limits.event_bytes),
        }
    }

    /// Events framed so far.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Those of them that said nothing and were not handed on.
    #[must_use]
    pub fn empty_events(&self) -> u64 {
        self.empty_events
    }

    /// The event that the end of the stream would cut off, if it has data.
    #[must_use]
    pub fn unfinished(&mut self) -> Option<Event> {
        if let Some(event) = self.cut.take() {
            let bytes = event.as_it_came(&self.fusing.pattern);
            let _ = self.parser.feed(&bytes, |_| {}); // no event ends there, and it is within the limits
        }
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
        let Self {
            parser,
            fusing,
            cut,
            events,
            empty_events,
            most_bytes,
        } = self;
        let under_way = cut.take();
        let mut feeding = Feeding {
            fusing,
            cut,
            events,
            empty_events,
            most_bytes: *most_bytes,
            audio,
            items,
            handing_on: false,
            knowing: true,
        };
        let bytes = match under_way {
            Some(event) => feeding.go_on(event, bytes, parser)?,
            None => bytes,
        };
        parser.feed_to(bytes, &mut feeding)
    }
}

/// A read under way.
struct Feeding<'r> {
    fusing: &'r mut Fusing,
    cut: &'r mut Option<UnderWay>,
    events: &'r mut u64,
    empty_events: &'r mut u64,
    most_bytes: usize,
    audio: &'r mut AudioDecoder,
    items: &'r mut Vec<Item>,
    /// All is handed on from here.
    handing_on: bool,
    /// Events are known by their beginning.
    knowing: bool,
}

impl Feeding<'_> {
    /// Go on with the event that the last read cut; gives what is left of the bytes.
    fn go_on<'b>(
        &mut self,
        mut event: UnderWay,
        bytes: &'b [u8],
        parser: &mut sse::Parser,
    ) -> Result<&'b [u8], sse::LimitError> {
        let pattern = &mut self.fusing.pattern;
        let went_on = event.go_on(bytes, pattern);
        if went_on.is_ok() && !event.is_whole(pattern) {
            *self.cut = Some(event);
            return Ok(&[]);
        }
        if let Ok(rest) = went_on
            && let Ok(chunk) = event.end(self.audio)
        {
            parser.skip(pattern.event_bytes());
            *self.events += 1;
            self.items.extend(chunk.map(Item::Audio));
            return Ok(rest);
        }
        let (Ok(rest) | Err(rest)) = went_on;
        let came = event.as_it_came(pattern);
        pattern.doubt();
        self.knowing = false;
        let fed = parser.feed_to(&came, self);
        self.knowing = true;
        fed.map(|()| rest)
    }
}

impl sse::Sink for Feeding<'_> {
    fn known(&mut self, bytes: &[u8]) -> Taken {
        if self.handing_on || !self.knowing || !self.fusing.decode_audio {
            return Taken::Nothing;
        }
        let pattern = &mut self.fusing.pattern;
        let Some(mut event) = pattern.read(bytes, self.most_bytes, self.audio) else {
            return Taken::Nothing;
        };
        if !event.is_whole(pattern) {
            *self.cut = Some(event);
            return Taken::All;
        }
        let Ok(chunk) = event.end(self.audio) else {
            return Taken::Nothing;
        };
        *self.events += 1;
        self.items.extend(chunk.map(Item::Audio));
        Taken::Event(pattern.event_bytes())
    }

    fn event(&mut self, event: sse::Event<'_>) {
        let index = *self.events;
        *self.events += 1;
        if !self.handing_on {
            match self.fusing.read(&event, self.audio) {
                Ok(Said::Audio(Some(chunk))) => return self.items.push(Item::Audio(chunk)),
                Ok(Said::Audio(None)) => return,
                Ok(Said::Words(words)) if index > 0 => return self.items.push(Item::Words(words)),
                Ok(Said::Nothing) if index > 0 => return *self.empty_events += 1,
                Ok(Said::Words(_) | Said::Nothing) => {}
                Err(HandOn) => self.handing_on = true,
            }
        }
        self.items.push(Item::Event(Event::owned(event, index)));
    }
}

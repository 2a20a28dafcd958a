//! Event streams by the WHATWG rules (HTML Living Standard, section 9.2.6).
//!
//! * A line ends at LF, CR or CRLF, whichever comes; a CR that ends a read ends
//!   its line at once, and one LF at the start of the next read belongs to it.
//! * One UTF-8 byte order mark is skipped at the very start of the stream.
//! * Only new bytes are looked at, whatever the size of the reads.
//! * What is kept is bounded: `data`, `event`, `id` and `retry` lines by
//!   [`Limits`]; comments by [`COMMENT_BYTES`] a block; lines of any other field
//!   are dropped as they stream, so no limit concerns them.
//!
//! Text stays bytes here. A line break is ASCII and ends any unfinished UTF-8
//! sequence, so decoding a field by itself equals decoding the whole stream.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memchr2;

/// Comments are for people and status marks; a block keeps this much of them.
pub const COMMENT_BYTES: usize = 1024;

/// A buffer that an event or line has grown beyond this is given back: a stream waits much longer than it
/// is read, and there are thousands of them. Events of text are shorter.
const KEPT_BYTES: usize = 1 << 12;

const BOM: &[u8] = b"\xEF\xBB\xBF";
const LONGEST_FIELD: usize = b"event".len();

fn empty(buffer: &mut Vec<u8>) {
    if buffer.capacity() > KEPT_BYTES {
        *buffer = Vec::new();
    } else {
        buffer.clear();
    }
}

/// How much a line and an event may hold, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A line, without its line break.
    pub line_bytes: usize,
    /// An event: its type and its data.
    pub event_bytes: usize,
}

/// Which limit was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounded {
    /// [`Limits::line_bytes`].
    Line,
    /// [`Limits::event_bytes`].
    Event,
}

/// A limit was exceeded. The parser stays in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitError {
    /// Which limit.
    pub what: Bounded,
    /// Its value.
    pub limit: usize,
    /// Bytes seen of the line or the event when it was noticed.
    pub seen: usize,
}

/// A dispatched event, borrowed from the parser or from the bytes fed.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// Value of the last `event` field; empty means "message".
    pub kind: &'a [u8],
    /// Values of the `data` fields, joined by LF; owned if huge.
    pub data: Cow<'a, [u8]>,
    /// The last event id as of this event; shared, as one id may stand for any number of events.
    pub id: &'a Arc<[u8]>,
    /// Milliseconds of the last valid `retry` field of the block.
    pub retry: Option<u64>,
    /// Comments of the block, joined by LF; None if it has none.
    pub comments: Option<&'a [u8]>,
    /// Offset in the stream of the block's first byte.
    pub offset: u64,
}

/// What a [`Sink`] takes of bytes that begin a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// An event within the parser's limits, of so many bytes: a `data` line and a blank one, with their breaks.
    Event(usize),
    /// All there is. Of what that was a part the sink has yet to tell: it is fed again, or skipped.
    All,
    /// Nothing.
    Nothing,
}

/// Takes what a parser finds.
pub trait Sink {
    /// Look at bytes that begin a block, to read an event without looking for its end.
    fn known(&mut self, bytes: &[u8]) -> Taken;

    /// Take any other event.
    fn event(&mut self, event: Event<'_>);
}

/// Takes events alone.
struct Each<F>(F);

impl<F: FnMut(Event<'_>)> Sink for Each<F> {
    fn known(&mut self, _bytes: &[u8]) -> Taken {
        Taken::Nothing
    }

    fn event(&mut self, event: Event<'_>) {
        self.0(event);
    }
}

/// What the line under way is, as far as its first bytes tell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Undecided,
    Data,
    Kind,
    Id,
    Retry,
    Comment,
    Dropped,
}

impl Field {
    fn named(name: &[u8]) -> Self {
        match name {
            b"" => Self::Comment,
            b"data" => Self::Data,
            b"event" => Self::Kind,
            b"id" => Self::Id,
            b"retry" => Self::Retry,
            _ => Self::Dropped,
        }
    }
}

/// The line under way.
struct Line {
    field: Field,
    /// The field's name so far, while undecided.
    name: Vec<u8>,
    /// The next byte is the first of the value, so one space there is dropped.
    at_value: bool,
    /// Value so far of an `event`, `id` or `retry` line; `data` goes to its block.
    value: Vec<u8>,
    seen: usize,
}

/// The block under way: all since the last blank line.
struct Block {
    offset: u64,
    kind: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    retry: Option<u64>,
    comments: Vec<u8>,
    has_comment: bool,
}

impl Block {
    /// The comments that were kept, without a character that their bound cut.
    fn comments(&self) -> Option<&[u8]> {
        if !self.has_comment {
            return None;
        }
        let kept = self.comments.as_slice();
        if kept.len() < COMMENT_BYTES {
            return Some(kept);
        }
        let last = kept.utf8_chunks().last().map_or(&b""[..], |c| c.invalid());
        let is_cut = str::from_utf8(last).is_err_and(|error| error.error_len().is_none());
        Some(&kept[..kept.len() - if is_cut { last.len() } else { 0 }])
    }
}

/// The incremental parser.
pub struct Parser {
    limits: Limits,
    fault: Option<LimitError>,
    /// Offset in the stream of the next byte to be fed.
    offset: u64,
    /// Bytes of the byte order mark matched so far; all of them once it is settled.
    bom: usize,
    skip_lf: bool,
    line: Line,
    block: Block,
    /// The "last event ID buffer", if it has changed since a blank line committed it to `last_id`.
    id: Option<Arc<[u8]>>,
    last_id: Arc<[u8]>,
    reconnection: Option<u64>,
}

impl Parser {
    /// A parser at the start of a stream; `last_id` is what an earlier connection ended with.
    #[must_use]
    pub fn new(limits: Limits, last_id: &[u8]) -> Self {
        Self {
            limits,
            fault: None,
            offset: 0,
            bom: 0,
            skip_lf: false,
            line: Line {
                field: Field::Undecided,
                name: Vec::with_capacity(LONGEST_FIELD),
                at_value: false,
                value: Vec::new(),
                seen: 0,
            },
            block: Block {
                offset: 0,
                kind: Vec::new(),
                data: Vec::new(),
                has_data: false,
                retry: None,
                comments: Vec::new(),
                has_comment: false,
            },
            id: None,
            last_id: last_id.into(),
            reconnection: None,
        }
    }

    /// The last event id that a blank line has committed.
    #[must_use]
    pub fn last_id(&self) -> &[u8] {
        &self.last_id
    }

    /// Milliseconds of the last valid `retry` field.
    #[must_use]
    pub fn reconnection(&self) -> Option<u64> {
        self.reconnection
    }

    /// The block that the end of the stream would cut off, if it has data.
    #[must_use]
    pub fn unfinished(&self) -> Option<Event<'_>> {
        self.block.has_data.then_some(Event {
            kind: &self.block.kind,
            data: Cow::Borrowed(&self.block.data),
            id: &self.last_id,
            retry: self.block.retry,
            comments: self.block.comments(),
            offset: self.block.offset,
        })
    }

    /// Parse the next bytes and hand each finished event to `on_event`.
    ///
    /// Events that were finished before a limit was exceeded are handed out
    /// before the error is returned; every later call returns it again.
    pub fn feed(
        &mut self,
        bytes: &[u8],
        on_event: impl FnMut(Event<'_>),
    ) -> Result<(), LimitError> {
        self.feed_to(bytes, &mut Each(on_event))
    }

    /// Parse the next bytes into `sink`, as [`Self::feed`].
    pub fn feed_to(&mut self, bytes: &[u8], sink: &mut impl Sink) -> Result<(), LimitError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let fed = self
            .past_bom(bytes, sink)
            .and_then(|bytes| self.lines(bytes, sink));
        self.fault = fed.err();
        fed
    }

    /// Go on behind an event of so many bytes, all of which the sink has taken.
    pub fn skip(&mut self, event_bytes: usize) {
        self.offset += event_bytes as u64;
        self.block.offset = self.offset;
    }

    /// Swallow the byte order mark, or take for content what only looked like its start.
    fn past_bom<'b>(
        &mut self,
        bytes: &'b [u8],
        sink: &mut impl Sink,
    ) -> Result<&'b [u8], LimitError> {
        for (index, &byte) in bytes.iter().enumerate() {
            if self.bom == BOM.len() {
                return Ok(&bytes[index..]);
            }
            if byte != BOM[self.bom] {
                let swallowed = std::mem::replace(&mut self.bom, BOM.len());
                self.lines(&BOM[..swallowed], sink)?;
                return Ok(&bytes[index..]);
            }
            self.bom += 1;
            if self.bom == BOM.len() {
                self.offset += BOM.len() as u64;
                self.block.offset = self.offset;
            }
        }
        Ok(&[])
    }

    fn lines(&mut self, bytes: &[u8], sink: &mut impl Sink) -> Result<(), LimitError> {
        let base = self.offset;
        self.offset += bytes.len() as u64;
        let mut at = 0;
        if self.skip_lf && !bytes.is_empty() {
            self.skip_lf = false;
            if bytes[0] == b'\n' {
                at = 1;
                if self.block.offset == base {
                    self.block.offset += 1; // that CR ended a blank line
                }
            }
        }
        loop {
            while self.is_between_blocks() {
                match sink.known(&bytes[at..]) {
                    Taken::Event(length) => at += length,
                    Taken::All => {
                        self.offset = base + at as u64;
                        return Ok(());
                    }
                    Taken::Nothing => break,
                }
                self.block.offset = base + at as u64;
            }
            let Some(found) = memchr2(b'\n', b'\r', &bytes[at..]) else {
                break;
            };
            let line = &bytes[at..at + found];
            at = self.past_break(bytes, at + found);
            if let Some(value) = self.whole_data(line)
                && let Some(&(b'\n' | b'\r')) = bytes.get(at)
            {
                at = self.past_break(bytes, at);
                self.within(Bounded::Line, line.len())?;
                self.within(Bounded::Event, self.block.kind.len() + value.len())?;
                self.dispatch(Some(value), sink);
                self.next_block(base + at as u64);
                continue;
            }
            self.take(line)?;
            if self.line.seen == 0 {
                self.dispatch(None, sink);
                self.next_block(base + at as u64);
            } else {
                self.end_line()?;
            }
        }
        self.take(&bytes[at..])
    }

    /// Whether the next byte begins a block, and nothing is left to be committed by its end.
    fn is_between_blocks(&self) -> bool {
        let Block {
            kind,
            has_data,
            retry,
            has_comment,
            ..
        } = &self.block;
        let is_empty = kind.is_empty() && !has_data && retry.is_none() && !has_comment;
        is_empty && self.line.seen == 0 && self.id.is_none()
    }

    /// Step over the line break at `at`, which may continue in the next read.
    fn past_break(&mut self, bytes: &[u8], at: usize) -> usize {
        if bytes[at] == b'\n' {
            return at + 1;
        }
        match bytes.get(at + 1) {
            Some(b'\n') => at + 2,
            Some(_) => at + 1,
            None => {
                self.skip_lf = true;
                at + 1
            }
        }
    }

    /// The value of a line that came whole and is the first `data` line of its block.
    ///
    /// Where a blank line follows at once, the event is dispatched without copying it.
    fn whole_data<'b>(&self, line: &'b [u8]) -> Option<&'b [u8]> {
        if self.line.seen > 0 || self.block.has_data {
            return None;
        }
        let value = line.strip_prefix(b"data:")?;
        Some(value.strip_prefix(b" ").unwrap_or(value))
    }

    /// Take the next bytes of the line under way.
    fn take(&mut self, mut bytes: &[u8]) -> Result<(), LimitError> {
        self.line.seen += bytes.len();
        while self.line.field == Field::Undecided {
            let Some((&byte, rest)) = bytes.split_first() else {
                return Ok(());
            };
            bytes = rest;
            if byte == b':' {
                self.begin_value();
            } else if self.line.name.len() == LONGEST_FIELD {
                self.line.field = Field::Dropped;
            } else {
                self.line.name.push(byte);
            }
        }
        if self.line.at_value && !bytes.is_empty() {
            self.line.at_value = false;
            bytes = bytes.strip_prefix(b" ").unwrap_or(bytes);
        }
        match self.line.field {
            Field::Data => {
                self.block.data.extend_from_slice(bytes);
                self.within(Bounded::Line, self.line.seen)?;
                self.within(
                    Bounded::Event,
                    self.block.kind.len() + self.block.data.len(),
                )
            }
            Field::Kind | Field::Id | Field::Retry => {
                self.line.value.extend_from_slice(bytes);
                self.within(Bounded::Line, self.line.seen)
            }
            Field::Comment => {
                let room = COMMENT_BYTES.saturating_sub(self.block.comments.len());
                self.block
                    .comments
                    .extend_from_slice(&bytes[..bytes.len().min(room)]);
                Ok(())
            }
            Field::Undecided | Field::Dropped => Ok(()),
        }
    }

    /// The name is complete: what follows is the field's value.
    fn begin_value(&mut self) {
        self.line.field = Field::named(&self.line.name);
        self.line.at_value = true;
        match self.line.field {
            Field::Data => {
                let is_next = std::mem::replace(&mut self.block.has_data, true);
                self.block.data.extend(is_next.then_some(b'\n'));
            }
            Field::Comment => {
                let is_next = std::mem::replace(&mut self.block.has_comment, true);
                let has_room = self.block.comments.len() < COMMENT_BYTES;
                self.block
                    .comments
                    .extend((is_next && has_room).then_some(b'\n'));
            }
            _ => {}
        }
    }

    /// The line under way is complete and not blank: apply its field.
    fn end_line(&mut self) -> Result<(), LimitError> {
        if self.line.field == Field::Undecided {
            self.begin_value(); // a line without a colon is a field with an empty value
        }
        let value = &self.line.value;
        match self.line.field {
            Field::Kind => {
                self.block.kind.clear();
                self.block.kind.extend_from_slice(value);
            }
            Field::Id if !value.contains(&0) => {
                self.id = Some(value.as_slice().into());
            }
            Field::Retry if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let milliseconds = value.iter().fold(0_u64, |sum, digit| {
                    sum.saturating_mul(10)
                        .saturating_add(u64::from(digit - b'0'))
                });
                self.block.retry = Some(milliseconds);
                self.reconnection = Some(milliseconds);
            }
            _ => {}
        }
        self.line.field = Field::Undecided;
        self.line.name.clear();
        self.line.at_value = false;
        empty(&mut self.line.value);
        self.line.seen = 0;
        self.within(
            Bounded::Event,
            self.block.kind.len() + self.block.data.len(),
        )
    }

    /// A blank line: commit the id, and hand out the block if it has data.
    fn dispatch(&mut self, whole: Option<&[u8]>, sink: &mut impl Sink) {
        if let Some(id) = self.id.take() {
            self.last_id = id;
        }
        let data = match whole {
            Some(data) => Cow::Borrowed(data),
            None if !self.block.has_data => return,
            // A buffer that would be given back is handed out instead.
            None if self.block.data.capacity() > KEPT_BYTES => {
                Cow::Owned(std::mem::take(&mut self.block.data))
            }
            None => Cow::Borrowed(self.block.data.as_slice()),
        };
        sink.event(Event {
            kind: &self.block.kind,
            data,
            id: &self.last_id,
            retry: self.block.retry,
            comments: self.block.comments(),
            offset: self.block.offset,
        });
    }

    fn next_block(&mut self, offset: u64) {
        let block = &mut self.block;
        block.offset = offset;
        empty(&mut block.kind);
        empty(&mut block.data);
        block.has_data = false;
        block.retry = None;
        block.comments.clear();
        block.has_comment = false;
    }

    fn within(&self, what: Bounded, seen: usize) -> Result<(), LimitError> {
        let limit = match what {
            Bounded::Line => self.limits.line_bytes,
            Bounded::Event => self.limits.event_bytes,
        };
        if seen > limit {
            return Err(LimitError { what, limit, seen });
        }
        Ok(())
    }
}

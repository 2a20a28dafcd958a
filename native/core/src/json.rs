//! Finding what an event says without building its JSON document.
//!
//! A dialect says by a [`Shape`] where its audio and its words are, and which
//! other places can hold something a reader would want. A document is
//! [`Found::Audio`] or [`Found::Words`] only if it is valid JSON (RFC 8259), has
//! exactly one such string, every other such place is absent, null or empty, and
//! all on the way to them is of the expected kind and named once. Of an array,
//! only the first item counts. All else is left to a full JSON parser, so being
//! unsure here costs time and never an event.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;

/// Deeper documents are left to the full parser, which has its own limit.
const MAX_DEPTH: usize = 32;

/// So are longer numbers: full parsers differ in what they make of them.
const MAX_DIGITS: usize = 400;

/// A key of a shape is a bit of a word.
const MAX_KEYS: usize = u64::BITS as usize;

/// A path is not of the form `key.key[].key`, or the [`MAX_KEYS`] of its object are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError(pub String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Nothing of interest here, perhaps below.
    Passage,
    Audio,
    /// The index of its path.
    Words(usize),
    Silent,
    Mark,
    /// What stands there says whether words are audio.
    Switch,
}

/// Where a dialect's documents say something. A path is of the form `choices[].delta.content`.
#[derive(Clone, Copy, Debug)]
pub struct Paths<'p> {
    /// Audio as base64, if it is read here at all.
    pub audio: Option<&'p str>,
    /// Text that is given out as it is.
    pub words: &'p [&'p str],
    /// A place, and the string there that says that what stands at the first path of words is
    /// audio as base64.
    pub spoken: Option<(&'p str, &'p str)>,
    /// All else that a reader would want to see.
    pub silent: &'p [&'p str],
    /// What a reader would want to see only where there is no audio beside it.
    pub marks: &'p [&'p str],
}

#[derive(Debug)]
struct Node {
    role: Role,
    keys: Vec<(Box<[u8]>, usize)>,
    items: Option<usize>,
}

impl Node {
    fn new() -> Self {
        Self {
            role: Role::Passage,
            keys: Vec::new(),
            items: None,
        }
    }

    /// Whether a value that begins with `byte` may stand on the way to a place of interest.
    fn leads_on(&self, byte: u8) -> bool {
        self.role != Role::Passage
            || match byte {
                b'{' => self.items.is_none(),
                b'[' => self.items.is_some(),
                byte => byte == b'n',
            }
    }
}

/// The places of [`Paths`], to compare documents with.
#[derive(Debug)]
pub struct Shape {
    nodes: Vec<Node>,
    /// What a switch says where words are audio.
    spoken: Box<[u8]>,
}

/// What a document holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One audio string and nothing else of interest; the range is its text between the quotes.
    Audio(Range<usize>),
    /// Likewise, one string of words.
    Words {
        /// The index of its path.
        path: usize,
        /// Its text between the quotes, escapes and all.
        text: Range<usize>,
    },
    /// Nothing of interest.
    Nothing,
    /// More than that, or perhaps not JSON.
    Unclear,
}

impl Shape {
    /// The shape of documents that say something at these paths. Without any, all are unclear.
    pub fn new(paths: Paths<'_>) -> Result<Self, PathError> {
        let mut shape = Self {
            nodes: vec![Node::new()],
            spoken: paths.spoken.map_or("", |(_, says)| says).as_bytes().into(),
        };
        if let Some(path) = paths.audio {
            shape.add(path, Role::Audio)?;
        }
        for (index, path) in paths.words.iter().enumerate() {
            shape.add(path, Role::Words(index))?;
        }
        if let Some((path, _)) = paths.spoken {
            shape.add(path, Role::Switch)?;
        }
        for path in paths.silent {
            shape.add(path, Role::Silent)?;
        }
        for path in paths.marks {
            shape.add(path, Role::Mark)?;
        }
        Ok(shape)
    }

    fn add(&mut self, path: &str, role: Role) -> Result<(), PathError> {
        let mut at = 0;
        for part in path.split('.') {
            let (key, is_array) = match part.strip_suffix("[]") {
                Some(key) => (key, true),
                None => (part, false),
            };
            if key.is_empty() || key.contains(['"', '\\', '[']) {
                return Err(PathError(path.to_owned()));
            }
            let known = self.nodes[at]
                .keys
                .iter()
                .find(|(k, _)| **k == *key.as_bytes());
            at = if let Some(&(_, child)) = known {
                child
            } else if self.nodes[at].keys.len() == MAX_KEYS {
                return Err(PathError(path.to_owned()));
            } else {
                let child = self.grow();
                self.nodes[at].keys.push((key.as_bytes().into(), child));
                child
            };
            if is_array {
                at = if let Some(child) = self.nodes[at].items {
                    child
                } else {
                    let child = self.grow();
                    self.nodes[at].items = Some(child);
                    child
                };
            }
        }
        self.nodes[at].role = role;
        Ok(())
    }

    fn grow(&mut self) -> usize {
        self.nodes.push(Node::new());
        self.nodes.len() - 1
    }

    /// Look at one document.
    #[must_use]
    pub fn find(&self, document: &[u8]) -> Found {
        let mut scan = Scan {
            shape: self,
            text: document,
            at: 0,
            audio: None,
            words: None,
            is_spoken: false,
            speaks: false,
            marked: false,
        };
        scan.space();
        let has_paths = !self.nodes[0].keys.is_empty();
        if !has_paths || scan.peek() != Some(b'{') || scan.value(Some(0), 0).is_none() {
            return Found::Unclear;
        }
        scan.space();
        if scan.at != document.len() {
            return Found::Unclear;
        }
        match (scan.audio, scan.words) {
            _ if scan.speaks => Found::Unclear,
            (None, Some((0, text))) if scan.is_spoken => Found::Audio(text),
            (Some(range), None) => Found::Audio(range),
            (None, Some((path, text))) if !scan.marked => Found::Words { path, text },
            (None, None) if !scan.marked => Found::Nothing,
            _ => Found::Unclear,
        }
    }
}

/// What a string of a document says, given what stands between its quotes.
///
/// None if it has half a surrogate pair, which is no character.
#[must_use]
pub fn unescaped(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('\\') {
        return Some(Cow::Borrowed(text));
    }
    let mut said = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            said.push(character);
            continue;
        }
        said.push(match characters.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = code_unit(&mut characters)?;
                if (0xD800..0xDC00).contains(&unit) {
                    let pair = (characters.next()?, characters.next()?) == ('\\', 'u');
                    let low = pair.then(|| code_unit(&mut characters))??;
                    let low = low.checked_sub(0xDC00).filter(|&low| low < 0x400)?;
                    char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + low)?
                } else {
                    char::from_u32(unit)?
                }
            }
            same => same,
        });
    }
    Some(Cow::Owned(said))
}

fn code_unit(characters: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| {
        Some(unit << 4 | characters.next()?.to_digit(16)?)
    })
}

/// A key whose place in the shape is not certain.
struct Ambiguous;

/// A scan under way. Its steps return None as soon as the document is unclear.
struct Scan<'a> {
    shape: &'a Shape,
    text: &'a [u8],
    at: usize,
    audio: Option<Range<usize>>,
    words: Option<(usize, Range<usize>)>,
    /// The words are audio, if they stand at the first path.
    is_spoken: bool,
    /// A place that should be silent holds something, or words are in two places.
    speaks: bool,
    /// There is a mark.
    marked: bool,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.text[self.at..]
            .starts_with(word)
            .then(|| self.at += word.len())
    }

    /// Step over one value; `node` is its place in the shape, if it has one.
    fn value(&mut self, node: Option<usize>, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        let role = node.map_or(Role::Passage, |node| self.shape.nodes[node].role);
        let first = self.peek()?;
        if node.is_some_and(|node| !self.shape.nodes[node].leads_on(first)) {
            return None;
        }
        match first {
            b'{' => {
                let is_empty = self.object(node, depth)?;
                self.note(role, is_empty);
                Some(())
            }
            b'[' => {
                let is_empty = self.array(node, depth)?;
                self.note(role, is_empty);
                Some(())
            }
            b'"' => {
                let range = self.string()?;
                match role {
                    Role::Audio if !range.is_empty() => self.audio = Some(range),
                    Role::Words(path) if !range.is_empty() => {
                        self.speaks |= self.words.replace((path, range)).is_some();
                    }
                    Role::Switch => {
                        let says = &self.text[range];
                        self.is_spoken = *says == *self.shape.spoken;
                        self.speaks |= says.contains(&b'\\'); // it may say anything
                    }
                    _ => self.note(role, range.is_empty()),
                }
                Some(())
            }
            b'n' => self.word(b"null"),
            b't' => {
                self.word(b"true")?;
                self.note(role, false);
                Some(())
            }
            b'f' => {
                self.word(b"false")?;
                self.note(role, false);
                Some(())
            }
            _ => {
                self.number()?;
                self.note(role, false);
                Some(())
            }
        }
    }

    /// A value was neither null, nor audio, nor words: is that still nothing to a reader?
    fn note(&mut self, role: Role, is_empty: bool) {
        match role {
            Role::Passage | Role::Switch => {}
            Role::Mark => self.marked |= !is_empty,
            Role::Audio | Role::Words(_) | Role::Silent => self.speaks |= !is_empty,
        }
    }

    fn object(&mut self, node: Option<usize>, depth: usize) -> Option<bool> {
        self.expect(b'{')?;
        self.space();
        if self.expect(b'}').is_some() {
            return Some(true);
        }
        let mut met = 0;
        loop {
            let key = self.string()?;
            self.space();
            self.expect(b':')?;
            self.space();
            self.value(self.child(node, key, &mut met).ok()?, depth + 1)?;
            self.space();
            if self.expect(b'}').is_some() {
                return Some(false);
            }
            self.expect(b',')?;
            self.space();
        }
    }

    /// The place in the shape of a key's value; `met` has a bit for each of the shape's keys that
    /// the object has had. An escaped key could be any key, and a repeated one counts but once.
    fn child(
        &self,
        node: Option<usize>,
        key: Range<usize>,
        met: &mut u64,
    ) -> Result<Option<usize>, Ambiguous> {
        let Some(node) = node else {
            return Ok(None);
        };
        let key = &self.text[key];
        if key.contains(&b'\\') {
            return Err(Ambiguous);
        }
        let keys = &self.shape.nodes[node].keys;
        let Some(known) = keys.iter().position(|(k, _)| **k == *key) else {
            return Ok(None);
        };
        let bit = 1 << known;
        if *met & bit != 0 {
            return Err(Ambiguous);
        }
        *met |= bit;
        Ok(Some(keys[known].1))
    }

    fn array(&mut self, node: Option<usize>, depth: usize) -> Option<bool> {
        self.expect(b'[')?;
        self.space();
        if self.expect(b']').is_some() {
            return Some(true);
        }
        let mut child = node.and_then(|node| self.shape.nodes[node].items);
        loop {
            self.value(child.take(), depth + 1)?;
            self.space();
            if self.expect(b']').is_some() {
                return Some(false);
            }
            self.expect(b',')?;
            self.space();
        }
    }

    /// Step over a string; the range is what stands between its quotes, escapes and all.
    fn string(&mut self) -> Option<Range<usize>> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            let run = memchr2(b'"', b'\\', &self.text[self.at..])?;
            // The least byte, not the first bad one: a run of audio is long, and this takes
            // many bytes in one step.
            let run_bytes = &self.text[self.at..self.at + run];
            if run_bytes.iter().fold(u8::MAX, |least, &b| least.min(b)) < 0x20 {
                return None;
            }
            self.at += run;
            if self.peek() == Some(b'"') {
                self.at += 1;
                return Some(start..self.at - 1);
            }
            self.at += 1;
            let escape = self.peek()?;
            self.at += 1;
            match escape {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                b'u' => {
                    let digits = self.text.get(self.at..self.at + 4)?;
                    if !digits.iter().all(u8::is_ascii_hexdigit) {
                        return None;
                    }
                    self.at += 4;
                }
                _ => return None,
            }
        }
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        (1..=MAX_DIGITS).contains(&(self.at - start)).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.expect(b'-');
        if self.expect(b'0').is_none() {
            self.digits()?;
        }
        if self.expect(b'.').is_some() {
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }
}

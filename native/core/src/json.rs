//! Finding an event's audio without building its JSON document.
//!
//! A dialect says by a [`Shape`] where its audio is and which other places can
//! hold something a reader would want. A document is [`Found::Audio`] only if it
//! is valid JSON (RFC 8259), has exactly one audio string, every other such place
//! is absent, null or empty, and all on the way to them is of the expected kind,
//! named once and alone in its array. All else is left to a full JSON parser, so being unsure here
//! costs time and never an event.

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
    Silent,
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

/// Where a dialect's documents hold audio, and what must be silent for nothing else to be said.
#[derive(Debug)]
pub struct Shape {
    nodes: Vec<Node>,
}

/// What a document holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One audio string and nothing else of interest; the range is its text between the quotes.
    Audio(Range<usize>),
    /// No audio for certain.
    NoAudio,
    /// Perhaps audio, perhaps more, perhaps not JSON.
    Unclear,
}

impl Shape {
    /// A shape from paths such as `choices[].delta.audio.data`.
    pub fn new(audio: &str, silent: &[&str]) -> Result<Self, PathError> {
        let mut shape = Self {
            nodes: vec![Node::new()],
        };
        shape.add(audio, Role::Audio)?;
        for path in silent {
            shape.add(path, Role::Silent)?;
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
            speaks: false,
        };
        scan.space();
        if scan.peek() != Some(b'{') || scan.value(Some(0), 0).is_none() {
            return Found::Unclear;
        }
        scan.space();
        if scan.at != document.len() {
            return Found::Unclear;
        }
        match scan.audio {
            None => Found::NoAudio,
            Some(range) if !scan.speaks => Found::Audio(range),
            Some(_) => Found::Unclear,
        }
    }
}

/// A key whose place in the shape is not certain.
struct Ambiguous;

/// A scan under way. Its steps return None as soon as the document is unclear.
struct Scan<'a> {
    shape: &'a Shape,
    text: &'a [u8],
    at: usize,
    audio: Option<Range<usize>>,
    /// A place that should be silent holds something.
    speaks: bool,
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
                self.note(role, is_empty)
            }
            b'[' => {
                let is_empty = self.array(node, depth)?;
                self.note(role, is_empty)
            }
            b'"' => {
                let range = self.string()?;
                if role == Role::Audio && !range.is_empty() {
                    return self.audio.replace(range).is_none().then_some(());
                }
                self.note(role, range.is_empty())
            }
            b'n' => self.word(b"null"),
            b't' => {
                self.word(b"true")?;
                self.note(role, false)
            }
            b'f' => {
                self.word(b"false")?;
                self.note(role, false)
            }
            _ => {
                self.number()?;
                self.note(role, false)
            }
        }
    }

    /// A value was neither null nor an audio string: is that still nothing to a reader?
    fn note(&mut self, role: Role, is_empty: bool) -> Option<()> {
        match role {
            Role::Silent => self.speaks |= !is_empty,
            Role::Audio if !is_empty => return None,
            Role::Audio | Role::Passage => {}
        }
        Some(())
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
        let child = node.and_then(|node| self.shape.nodes[node].items);
        loop {
            self.value(child, depth + 1)?;
            self.space();
            if self.expect(b']').is_some() {
                return Some(false);
            }
            self.expect(b',')?;
            self.space();
            if child.is_some() {
                return None; // which of several items counts is not the shape's to say
            }
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

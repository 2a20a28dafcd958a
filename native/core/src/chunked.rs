//! The chunked coding of HTTP/1.1 bodies (RFC 9112, section 7.1), as far as it is plain.
//!
//! * A size line that is anything but one to fifteen hexadecimal digits and CRLF is not for
//!   this reader, and neither is the last chunk, whose size is 0: both are handed on from the
//!   line's first byte, with all that follows, to a parser of the whole grammar.
//! * A chunk ends with CRLF, or with LF alone, as lenient parsers have it. Where something else
//!   follows its last byte the body is broken, and nothing after it can be told.

/// Fifteen digits are 2^60 bytes: more is no size.
const MOST_DIGITS: usize = 15;

/// What is not for this reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rest {
    /// The bytes from the last chunk, or from a line that is not plain, on.
    Handed(Vec<u8>),
    /// A chunk does not end where its size says.
    Broken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In a size line.
    Size,
    /// In a chunk, of which so many bytes are to come.
    Content(u64),
    /// Behind a chunk.
    End,
    /// Behind a chunk and its CR.
    EndLine,
    /// Nothing more is read.
    Over,
}

/// What a size line says so far.
enum Size {
    Unfinished,
    Is(u64),
    NotPlain,
}

fn read_size(line: &[u8]) -> Size {
    let mut size = 0;
    let mut digits = 0;
    for &byte in line {
        let Some(value) = char::from(byte).to_digit(16) else {
            break;
        };
        size = size << 4 | u64::from(value);
        digits += 1;
        if digits > MOST_DIGITS {
            return Size::NotPlain;
        }
    }
    match &line[digits..] {
        b"" => Size::Unfinished,
        b"\r" if digits > 0 => Size::Unfinished,
        b"\r\n" if size > 0 => Size::Is(size),
        _ => Size::NotPlain,
    }
}

/// The incremental reader of a chunked body.
#[derive(Clone, Debug)]
pub struct ChunkedBody {
    place: Place,
    /// The size line under way.
    line: Vec<u8>,
}

impl Default for ChunkedBody {
    fn default() -> Self {
        Self {
            place: Place::Size,
            line: Vec::with_capacity(MOST_DIGITS + 2),
        }
    }
}

impl ChunkedBody {
    /// Read the next bytes, and hand what they hold of the content to `on_content`, chunk by chunk.
    ///
    /// Gives what is not for this reader: once there is something, nothing that follows is.
    pub fn feed<'b>(
        &mut self,
        bytes: &'b [u8],
        mut on_content: impl FnMut(&'b [u8]),
    ) -> Option<Rest> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match self.place {
                Place::Size => {
                    self.line.push(byte);
                    at += 1;
                    match read_size(&self.line) {
                        Size::Unfinished => {}
                        Size::Is(size) => {
                            self.line.clear();
                            self.place = Place::Content(size);
                        }
                        Size::NotPlain => {
                            self.place = Place::Over;
                            let mut rest = std::mem::take(&mut self.line);
                            rest.extend_from_slice(&bytes[at..]);
                            return Some(Rest::Handed(rest));
                        }
                    }
                }
                Place::Content(left) => {
                    let here = bytes.len() - at;
                    let taken = usize::try_from(left).map_or(here, |left| left.min(here));
                    on_content(&bytes[at..at + taken]);
                    at += taken;
                    let left = left - taken as u64;
                    self.place = if left == 0 {
                        Place::End
                    } else {
                        Place::Content(left)
                    };
                }
                Place::End if byte == b'\r' => {
                    self.place = Place::EndLine;
                    at += 1;
                }
                Place::End | Place::EndLine if byte == b'\n' => {
                    self.place = Place::Size;
                    at += 1;
                }
                Place::End | Place::EndLine => {
                    self.place = Place::Over;
                    return Some(Rest::Broken);
                }
                Place::Over => break,
            }
        }
        None
    }
}

"""What the emulator says: a function of the prompt and a seed, and of nothing else.

A prompt that begins with one of these is read out, word for word, to its end
(in any case of letters, after blanks; a full-width colon serves as well)::

    Say:    Read exactly:    请说:    请朗读:

To any other, the answer is in the prompt's language (Chinese if it has a Han
character, else English), quotes it, names the media that came with it by their
file names, and is long enough for 8 s of speech by the fastest voice.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

from omni_stream.emulator.scripts import language, token_count, written_pieces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from omni_stream.emulator.scripts import Language

MediumKind = Literal["image", "audio", "video"]

_NAME_CHARACTERS = 60  # a longer one would take its answer over


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, a sound or a film of a prompt; never fetched.

    Attributes:
        kind: What it is; the pictures of a film given as a list are "video" each.
        url: Where it is, or a data URI that holds it.
    """

    kind: MediumKind
    url: str

    @property
    def name(self) -> str | None:
        """The file name at the end of its URL, its last 60 characters; None if there is none."""
        if self.url[:5].lower() == "data:":
            return None
        path = re.split("[?#]", self.url, maxsplit=1)[0]
        return path.rstrip("/").rpartition("/")[2][-_NAME_CHARACTERS:] or None


@dataclass(frozen=True, slots=True)
class Prompt:
    """What an answer depends on.

    Attributes:
        text: The text of the last user message.
        media: The media of the last user message.
        system: The text of the system message, "" if there is none.
    """

    text: str
    media: tuple[Medium, ...] = ()
    system: str = ""

    def digest(self, *, seed: int) -> bytes:
        """16 bytes that stand for this prompt and ``seed``; the same on every machine."""
        parts = [self.text, self.system, str(seed), *(f"{medium.kind} {medium.url}" for medium in self.media)]
        digest = hashlib.blake2b(digest_size=16)
        for part in parts:
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(8, "little") + encoded)
        return digest.digest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said.

    Attributes:
        text: The answer.
        reasoning: What is thought before it, where the model thinks.
        cut: Whether the answer would have gone on, but for its limit.
    """

    text: str
    reasoning: str
    cut: bool


_READ_OUT = re.compile(
    r"\s*(?:say|read exactly|请说|请朗读)\s*[:\uff1a]\s*(?P<words>\S.*)", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _Phrases:
    """What answers in one language are made of; of the lists, an answer takes one member each."""

    greeting: Sequence[str]
    quoting: Sequence[str]  # with {quote}
    wordless: str  # for a prompt without text
    role: str  # with {quote}
    media: str  # with {names}
    media_kinds: Mapping[MediumKind, str]
    between_names: str
    between_sentences: str
    remark: Sequence[str]
    invitation: Sequence[str]
    reasoning: str  # with {quote}
    quote_characters: int


@cache
def _phrases(of: Language) -> _Phrases:
    file = resources.files("omni_stream.emulator").joinpath("phrases.json")
    return _Phrases(**json.loads(file.read_bytes())[of])


_SENTENCE_ENDS = ".?!\u3002\uff1f\uff01"
_NAMED_MEDIA = 3  # the names of more would be all that is heard


def answer(prompt: Prompt, *, seed: int, max_tokens: int) -> Answer:
    """The answer to ``prompt``, of at most ``max_tokens`` tokens of text."""
    phrases = _phrases(language(prompt.text or prompt.system))
    reasoning = phrases.reasoning.format(quote=_quote(prompt.text, phrases))
    read_out = _READ_OUT.fullmatch(prompt.text)
    text = read_out["words"].rstrip() if read_out else _free_answer(prompt, phrases, prompt.digest(seed=seed))
    kept = _first_tokens(text, max_tokens)
    return Answer(kept, reasoning, cut=kept != text)


def _free_answer(prompt: Prompt, phrases: _Phrases, digest: bytes) -> str:
    sentences = [phrases.greeting[digest[0] % len(phrases.greeting)]]
    if prompt.system:
        sentences.append(phrases.role.format(quote=_quote(prompt.system, phrases)))
    if prompt.text:
        sentences.append(
            phrases.quoting[digest[1] % len(phrases.quoting)].format(quote=_quote(prompt.text, phrases))
        )
    else:
        sentences.append(phrases.wordless)
    if prompt.media:
        sentences.append(phrases.media.format(names=_names(prompt.media, phrases)))
    sentences.append(phrases.remark[digest[2] % len(phrases.remark)])
    sentences.append(phrases.invitation[digest[3] % len(phrases.invitation)])
    return phrases.between_sentences.join(sentences)


def _first_tokens(text: str, tokens: int) -> str:
    """``text``, or as many of its first pieces as have at most that many tokens."""
    if token_count(text) <= tokens:
        return text
    pieces = written_pieces(text)
    fitting = bisect_right(range(len(pieces)), tokens, key=lambda count: token_count("".join(pieces[:count])))
    return "".join(pieces[: fitting - 1])


def _quote(text: str, phrases: _Phrases) -> str:
    """The begin of ``text`` in one line, without the mark that a sentence would double; "…" for nothing."""
    line = " ".join(text.split())
    if len(line) > phrases.quote_characters:
        return line[: phrases.quote_characters].rstrip() + "…"
    return line.rstrip(_SENTENCE_ENDS) or "…"


def _names(media: Sequence[Medium], phrases: _Phrases) -> str:
    named = media[:_NAMED_MEDIA]
    names = [
        " ".join([phrases.media_kinds[medium.kind], *([medium.name] if medium.name else [])])
        for medium in named
    ]
    if len(media) > len(named):
        names.append("…")
    return phrases.between_names.join(names)

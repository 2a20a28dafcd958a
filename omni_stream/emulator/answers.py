"""What the emulator says: a function of the prompt and a seed, and of nothing else.

A prompt that begins with one of these is read out, word for word, to its end
(in any case of letters, after blanks; a full-width colon serves as well)::

    Say:    Read exactly:    请说:    请朗读:

To any other, the answer is in the prompt's language (Chinese if it has a Han
character, else English), quotes it, tells what media came with it, and is long
enough for 8 s of speech by the fastest voice.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from omni_stream.emulator.acknowledgement import acknowledged
from omni_stream.emulator.phrases import phrases
from omni_stream.emulator.scripts import language, token_count, written_pieces

if TYPE_CHECKING:
    from omni_stream.emulator.medium import Medium
    from omni_stream.emulator.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Prompt:
    """What an answer depends on.

    Attributes:
        text: The text of the last user message.
        media: The media of the last user message.
        system: The text of the system message, "" if there is none.
        model: The model by whose rules the media are counted.
    """

    text: str
    media: tuple[Medium, ...] = ()
    system: str = ""
    model: str = "qwen3-omni-flash"

    def digest(self, *, seed: int) -> bytes:
        """16 bytes that stand for this prompt and ``seed``; the same on every machine."""
        media = [one for medium in self.media for one in (*medium.pictures, medium)]
        parts = [self.text, self.system, str(seed), *(f"{one.kind} {one.source}" for one in media)]
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
_SENTENCE_ENDS = ".?!\u3002\uff1f\uff01"


def answer(prompt: Prompt, *, seed: int, max_tokens: int) -> Answer:
    """The answer to ``prompt``, of at most ``max_tokens`` tokens of text."""
    in_words = phrases(language(prompt.text or prompt.system))
    reasoning = in_words.reasoning.format(quote=_quote(prompt.text, in_words))
    read_out = _READ_OUT.fullmatch(prompt.text)
    text = (
        read_out["words"].rstrip() if read_out else _free_answer(prompt, in_words, prompt.digest(seed=seed))
    )
    kept = _first_tokens(text, max_tokens)
    return Answer(kept, reasoning, cut=kept != text)


def _free_answer(prompt: Prompt, phrases: Phrases, digest: bytes) -> str:
    sentences = [phrases.greeting[digest[0] % len(phrases.greeting)]]
    if prompt.system:
        sentences.append(phrases.role.format(quote=_quote(prompt.system, phrases)))
    if prompt.text:
        sentences.append(
            phrases.quoting[digest[1] % len(phrases.quoting)].format(quote=_quote(prompt.text, phrases))
        )
    else:
        sentences.append(phrases.wordless)
    sentences += acknowledged(prompt.media, phrases, model=prompt.model)
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


def _quote(text: str, phrases: Phrases) -> str:
    """The begin of ``text`` in one line, without the mark that a sentence would double; "…" for nothing."""
    line = " ".join(text.split())
    if len(line) > phrases.quote_characters:
        return line[: phrases.quote_characters].rstrip() + "…"
    return line.rstrip(_SENTENCE_ENDS) or "…"

"""The dialects by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.errors import UsageError
from omni_stream.wire.audio_body import AUDIO_BODY
from omni_stream.wire.dialect import Dialect
from omni_stream.wire.elevenlabs import ELEVENLABS
from omni_stream.wire.gemini import GEMINI
from omni_stream.wire.minimax import MINIMAX
from omni_stream.wire.openai_chat import OPENAI_CHAT
from omni_stream.wire.openai_speech import OPENAI_SPEECH
from omni_stream.wire.qwen_tts import QWEN_TTS
from omni_stream.wire.vllm_omni import VLLM_OMNI
from omni_stream.wire.voxtral import VOXTRAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omni_stream.wire.dialect import Framing

# Of those that own a document the first is meant: vLLM-Omni's own what chat completions do, and more.
_DIALECTS = {
    dialect.name: dialect
    for dialect in (
        OPENAI_CHAT,
        VLLM_OMNI,
        OPENAI_SPEECH,
        GEMINI,
        QWEN_TTS,
        MINIMAX,
        VOXTRAL,
        ELEVENLABS,
        AUDIO_BODY,
    )
}


def dialects() -> Iterable[Dialect]:
    """All dialects."""
    return _DIALECTS.values()


def owner_of(document: object, *, framing: Framing | None = None) -> Dialect | None:
    """The dialect that owns ``document``, of those of a framing if one is given; None if none does."""
    if isinstance(document, dict):
        for dialect in dialects():
            if framing in {None, dialect.framing} and dialect.is_own is not None and dialect.is_own(document):
                return dialect
    return None


def find_dialect(dialect: object) -> Dialect:
    """The dialect of that name, or the one given.

    Raises:
        UsageError: There is none.
    """
    if isinstance(dialect, Dialect):
        return dialect
    found = _DIALECTS.get(dialect) if isinstance(dialect, str) else None
    if found is None:
        raise UsageError(
            f"dialect is a Dialect, or one of {', '.join(map(repr, _DIALECTS))}, not {dialect!r:.60}"
        )
    return found

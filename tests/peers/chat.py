"""The events of a chat answer as bytes, and scripts that send a whole one."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peers.call import Call

DONE = b"data: [DONE]\n\n"
HEARTBEAT = b": still there\n\n"


def event(document: object) -> bytes:
    """An event with `document` as its JSON."""
    return b"data: " + json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


def delta(finish_reason: str | None = None, **fields: Any) -> bytes:
    """A chunk of the first choice."""
    choice = {"delta": fields, "finish_reason": finish_reason, "index": 0, "logprobs": None}
    return event(
        {
            "choices": [choice],
            "object": "chat.completion.chunk",
            "usage": None,
            "created": 1,
            "system_fingerprint": None,
            "model": "qwen3-omni-flash",
            "id": "chatcmpl-peer",
        }
    )


def text(content: str) -> bytes:
    """A piece of the answer's text."""
    return delta(content=content)


def transcript(content: str) -> bytes:
    """A piece of the speech's transcript."""
    return delta(audio={"transcript": content})


def audio(pcm: bytes) -> bytes:
    """A piece of speech."""
    return delta(audio={"data": base64.b64encode(pcm).decode(), "expires_at": 1, "id": "audio_peer"})


def usage(*, prompt: int = 1, completion: int = 2) -> bytes:
    """What the answer cost."""
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return event({"choices": [], "model": "qwen3-omni-flash", "usage": counts})


ROLE = delta(content="", role="assistant")
STOP = delta("stop", content="")
PCM = bytes(range(240)) * 20  # 0.1 s: 2,400 frames of 24 kHz
ANSWER = (ROLE, text("Hel"), text("lo"), audio(PCM), STOP, usage(), DONE)
"""The events of a short answer."""


async def answer(call: Call) -> None:
    """Send `ANSWER`, and end it as it should end."""
    await call.head(X_Request_Id="req-peer")
    for piece in ANSWER:
        await call.chunk(piece)
    await call.end()

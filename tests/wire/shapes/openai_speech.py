"""Speech of a text as events.

OpenAI: API reference, "Create speech", "stream_format": sse (CRLF between lines; every chunk padded;
  speech.audio.done has usage; then [DONE]).
vLLM-Omni: vllm_omni/entrypoints/openai/serving_speech.py ("stream": true; the event has its type too).
"""

from wire.shapes.shape import DONE, Fault, Shape, base64_of, event, wav

import omni_stream as omni

USAGE = {"input_tokens": 10, "output_tokens": 82, "total_tokens": 92}


def openai(pieces):
    blocks = [event({"type": "speech.audio.delta", "audio": piece}, line="\r\n") for piece in pieces]
    done = event({"type": "speech.audio.done", "usage": USAGE}, line="\r\n")
    return [*blocks, done, DONE.replace(b"\n", b"\r\n")]


def vllm(pieces):
    blocks = [
        event({"type": "speech.audio.delta", "audio": piece}, before="event: speech.audio.delta")
        for piece in pieces
    ]
    return [*blocks, event({"type": "speech.audio.done"}, before="event: speech.audio.done")]


def untyped(pieces):
    """As servers send it that name the type in the event alone."""
    blocks = [event({"audio": piece}, before="event: speech.audio.delta") for piece in pieces]
    return [*blocks, event({"usage": USAGE}, before="event: speech.audio.done")]


SHAPES = [
    Shape("openai speech, pcm", "openai-speech", openai, usage=(10, 82, 92), tail=1),
    Shape(
        "vllm-omni speech, wav",
        "openai-speech",
        vllm,
        encode=lambda pcm: base64_of(wav(pcm, claimed=0)),
        is_split_anywhere=False,
    ),
    Shape("speech, untyped", "openai-speech", untyped, usage=(10, 82, 92)),
]
FAULTS = [
    Fault(
        "openai-speech",
        event({"error": {"message": "quota", "type": "insufficient_quota", "code": "billing_hard_limit"}}),
        omni.QuotaError,
        "billing_hard_limit",
        "quota",
    )
]

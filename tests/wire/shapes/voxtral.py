"""Mistral's /v1/audio/speech with "stream": API reference, "Speech"; SpeechStreamEvents of its client.

``event: speech.audio.delta``, {"type", "audio_data"}; ``event: speech.audio.done``, {"type", "usage":
{prompt_tokens, completion_tokens, total_tokens}}. "pcm" is 32-bit float, little-endian, 24 kHz. No [DONE].
"""

from wire.shapes.shape import Fault, Shape, base64_of, base64_of_floats, event, wav

import omni_stream as omni

USAGE = {"prompt_tokens": 7, "completion_tokens": 41, "total_tokens": 48}


def reply(pieces):
    blocks = [
        event({"type": "speech.audio.delta", "audio_data": piece}, before="event: speech.audio.delta")
        for piece in pieces
    ]
    done = {"type": "speech.audio.done", "usage": USAGE}
    return [*blocks, event(done, before="event: speech.audio.done")]


SHAPES = [
    Shape("voxtral", "voxtral", reply, encode=base64_of_floats, usage=(7, 41, 48)),
    Shape(
        "voxtral, wav",
        "voxtral",
        reply,
        encode=lambda pcm: base64_of(wav(pcm)),
        usage=(7, 41, 48),
        coding=omni.Coding(omni.AudioFormat(24_000)),
        is_split_anywhere=False,
    ),
]
FAULTS = [
    Fault(
        "voxtral",
        event({"type": "unauthorized", "code": "1403", "message": "no key", "request_id": "r-1"}),
        omni.AuthenticationError,
        "1403",
        "no key",
        "r-1",
    )
]

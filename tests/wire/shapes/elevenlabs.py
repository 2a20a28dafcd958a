"""ElevenLabs' /text-to-speech/{voice}/stream/with-timestamps: API reference, "Stream speech with timing".

One document a line: audio_base64; alignment and normalized_alignment {characters,
character_start_times_seconds, character_end_times_seconds}, either null.
``output_format`` "pcm_24000" and others. "Errors": {"detail": ..}.
"""

from wire.shapes.shape import Fault, Shape, line

import omni_stream as omni


def aligned(text):
    starts = [index / 10 for index in range(len(text))]
    ends = [start + 0.1 for start in starts]
    return {
        "characters": list(text),
        "character_start_times_seconds": starts,
        "character_end_times_seconds": ends,
    }


def document(piece, text):
    alignment = aligned(text) if text else None
    return {"audio_base64": piece, "alignment": alignment, "normalized_alignment": alignment}


def reply(pieces):
    words = ["Hé", "llo"] + [""] * len(pieces)
    return [line(document(piece, word)) for piece, word in zip([*pieces, "", ""], words, strict=True)]


def crlf(pieces):
    return [said.replace(b"\n", b"\r\n") for said in reply(pieces)]


SHAPES = [
    Shape("elevenlabs", "elevenlabs", reply, transcript="Héllo", tail=10**6),
    Shape(
        "elevenlabs, CRLF, another rate",
        "elevenlabs",
        crlf,
        transcript="Héllo",
        tail=10**6,
        rate=44_100,
        coding=omni.Coding(omni.AudioFormat(44_100)),
    ),
]
FAULTS = [
    Fault(
        "elevenlabs",
        line({"detail": {"status": "quota_exceeded", "message": "no credits"}}),
        omni.QuotaError,
        "quota_exceeded",
        "no credits",
    ),
    Fault("elevenlabs", line({"detail": "no such voice"}), omni.ApiError, "", "no such voice"),
    Fault(
        "elevenlabs",
        line({"detail": [{"loc": ["body", "text"], "msg": "field required", "type": "missing"}]}),
        omni.InvalidRequestError,
        "missing",
        "field required",
    ),
]

"""MiniMax's T2A v2 with "stream": API reference, "Text to Speech (T2A) HTTP", the stream's response.

"data": {audio (hex), status 1 | 2, ced}; "trace_id"; "base_resp": {status_code, status_msg}; "extra_info"
with status 2: audio_length, audio_sample_rate, audio_size, bitrate, usage_characters, audio_format.
Status 2 has all of the audio, unless "stream_options.exclude_aggregated_audio".
"Error codes": 1000, 1002, 1004, 1008, 2013.
"""

from wire.shapes.shape import Fault, Shape, event

import omni_stream as omni

FINE = {"status_code": 0, "status_msg": ""}
INFO = {"audio_length": 9900, "audio_sample_rate": 24_000, "usage_characters": 26, "audio_format": "pcm"}


def document(audio, status, **more):
    return {
        "data": {"audio": audio, "status": status, "ced": ""},
        "trace_id": "t-1",
        "base_resp": FINE,
        **more,
    }


def repeated(pieces):
    documents = [document(piece, 1) for piece in pieces]
    return [event(said) for said in [*documents, document("".join(pieces), 2, extra_info=INFO)]]


def excluded(pieces):
    documents = [document(piece, 1) for piece in pieces]
    return [event(said) for said in [*documents, document("", 2, extra_info=INFO)]]


def at_once(pieces):
    """A text so short that it has no status but the last."""
    return [event(document("".join(pieces), 2, extra_info=INFO))]


SHAPES = [
    Shape("minimax", "minimax", repeated, encode=bytes.hex, usage=(0, 0, 0)),
    Shape("minimax, no repetition", "minimax", excluded, encode=bytes.hex, usage=(0, 0, 0)),
    Shape("minimax, at once", "minimax", at_once, encode=bytes.hex, usage=(0, 0, 0)),
]


def refused(code, said):
    return event({"trace_id": "t-2", "base_resp": {"status_code": code, "status_msg": said}})


FAULTS = [
    Fault("minimax", refused(1002, "rate limit"), omni.RateLimitError, "1002", "rate limit", "t-2"),
    Fault("minimax", refused(1004, "login fail"), omni.AuthenticationError, "1004", "login fail", "t-2"),
    Fault("minimax", refused(1008, "no balance"), omni.QuotaError, "1008", "no balance", "t-2"),
    Fault("minimax", refused(1000, "unknown"), omni.ServerError, "1000", "unknown", "t-2"),
    Fault("minimax", refused(2013, "bad voice"), omni.InvalidRequestError, "2013", "bad voice", "t-2"),
]

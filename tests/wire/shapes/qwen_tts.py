"""Qwen-TTS over DashScope's own event stream: Alibaba Cloud's reference of Qwen-TTS, and its client.

Framing: ``id:``, ``event:result``, ``:HTTP_STATUS/200`` and ``data:`` without a space, in every event.
"output": audio {data, url, id, expires_at}, finish_reason ("null" as a text), text and choices null.
"usage": input_tokens, output_tokens, input_tokens_details; {"characters"} of qwen3-tts. Last: data "", url.
Error: ``event:error`` with ``:HTTP_STATUS/400``; or code and message with status 200.
"""

import json

from wire.shapes.shape import Fault, Shape

import omni_stream as omni


def block(index, document, *, kind="result", status=200):
    said = json.dumps(document, ensure_ascii=False)
    return f"id:{index}\nevent:{kind}\n:HTTP_STATUS/{status}\ndata:{said}\n\n".encode()


def output(encoded, *, url="", reason="null", **more):
    audio = {"data": encoded, "url": url, "id": "audio_1", "expires_at": 1757647879}
    return {
        "output": {"text": None, "finish_reason": reason, "choices": None, "audio": audio},
        "request_id": "r-1",
        **more,
    }


def reply(usage):
    def blocks(pieces):
        last = output("", url="http://x.example/a.wav", reason="stop", usage=usage)
        return [block(index, output(piece)) for index, piece in enumerate(pieces)] + [block(99, last)]

    return blocks


TOKENS = {"input_tokens": 14, "output_tokens": 60, "input_tokens_details": {"text_tokens": 14}}
SHAPES = [
    Shape("qwen-tts", "qwen-tts", reply(TOKENS), usage=(14, 60, 74), reason="stop"),
    Shape("qwen3-tts", "qwen-tts", reply({"characters": 26}), usage=(0, 0, 0), reason="stop"),
]
FAULTS = [
    Fault(
        "qwen-tts",
        block(
            1,
            {"code": "InvalidParameter", "message": "no voice", "request_id": "r-2"},
            status=400,
            kind="error",
        ),
        omni.InvalidRequestError,
        "InvalidParameter",
        "no voice",
        "r-2",
    ),
    Fault(
        "qwen-tts",
        block(1, {"code": "Throttling.RateQuota", "message": "slow", "request_id": "r-3"}),
        omni.RateLimitError,
        "Throttling.RateQuota",
        "slow",
        "r-3",
    ),
]

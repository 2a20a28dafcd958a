"""Chat completions that speak, by server.

Qwen-Omni: Alibaba Cloud's guide of Qwen-Omni, "Output" (text, then audio with expires_at and id,
  then stop, then usage with empty choices).
OpenAI: API reference, "Chat completion chunk", with audio (transcript; ticks with obfuscation and no
  choices; usage before an audio delta that has expires_at alone; no finish_reason).
SGLang-Omni: sglang_omni/serve/openai_api.py (null keys dropped; WAV in every chunk; usage on the chunk
  that has finish_reason).
M*: its chat endpoint (a new audio id in every chunk; raw PCM; no usage).
OpenRouter: API reference, "Streaming" (comments as heartbeats; role in every chunk; usage and
  native_finish_reason on chunks that have choices).
"""

from wire.shapes.shape import DONE, Fault, Shape, base64_of, event, wav

import omni_stream as omni


def chunk(choice=None, **more):
    choices = [] if choice is None else [{"index": 0, **choice}]
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "m", "choices": choices, **more}


USAGE = {"prompt_tokens": 20, "completion_tokens": 33, "total_tokens": 53}


def qwen(pieces):
    words = [chunk({"delta": {"content": "", "role": "assistant"}, "finish_reason": None})]
    words += [chunk({"delta": {"content": word}, "finish_reason": None}) for word in ("你好", ", world")]
    audio = [
        chunk({"delta": {"audio": {"data": piece, "expires_at": 1757647879, "id": "audio_1"}}})
        for piece in pieces
    ]
    end = [chunk({"delta": {"content": ""}, "finish_reason": "stop"}), chunk(usage=USAGE)]
    return [event(document) for document in words + audio + end] + [DONE]


def openai(pieces):
    tick = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "usage": None, "obfuscation": "k3"}
    documents = [
        chunk({"delta": {"role": "assistant", "refusal": None}, "finish_reason": None}),
        chunk({"delta": {"content": None, "audio": {"id": "audio_1", "transcript": "Hello"}}}),
        tick,
        chunk({"delta": {"content": None, "audio": {"transcript": " there"}}}),
    ]
    for piece in pieces:
        documents += [chunk({"delta": {"audio": {"data": piece}}}), tick]
    documents += [chunk(usage=USAGE), chunk({"delta": {"audio": {"expires_at": 3601}}}, usage=None)]
    return [event(document) for document in documents] + [DONE]


def sglang(pieces):
    documents = [chunk({"delta": {"role": "assistant"}}), chunk({"delta": {"content": "Hi"}})]
    documents += [chunk({"delta": {"audio": {"id": "audio_1", "data": piece}}}) for piece in pieces]
    documents += [chunk({"delta": {}, "finish_reason": "stop"}, usage=USAGE)]
    return [event(document) for document in documents] + [DONE]


def mstar(pieces):
    documents = [
        chunk({"delta": {"audio": {"id": f"audio_{index}", "data": piece}}})
        for index, piece in enumerate(pieces)
    ]
    documents += [chunk({"delta": {"content": "Hi"}}), chunk({"delta": {}, "finish_reason": "stop"})]
    return [event(document) for document in documents] + [DONE]


def openrouter(pieces):
    beat = b": OPENROUTER PROCESSING\n\n"
    blocks = [beat, event(chunk({"delta": {"role": "assistant", "content": "", "reasoning": "Hm"}}))]
    blocks += [
        event(chunk({"delta": {"role": "assistant", "content": "", "audio": {"data": piece}}}))
        for piece in pieces
    ]
    last = {"delta": {"role": "assistant", "content": ""}, "finish_reason": "stop"}
    more = {**last, "native_finish_reason": "stop"}
    return [*blocks, beat, event(chunk(more, usage={**USAGE, "cost": 0.01})), DONE]


COUNTED = (20, 33, 53)
SHAPES = [
    Shape("qwen-omni", "openai-chat", qwen, text="你好, world", usage=COUNTED, reason="stop", tail=2),
    Shape("openai", "openai-chat", openai, transcript="Hello there", usage=COUNTED, tail=1),
    Shape(
        "sglang-omni, wav",
        "openai-chat",
        sglang,
        encode=lambda pcm: base64_of(wav(pcm)),
        text="Hi",
        usage=COUNTED,
        reason="stop",
        tail=1,
        is_split_anywhere=False,
    ),
    Shape("mstar", "openai-chat", mstar, text="Hi", reason="stop", tail=1),
    Shape("openrouter", "openai-chat", openrouter, reasoning="Hm", usage=COUNTED, reason="stop", tail=1),
]

FAULTS = [
    Fault(
        "openai-chat",
        event(
            {"error": {"message": "no voice", "type": "invalid_request_error", "code": "bad"}, "id": "c-1"}
        ),
        omni.InvalidRequestError,
        "bad",
        "no voice",
        "c-1",
    ),
    Fault(  # Alibaba Cloud, "Error codes", as they come within a stream
        "openai-chat",
        event(
            {"request_id": "r-1", "code": "Throttling.AllocationQuota", "message": "slow"},
            before="id:1\nevent:error\n:HTTP_STATUS/429",
        ),
        omni.RateLimitError,
        "Throttling.AllocationQuota",
        "slow",
        "r-1",
    ),
]

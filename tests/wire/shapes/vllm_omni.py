"""vLLM-Omni's chat completions: vllm_omni/entrypoints/openai/serving_chat.py.

Line by line: a role chunk for each modality, ``modality`` beside ``choices``; audio as base64 in
``delta.content``, with role; ``usage`` of no completion tokens beside audio; chunks that have metrics
alone; ``finish_reason`` for the last modality only; usage with empty choices and without ``modality``;
[DONE]. The WAV head is in every chunk; in the first (as proposed there); or missing ("pcm").
"""

from wire.shapes.shape import DONE, Fault, Shape, base64_of, event, wav

import omni_stream as omni


def chunk(modality, content, *, finish=None, **more):
    choice = {"index": 0, "delta": {"role": "assistant", "content": content}, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "model": "Qwen/Qwen3-Omni",
        "choices": [choice],
        "modality": modality,
        **more,
    }


PART = {"prompt_tokens": 20, "completion_tokens": 0, "total_tokens": 20}
WHOLE = {"prompt_tokens": 20, "completion_tokens": 12, "total_tokens": 32}


def reply(pieces):
    documents = [chunk("text", ""), chunk("text", "Hi"), chunk("audio", "")]
    for piece in pieces:
        documents += [chunk("audio", piece, usage=PART), chunk("audio", "", metrics={"ttft": 0.2})]
    documents += [chunk("text", " there"), chunk("audio", "", finish="stop")]
    documents += [{"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [], "usage": WHOLE}]
    return [event(document) for document in documents] + [DONE]


def headed(pieces):
    """``reply`` with a WAV head at the start of the first piece, as a piece of its own or not."""
    return reply([base64_of(wav(b"", rate=44_100)), *pieces])


WORDS = {"text": "Hi there", "usage": (20, 12, 32), "reason": "stop", "tail": 2}
SHAPES = [
    Shape(
        "vllm-omni, wav",
        "vllm-omni",
        reply,
        encode=lambda pcm: base64_of(wav(pcm)),
        is_split_anywhere=False,
        **WORDS,
    ),
    Shape("vllm-omni, one head", "vllm-omni", headed, rate=44_100, **WORDS),
    Shape("vllm-omni, pcm", "vllm-omni", reply, **WORDS),
]
FAULTS = [
    Fault(
        "vllm-omni",
        event({"error": {"message": "boom", "type": "InternalServerError", "param": None, "code": 500}}),
        omni.ServerError,
        "InternalServerError",
        "boom",
    )
]

"""Reply bodies in the documented shapes, made here and not by the emulator, and a plain reading of them.

Shapes: Alibaba Cloud's Qwen-Omni guide (chunks with ``choices[].delta.content``,
then ``delta.audio`` with data, expires_at and id, stop, usage with empty
choices); OpenAI's reference of chat completion chunks for audio (transcript,
ticks with ``obfuscation`` and no ``choices``, usage before an audio delta that
has ``expires_at`` alone, no ``finish_reason``).
"""

import base64
import json
import random

USAGE = {
    "prompt_tokens": 20,
    "completion_tokens": 33,
    "total_tokens": 53,
    "completion_tokens_details": {"audio_tokens": 25, "text_tokens": 8},
    "prompt_tokens_details": {"text_tokens": 20},
}


def pcm(frames, *, seed=7):
    """Samples of any value, so that a shift by one byte shows."""
    return random.Random(seed).randbytes(2 * frames)


def block(document):
    return f"data: {json.dumps(document, ensure_ascii=False)}\n\n".encode()


def dashscope(choice=None, *, usage=None):
    """One document of DashScope's compatible mode."""
    return {
        "choices": []
        if choice is None
        else [{"index": 0, "logprobs": None, "finish_reason": None, **choice}],
        "object": "chat.completion.chunk",
        "usage": usage,
        "created": 1757647879,
        "system_fingerprint": None,
        "model": "qwen3-omni-flash",
        "id": "chatcmpl-5f3a",
    }


def dashscope_reply(speech, *, chunk_bytes=3840, words=("你好", ", ", "world"), reason="stop"):
    """The documents of a reply that is read and heard."""
    documents = [dashscope({"delta": {"content": "", "role": "assistant"}})]
    documents += [dashscope({"delta": {"content": word}}) for word in words]
    documents += [
        dashscope(
            {
                "delta": {
                    "audio": {
                        "data": base64.b64encode(speech[at : at + chunk_bytes]).decode(),
                        "expires_at": 1757647879,
                        "id": "audio_5f3a",
                    }
                }
            }
        )
        for at in range(0, len(speech), chunk_bytes)
    ]
    documents += [dashscope({"delta": {"content": ""}, "finish_reason": reason}), dashscope(usage=USAGE)]
    return documents


def openai(choice=None, **more):
    """One document of OpenAI's; without a choice it has no ``choices`` at all."""
    document = {"id": "chatcmpl-x", "object": "chat.completion.chunk", "created": 1, "model": "gpt-audio"}
    if choice is not None:
        document["choices"] = [{"index": 0, "finish_reason": None, **choice}]
    return {**document, "usage": None, "obfuscation": "k3Jq", **more}


def openai_reply(speech, *, chunk_bytes=19_200):
    documents = [openai({"delta": {"role": "assistant", "refusal": None}})]
    documents += [
        openai({"delta": {"content": None, "audio": {"id": "audio_1", "transcript": "Hello"}}}),
        openai(),
        openai({"delta": {"content": None, "audio": {"transcript": " there"}}}),
    ]
    for at in range(0, len(speech), chunk_bytes):
        encoded = base64.b64encode(speech[at : at + chunk_bytes]).decode()
        documents += [openai({"delta": {"audio": {"data": encoded}}}), openai()]
    documents += [
        {**openai({}), "choices": [], "usage": USAGE},
        openai({"delta": {"audio": {"expires_at": 3601}}}),
    ]
    del documents[-1]["choices"][0]["finish_reason"]
    return documents


def body(documents, *, done=True):
    return b"".join(map(block, documents)) + (b"data: [DONE]\n\n" if done else b"")


def plainly_read(documents):
    """(text, transcript, PCM, usage) by a reader that knows nothing of streams."""
    text, transcript, speech, usage = "", "", b"", None
    for document in documents:
        usage = document.get("usage") or usage
        for choice in document.get("choices") or []:
            delta = choice.get("delta") or {}
            audio = delta.get("audio") or {}
            text += delta.get("content") or ""
            transcript += audio.get("transcript") or ""
            speech += base64.b64decode(audio.get("data") or "")
    return text, transcript, speech, usage

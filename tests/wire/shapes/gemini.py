"""Gemini's streamGenerateContent with alt=sse: Gemini API reference.

"GenerateContentResponse": candidates, usageMetadata in every document, modelVersion, responseId.
"Part": text, thought, inlineData {mimeType, data}. "Speech generation" guide: audio/L16;codec=pcm;rate=24000,
  whose samples are little-endian; newer models answer audio/wav.
"FinishReason", "BlockReason": SAFETY, OTHER. google.rpc.Status: {"error": {"code", "message", "status"}}.
"""

from wire.shapes.shape import Fault, Shape, base64_of, event, wav

import omni_stream as omni


def document(*parts, counted, **candidate):
    return {
        "candidates": [{"content": {"parts": list(parts), "role": "model"}, "index": 0, **candidate}],
        "usageMetadata": {
            "promptTokenCount": 9,
            "candidatesTokenCount": counted,
            "thoughtsTokenCount": 4,
            "totalTokenCount": 13 + counted,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 9}],
        },
        "modelVersion": "gemini-2.5-flash-preview-tts",
        "responseId": "r-1",
    }


def reply(kind):
    def blocks(pieces):
        documents = [
            document({"text": "Hm", "thought": True}, counted=0),
            document({"text": "Hi"}, {"text": " there"}, counted=2),
        ]
        documents += [
            document({"inlineData": {"mimeType": kind, "data": piece}}, counted=index)
            for index, piece in enumerate(pieces)
        ]
        documents += [document({"text": ""}, counted=50, finishReason="STOP")]
        return [event(said) for said in documents]

    return blocks


WORDS = {"text": "Hi there", "reasoning": "Hm", "usage": (9, 54, 63), "reason": "STOP"}
SHAPES = [
    Shape("gemini, L16", "gemini", reply("audio/L16;codec=pcm;rate=24000"), **WORDS),
    Shape("gemini, another rate", "gemini", reply("audio/L16; codec=pcm; rate=16000"), rate=16_000, **WORDS),
    Shape(
        "gemini, wav",
        "gemini",
        reply("audio/wav"),
        encode=lambda pcm: base64_of(wav(pcm)),
        is_split_anywhere=False,
        **WORDS,
    ),
]
FAULTS = [
    Fault(
        "gemini",
        event({"candidates": [{"finishReason": "SAFETY", "index": 0}], "usageMetadata": {}}),
        omni.InvalidRequestError,
        "SAFETY",
        "the model was stopped (SAFETY)",
    ),
    Fault(
        "gemini",
        event({"candidates": [{"finishReason": "OTHER", "finishMessage": "no audio"}]}),
        omni.InvalidRequestError,
        "OTHER",
        "no audio",
    ),
    Fault(
        "gemini",
        event({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {}}),
        omni.InvalidRequestError,
        "PROHIBITED_CONTENT",
        "the prompt was blocked (PROHIBITED_CONTENT)",
    ),
    Fault(
        "gemini",
        event({"error": {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED"}}),
        omni.RateLimitError,
        "RESOURCE_EXHAUSTED",
        "slow down",
    ),
]

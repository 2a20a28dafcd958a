"""The request that is sent by hand."""

from __future__ import annotations

BODY = {
    "model": "qwen3-omni-flash",
    "messages": [{"role": "user", "content": "Tell me about the brook."}],
    "modalities": ["text", "audio"],
    "audio": {"voice": "Cherry", "format": "wav"},
    "stream": True,
    "stream_options": {"include_usage": True},
}

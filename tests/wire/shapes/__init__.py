"""Replies of every service in its documented shapes, a file a dialect; none is made by the emulator."""

from wire.shapes import (
    elevenlabs,
    gemini,
    minimax,
    openai_chat,
    openai_speech,
    qwen_tts,
    vllm_omni,
    voxtral,
)

_FILES = (openai_chat, vllm_omni, openai_speech, gemini, qwen_tts, minimax, voxtral, elevenlabs)
SHAPES = [shape for file in _FILES for shape in file.SHAPES]
FAULTS = [fault for file in _FILES for fault in file.FAULTS]

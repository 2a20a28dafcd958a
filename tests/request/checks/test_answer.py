import pytest

from omni_stream.catalog import find_model
from omni_stream.errors import UsageError
from omni_stream.request.checks.answer import check_answer

WAV = {"voice": "Cherry", "format": "wav"}


def body(**changes):
    return {"modalities": ("text", "audio"), "audio": WAV, **changes}


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("qwen3-omni-flash", body()),
        ("qwen3-omni-flash", body(modalities=["audio", "text"])),
        ("qwen3-omni-flash", {"modalities": ("text",), "enable_thinking": True}),
        ("qwen3-omni-flash", body(enable_thinking=False)),
        ("qwen3.8-omni-flash", {"modalities": ("text",)}),
        ("gpt-audio", body(audio={"voice": "alloy", "format": "pcm16"})),
        ("gpt-audio", body(audio="of tomorrow")),
    ],
)
def test_what_a_model_gives_may_be_asked_for(model, asked):
    check_answer(asked, find_model(model))


@pytest.mark.parametrize(
    ("model", "asked", "rule"),
    [
        ("qwen3.8-omni-flash", body(), "qwen3.8-omni-flash answers in text alone"),
        ("qwen-omni-turbo", {"modalities": ("text",), "enable_thinking": True}, "has no thinking mode"),
        ("qwen3-omni-flash", body(enable_thinking=True), "answers in text alone when it thinks"),
        ("qwen3-omni-flash", body(modalities=["text"], enable_thinking=True), "in text alone when it thinks"),
        (
            "qwen3-omni-flash",
            body(modalities=["audio"]),
            r"\['text'\] or \['text', 'audio'\], not \['audio'\]",
        ),
        ("qwen3-omni-flash", body(modalities=["text", 7]), "answers in the modalities"),
        ("qwen3-omni-flash", body(modalities="text"), r'modalities is \["text"\]'),
        ("qwen3-omni-flash", body(modalities=None), r'modalities is \["text"\]'),
        ("qwen3-omni-flash", body(audio={"voice": "Cherry"}), "audio.format .* is 'wav', not None"),
        (
            "gpt-audio",
            body(audio={"voice": "alloy", "format": "wav"}),
            "audio.format .* is 'pcm16', not 'wav'",
        ),
        ("qwen3-omni-flash", body(audio={**WAV, "voice": "Nobody"}), "no voice 'Nobody'"),
    ],
)
def test_what_it_does_not_give_is_refused(model, asked, rule):
    with pytest.raises(UsageError, match=rule):
        check_answer(asked, find_model(model))

"""Each sentence is one that the library really raises."""

import asyncio

import pytest
from command_line import VARIABLES

import omni_stream as omni
from omni_stream.cli.in_options import in_options

URL = "http://127.0.0.1:9/v1"


def asked(prompt, **options):
    def ask():
        omni.Client(base_url=URL).ask(prompt, **options)

    return ask


def sent(prompt):
    async def send():
        async with omni.Client(base_url=URL, retries=0) as client, client.ask(prompt):
            pass

    return lambda: asyncio.run(send())


@pytest.mark.parametrize(
    ("raises", "says"),
    [
        (asked("Hi", voice="Chery"), ["choose one of `omni-stream voices`", "with --no-check"]),
        (
            asked(omni.Conversation(system="Be kind.").user("Hi"), model="qwen-omni-turbo"),
            ["such as qwen3-omni-flash, or with --text-only"],
        ),
        (asked("Hi", thinking=True, modalities=["text", "audio"]), ["or --thinking"]),
        (
            lambda: omni.Client(provider="vllm-omni"),
            ["give its address as --base-url, or set VLLM_OMNI_BASE_URL"],
        ),
        (lambda: omni.Client(base_url="https://me@host/v1"), ["--base-url must not", "in the environment"]),
        (lambda: omni.Client(provider="minimax"), ["set MINIMAX_API_KEY (keys of"]),
        (
            lambda: omni.Client(base_url="https://api.openai.com/v1", provider="dashscope"),
            ["host of --base-url", "give --provider openai"],
        ),
        (lambda: omni.Client(base_url=URL, region="beijing"), ["and --base-url is given too"]),
        (
            sent(omni.Conversation().user(omni.Image(b"RIFF\x24\0\0\0WAVEfmt " + bytes(30)), "?")),
            ["give it as a recording"],
        ),
        (sent(omni.Conversation().user(omni.Image(b"<svg/>"), "?")), ["known format; give another file"]),
    ],
)
def test_an_error_names_options(raises, says, monkeypatch):
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(omni.UsageError) as caught:
        raises()
    sentence = in_options(caught.value)
    assert all(part in sentence for part in says), sentence
    assert not any(
        word in sentence for word in ("=False", "=True", "omni.", "base_url", "api_key", "media_type")
    ), sentence


def test_nobody_has_to_know_the_list_of_messages():
    two = [omni.Image("https://a.test/a.png"), omni.Audio("https://a.test/a.wav")]
    with pytest.raises(omni.UsageError) as caught:
        asked(omni.Conversation().user(*two, "?"))()
    assert "beside text in a message, and one has image and audio" in in_options(caught.value)
    error = omni.UsageError("the width of the image 'a.png' in messages[5] is 10 pixels")
    assert in_options(error) == "the width of the image 'a.png' is 10 pixels"


def test_limits_of_time_are_options():
    error = omni.TimeoutError("nothing came within 5 s (Timeouts.idle); what had come is in .partial")
    assert in_options(error) == "nothing came within 5 s (--timeout idle)"


def test_what_a_service_says_stays():
    error = omni.InvalidRequestError("give base_url and check=False", status=400)
    assert "give base_url and check=False" in in_options(error)

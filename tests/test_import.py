"""What an import costs: a room is loaded when it is asked for, and a heavy library when it is used."""

import ast
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import omni_stream

ROOMS = ("omni_stream", "omni_stream.catalog", "omni_stream.pipeline", "omni_stream.request")
"""Those that offer what they import when it is first asked for."""

HEAVY = "aiohttp anyio av imagesize numpy pymediainfo rich sounddevice soundfile soxr typer"


def loaded_by(code):
    """The modules that a fresh interpreter has after `code`, which it begins with none of."""
    code = f"import sys; before = set(sys.modules); {code}; print(*(set(sys.modules) - before))"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout.split()
    )


def test_the_package_loads_nothing_but_itself():
    loaded = loaded_by("import omni_stream")
    assert {name for name in loaded if name.startswith("omni_stream")} == {"omni_stream"}
    assert loaded.isdisjoint(HEAVY.split())


@pytest.mark.parametrize(
    ("code", "unused"),
    [
        (
            "import omni_stream; omni_stream.Client",
            (
                "anyio av imagesize importlib.resources numpy pymediainfo queue rich sounddevice soundfile"
                " soxr typer xml"
            ),
        ),
        ("from omni_stream import WavSink, FileSink", "aiohttp av numpy rich soundfile soxr typer"),
        ("from omni_stream import StreamDecoder, SSEParser, UsageError", "aiohttp anyio asyncio av numpy"),
        ("from omni_stream import catalog", "aiohttp anyio asyncio numpy"),
        ("from omni_stream import resample, decode, gain, blocks, mulaw", "aiohttp av numpy soxr"),
        ("from omni_stream import JitterBuffer", "aiohttp anyio asyncio av numpy soxr"),
        ("from omni_stream import inspect, Image, Video", "aiohttp av imagesize numpy pymediainfo xml"),
    ],
)
def test_what_is_asked_for_brings_no_library_before_it_is_used(code, unused):
    assert loaded_by(code).isdisjoint(unused.split())


def in_room(room, names):
    return {f"omni_stream.{room}.{name}" for name in names.split()}


OF_OTHER_SERVICES = in_room(
    "wire", "elevenlabs gemini minimax openai_speech qwen_tts vllm_omni voxtral"
) | in_room(
    "request", "elevenlabs gemini gemini_speech minimax openai_speech qwen_tts speak vllm_speech voxtral"
)
OF_MEDIA = {"omni_stream.media", "omni_stream.tokens", "omni_stream.upload"}
OF_MEDIA |= in_room("client", "ahead aside") | in_room("request", "checks.media content parts placed")
OF_ROWS_UNREAD = in_room("catalog", "language voice")
OF_QUESTIONS = in_room("catalog", "model") | in_room("request", "chat conversation")


def test_a_client_loads_no_request_and_no_row_of_the_catalog_before_it_asks():
    loaded = loaded_by("from omni_stream import Client")
    assert loaded.isdisjoint(OF_OTHER_SERVICES | OF_MEDIA | OF_ROWS_UNREAD | OF_QUESTIONS)


def test_a_question_in_text_loads_nothing_of_media_and_of_services_that_are_not_asked():
    asked = "import omni_stream; omni_stream.Client('k', provider='dashscope').ask('Hi')"
    loaded = loaded_by(asked)
    assert loaded.isdisjoint(OF_OTHER_SERVICES | OF_MEDIA | OF_ROWS_UNREAD)
    assert "omni_stream.request.chat" in loaded


def test_a_decoder_loads_the_dialect_that_it_reads():
    loaded = loaded_by("from omni_stream import StreamDecoder; StreamDecoder('minimax')")
    assert loaded & OF_OTHER_SERVICES == {"omni_stream.wire.minimax"}


def test_what_is_said_to_be_loaded_by_need_is_there():
    everything = OF_OTHER_SERVICES | OF_MEDIA | OF_ROWS_UNREAD | OF_QUESTIONS
    assert all(find_spec(name) is not None for name in everything)  # or a renamed one would pass unseen


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_offered_is_what_type_checkers_see(room):
    offering = import_module(room)
    seen = {}
    tree = ast.parse(Path(offering.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("omni_stream"):
            seen |= {alias.name: node.module for alias in node.names if alias.name != "offered"}
    assert sorted(seen) == sorted(offering.__all__)
    for name, module in seen.items():
        found = getattr(offering, name)
        home = import_module(module)
        assert found is (sys.modules[f"omni_stream.{name}"] if home is omni_stream else getattr(home, name))


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_offers_what_it_has_not(room):
    with pytest.raises(AttributeError, match=f"module '{room}' has no attribute 'Clinet'"):
        _ = import_module(room).Clinet


def test_what_is_not_offered_is_an_error_as_of_any_module():
    assert set(omni_stream.__all__) <= set(dir(omni_stream))
    with pytest.raises(ImportError, match="cannot import name 'Clinet' from 'omni_stream'"):
        exec("from omni_stream import Clinet")

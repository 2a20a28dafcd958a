"""What an import costs: a room is loaded when it is asked for, and a heavy library when it is used."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import omni_stream

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
            "av imagesize numpy pymediainfo rich soundfile soxr typer xml",
        ),
        ("from omni_stream import WavSink, FileSink", "aiohttp av numpy rich soundfile soxr typer"),
        ("from omni_stream import StreamDecoder, SSEParser, UsageError", "aiohttp anyio asyncio av numpy"),
        ("from omni_stream import catalog", "aiohttp anyio asyncio numpy"),
        ("from omni_stream import resample, decode, gain, blocks, mulaw", "aiohttp av numpy soxr"),
        ("from omni_stream import inspect, Image, Video", "aiohttp av imagesize numpy pymediainfo xml"),
    ],
)
def test_what_is_asked_for_brings_no_library_before_it_is_used(code, unused):
    assert loaded_by(code).isdisjoint(unused.split())


def test_what_is_offered_is_what_type_checkers_see():
    seen = {}
    tree = ast.parse(Path(omni_stream.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("omni_stream"):
            seen |= {alias.name: node.module for alias in node.names}
    assert sorted(seen) == sorted(omni_stream.__all__)
    for name, module in seen.items():
        found = getattr(omni_stream, name)
        home = import_module(module)
        assert found is (sys.modules[f"omni_stream.{name}"] if home is omni_stream else getattr(home, name))


def test_what_is_not_offered_is_an_error_as_of_any_module():
    assert set(omni_stream.__all__) <= set(dir(omni_stream))
    with pytest.raises(AttributeError, match="module 'omni_stream' has no attribute 'Clinet'"):
        _ = omni_stream.Clinet
    with pytest.raises(ImportError, match="cannot import name 'Clinet' from 'omni_stream'"):
        exec("from omni_stream import Clinet")

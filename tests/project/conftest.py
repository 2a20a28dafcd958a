import os
import subprocess
import sys
from pathlib import Path

import pytest

from omni_stream.catalog import providers

ROOT = Path(__file__).parents[2]

_EMULATOR = """
from omni_stream.emulator import Emulator, run
run(Emulator(first_audio_seconds=0, real_time_factor=0), until_stdin_closes=True)
"""
_OF_A_PROVIDER = tuple(provider.key_variable.removesuffix("API_KEY") for provider in providers())


@pytest.fixture(scope="session")
def root():
    """The clone."""
    return ROOT


@pytest.fixture(scope="session")
def files():
    """All files that are, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listed.stdout.decode().split("\0")[:-1]
    return [Path(name) for name in names if (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def emulator():
    """The base URL of an emulator that sends as fast as it can, in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", _EMULATOR], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


@pytest.fixture
def run(emulator, tmp_path):
    """Runs a Python program in an empty folder, against the emulator; returns what it wrote."""
    origin = emulator.partition("/compatible-mode")[0]
    addresses = {
        "DASHSCOPE_BASE_URL": emulator,
        "OPENAI_BASE_URL": f"{origin}/v1",
        "VLLM_OMNI_BASE_URL": f"{origin}/vllm-omni/v1",
    }

    def _run(*arguments):
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(_OF_A_PROVIDER)
        }
        ended = subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=tmp_path,
            env=environment | addresses | {"PYTHONWARNINGS": "error"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        assert ended.stderr == ""
        return ended.stdout

    return _run

"""The canary sees what it is there to see: each way to show a key fails a run of its own."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

LEAKS = {
    "a log record": "logging.getLogger('omni_stream.x').debug('key %s', CANARY)",
    "an attribute of a log record": "logging.getLogger('x').debug('key', extra={'headers': {'A': CANARY}})",
    "a log record with an error": "error(); logging.getLogger('x').debug('failed', exc_info=error())",
    "standard output": "print(CANARY)",
    "output of a descriptor": "os.write(2, CANARY.encode())",
    "output that a test reads": "print(CANARY); capsys.readouterr()",
    "an error's text": "raises(ValueError(f'wrong key {CANARY[:20]}'))",
    "an error's attribute": "raises(error())",
    "an error's note": "failure = ValueError('no'); failure.add_note(CANARY); raises(failure)",
    "an error's cause": "failure = ValueError('no'); failure.__cause__ = error(); raises(failure)",
    "an error of a group": "raises(ExceptionGroup('both', [error()]))",
    "a local of another's frame": "raises_from(CANARY)",
    "an error that nobody expects": "raise error()",
    "arguments of a process": "subprocess.run([sys.executable, '-c', '', CANARY], check=True)",
    "output of a process": "subprocess.run([sys.executable, '-c', 'import os; print(os.environ[\"KEY\"])'],"
    " check=True, capture_output=True, env={'KEY': CANARY})",
}

FINE = {
    "its own variables": "key = [CANARY]; raises(ValueError('no key'))",
    "the environment of a process": "subprocess.run([sys.executable, '-c', ''], env={'K': CANARY})",
}

BEGINNING = """
import logging, os, subprocess, sys, warnings
from pathlib import Path
import pytest
from canary import CANARY
sys.path.insert(0, str(Path(__file__).parent))
from elsewhere import raises_from_key

def error():
    failure = ValueError("no")
    failure.headers = {"Authorization": f"Bearer {CANARY}"}
    return failure

def raises(failure):
    with pytest.raises(Exception):
        raise failure

def raises_from(key):
    with pytest.raises(ValueError):
        raises_from_key(key)
"""

ELSEWHERE = """
def raises_from_key(key):
    raise ValueError("no")
"""


@pytest.fixture
def folder():
    """One that is gone before all that tests have left is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def run(folder, bodies, *options):
    tests = [f"def test_{n}(capsys, tmp_path):\n    {body}\n" for n, body in enumerate(bodies)]
    (folder / "elsewhere.py").write_text(ELSEWHERE)
    (folder / "test_leaks.py").write_text("\n".join([BEGINNING, *tests]))
    command = [sys.executable, "-m", "pytest", "-p", "canary", "-q", "-c", os.devnull, "--rootdir", folder]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    ended = subprocess.Popen(
        [*command, "-o", "log_level=DEBUG", "--basetemp", folder / "tmp", *options, folder],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
    )  # fmt: skip
    with ended:
        return ended.stdout.read()  # not by `communicate`, where it would be seen here


def test_each_way_to_show_a_key_fails_its_test_and_no_other(folder):
    out = run(folder, [*LEAKS.values(), *FINE.values()], "-rA")
    failed = {
        int(number) for number in re.findall(r"^ERROR .*test_leaks.py::test_(\d+)\b", out, re.MULTILINE)
    }
    assert [leak for number, leak in enumerate(LEAKS) if number not in failed] == []
    assert len(failed) == len(LEAKS)


@pytest.mark.parametrize("leaks", [True, False])
def test_a_file_fails_the_run(folder, leaks):
    content = "CANARY" if leaks else "CANARY[:8]"
    # Behind a hole of 8 GiB, which takes no time to pass.
    body = f"f = (tmp_path / 'a').open('wb'); f.seek(2**33); f.write({content}.encode()); f.close()"
    out = run(folder, [body])
    assert ("the key is shown by" in out) == leaks
    assert "1 passed" in out

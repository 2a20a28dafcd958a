"""The one key of all tests, and a pytest plugin that looks for it wherever no key may be.

Where it looks, in every test:

* every log record, down to DEBUG, with what hangs on it;
* stdout and stderr, as pytest captures them or a test reads them, and those of processes;
* every error that a test expects or runs into (a warning is one, too), with all that it
  stands on: its text, its attributes, its notes, and the locals of each frame that is not a test's;
* the arguments of the processes that are started;
* and, when all tests have run, every file that they left in their temporary folders.

Where a key has to be, it does not look: the requests that a peer has read, which stay in
memory, the environment of a process, and the tests' own variables.

A test that shows the key fails, whatever else it says; a file fails the run.
"""

from __future__ import annotations

import asyncio.subprocess
import contextlib
import logging
import os
import reprlib
import subprocess
import sys
import traceback
from functools import wraps
from types import FunctionType, MethodType, ModuleType

import pytest
from _pytest.capture import MultiCapture
from _pytest.raises import RaisesExc

CANARY = "sk-Canary-0123456789-ABCdefghijklmnopqrstuvwxyz"

SHOWN = CANARY[:12]
"""A key that is cut short is shown as well."""

NOT_OURS = tuple(f"{os.sep}{name}{os.sep}" for name in ("tests", "_pytest", "pluggy", "hypothesis"))
"""Frames of such files hold the key because a test was given it."""

PLAIN = (bool, int, float, type, type(None), FunctionType, MethodType, ModuleType)
"""What holds no text."""

USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""The attributes of each log record; the message has what of them could hold a key."""

PIECE_BYTES = 1 << 20

_brief = reprlib.Repr()  # what is larger than this is content, and slow to show
_brief.maxdict = _brief.maxlist = _brief.maxtuple = 100
_brief.maxstring = _brief.maxother = 20_000
_sightings: list[str] = []


def look(where, *contents):
    """Note where the key is shown, if it is."""
    for content in contents:
        if isinstance(content, str):
            is_shown = SHOWN in content
        elif isinstance(content, bytes | bytearray):
            is_shown = SHOWN.encode() in content
        else:
            is_shown = not isinstance(content, PLAIN) and SHOWN in _brief.repr(content)
        if is_shown:
            _sightings.append(where)


def look_at(error, where):
    """Look at all that can be seen of an error."""
    chain = [error]
    for link in chain:
        kind = f"{where}: {type(link).__name__}"
        look(kind, str(link), link.args, vars(link))
        for frame, _ in traceback.walk_tb(link.__traceback__):
            if not any(folder in frame.f_code.co_filename for folder in NOT_OURS):
                for name, value in frame.f_locals.items():
                    look(f"{kind}, {name} in {frame.f_code.co_qualname}", value)
        beneath = (link.__cause__, link.__context__, *getattr(link, "exceptions", ()))
        chain += [
            other for other in beneath if other is not None and all(other is not seen for seen in chain)
        ]


class Records(logging.Handler):
    def emit(self, record):
        more = (value for name, value in vars(record).items() if name not in USUAL)
        look(f"a log record of {record.name}", record.getMessage(), *more)
        if record.exc_info and record.exc_info[1] is not None:
            look_at(record.exc_info[1], f"a log record of {record.name}")


def on_start(event, arguments):
    """Look at the arguments of a process, by the events of Python's audit hooks."""
    if event in {"subprocess.Popen", "os.exec", "os.posix_spawn"}:
        look("arguments of a process", arguments[1])


def watched(method, see):
    """The method, of whose result or arguments `see` is told."""

    @wraps(method)
    def call(self, *arguments, **options):
        result = method(self, *arguments, **options)
        see(result, *arguments)
        return result

    return call


def see_output(result, *_):
    look("output", result.out, result.err)


def see_error(suppressed, _kind, error, _trace):
    if error is not None and suppressed:
        look_at(error, "an expected error")


def see_outcome(result, *_):
    look("output of a process", *(content for content in result if content))


def pytest_configure():
    logging.getLogger().addHandler(Records())
    sys.addaudithook(on_start)
    MultiCapture.readouterr = watched(MultiCapture.readouterr, see_output)
    RaisesExc.__exit__ = watched(RaisesExc.__exit__, see_error)
    subprocess.Popen.communicate = watched(subprocess.Popen.communicate, see_outcome)
    communicate = asyncio.subprocess.Process.communicate

    @wraps(communicate)
    async def communicate_and_look(self, content=None):
        result = await communicate(self, content)
        see_outcome(result)
        return result

    asyncio.subprocess.Process.communicate = communicate_and_look


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    if call.excinfo is not None:
        look_at(call.excinfo.value, "an error")
    outcome = yield
    report = outcome.get_result()
    if call.when == "teardown" and _sightings:
        report.outcome = "failed"
        report.longrepr = f"the key is shown by {', '.join(sorted(set(_sightings)))}"
        _sightings.clear()


def pytest_sessionfinish(session):
    folder = session.config._tmp_path_factory._basetemp
    if folder is not None:  # a test has asked for one
        files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        _sightings.extend(str(path) for path in files if holds_key(path))
    if _sightings:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for where in _sightings:
        terminalreporter.write_line(f"the key is shown by {where}", red=True)


def holds_key(path):
    """Whether the key is in a file; the holes of a sparse one are not read."""
    with contextlib.suppress(OSError), path.open("rb", buffering=0) as file:
        end = os.fstat(file.fileno()).st_size
        at, before = 0, b""
        while at < end:
            at = max(at, os.lseek(file.fileno(), at, os.SEEK_DATA))  # OSError where only a hole is left
            content = os.pread(file.fileno(), PIECE_BYTES, at)
            if SHOWN.encode() in before[-len(SHOWN) :] + content:
                return True
            at, before = at + len(content), content
    return False

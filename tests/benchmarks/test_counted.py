"""What is counted is what a process does: known calls, made through libc, in a process of its own."""

import os
import subprocess
import sys

import pytest
from side_by_side import counted

CALLS = """
import ctypes, os
library = ctypes.CDLL(os.environ["LD_PRELOAD"])
libc = ctypes.CDLL(None)
for name in ("counted_allocations", "counted_copied_bytes"):
    getattr(library, name).restype = ctypes.c_ulong
libc.calloc.restype = libc.malloc.restype = libc.realloc.restype = ctypes.c_void_p
one, other = bytes(1000), ctypes.create_string_buffer(1000)
def spent():
    return library.counted_allocations(), library.counted_copied_bytes()
def told(count):
    before = spent()
    for _ in range(count):
        libc.malloc(10), libc.calloc(1, 10), libc.memcpy(other, one, 1000), libc.memmove(other, one, 500)
    after = spent()
    return [late - early for early, late in zip(before, after)]
told(10)
few, many = told(10), told(110)
print((many[0] - few[0]) / 100, (many[1] - few[1]) / 100)
"""


@pytest.fixture
def library(tmp_path):
    library = tmp_path / "counting.so"
    try:
        counted._make(library)
    except counted._NotHereError as reason:
        pytest.skip(str(reason))
    return library


def test_each_allocation_and_each_copied_byte_is_counted(library):
    told = subprocess.run(
        [sys.executable, "-c", CALLS],
        check=True,
        env=os.environ | {"LD_PRELOAD": str(library)},
        stdout=subprocess.PIPE,
        timeout=60,
    )
    allocations, copied = map(float, told.stdout.split())
    assert 2 <= allocations < 20  # ctypes allocates, too
    assert copied == pytest.approx(1500, abs=200)


def test_without_a_compiler_the_page_says_so(monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler")
    contests = counted.counted(server="http://127.0.0.1:1")
    assert [contest.values for contest in contests] == [{}, {}]
    assert all("C compiler" in contest.notes[0] for contest in contests)

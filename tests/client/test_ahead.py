"""The pieces of a medium, read one ahead."""

import asyncio
import subprocess
import sys
import threading

import pytest

from omni_stream.client.ahead import Ahead
from omni_stream.errors import UsageError

_STUCK = """
import asyncio, os
import omni_stream as omni
from omni_stream.emulator import Emulator

async def main():
    end, _kept_open = os.pipe()
    picture = omni.Image(open(end, "rb", buffering=0), media_type="image/png")
    async with Emulator() as emulator:
        limits = omni.Timeouts(idle=0.3)
        async with omni.Client(base_url=emulator.base_url, retries=0, timeouts=limits) as client:
            try:
                async with client.ask(omni.Conversation().user(picture, "What is it?")):
                    pass
            except omni.TimeoutError:
                print("let go", flush=True)

asyncio.run(main())
"""


async def test_it_gives_all_pieces_and_then_nothing():
    ahead = Ahead(piece for piece in (b"a", b"b", b"c"))
    assert [await ahead.next() for _ in range(5)] == [b"a", b"b", b"c", b"", b""]
    ahead.close()


async def test_what_cannot_be_read_after_the_piece_in_hand_is_no_fault_of_who_leaves(caplog):
    failed = threading.Event()

    def pieces():
        yield b"a"
        failed.set()
        raise UsageError("cut")

    ahead = Ahead(pieces())
    assert await ahead.next() == b"a"
    while not failed.is_set():  # noqa: ASYNC110 -- a test may poll
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.05)
    ahead.close()
    del ahead
    assert not caplog.records  # such as "exception was never retrieved"


async def test_what_cannot_be_read_is_told():
    def pieces():
        yield b"a"
        raise UsageError("cut")

    ahead = Ahead(pieces())
    assert await ahead.next() == b"a"
    with pytest.raises(UsageError, match="cut"):
        await ahead.next()
    ahead.close()


def test_a_file_object_that_never_gives_holds_neither_the_loop_nor_the_program():
    ended = subprocess.run(
        [sys.executable, "-c", _STUCK], check=False, capture_output=True, text=True, timeout=20
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("let go\n", "", 0)

import base64
import socket
import time
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from side_by_side.pacing import BYTES, STAMP
from side_by_side.reply import as_chunk, spoken_reply
from side_by_side.server import HEAD, running_server


@pytest.fixture(scope="module")
def server():
    with running_server(None) as address:
        yield address


def ask(server, events, receive_buffer=None):
    address = urlsplit(server)
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(30)
    connection.connect((address.hostname, address.port))
    connection.sendall(f"POST /p{events}/v1 HTTP/1.1\r\nHost: it\r\nContent-Length: 0\r\n\r\n".encode())
    return connection


def read_to_the_end(connection):
    content = b""
    while not content.endswith(b"\r\n0\r\n\r\n"):
        content += connection.recv(1 << 16)
    return content


def events_of(content):
    """When each event was written and how late that was, of a reply that is right in every other byte."""
    reply = spoken_reply(1)
    beginning = HEAD + as_chunk(reply.writes()[0])
    ending = b"".join(map(as_chunk, reply.ending)) + b"0\r\n\r\n"
    assert content.startswith(beginning)
    assert content.endswith(ending)
    middle = content[len(beginning) : -len(ending)]
    before, after = as_chunk(reply.writes()[1]).split(reply.encoded[0])
    stamps = []
    for event in middle.removesuffix(after).split(after):
        assert event.startswith(before)
        pcm = base64.b64decode(event.removeprefix(before))
        assert len(pcm) == 4800
        assert pcm[STAMP.size :] == reply.pcm[STAMP.size :]
        stamps.append(STAMP.unpack(pcm[: STAMP.size]))
    return stamps


def test_an_event_comes_every_100_ms_and_says_when_it_was_written(server):
    begun = time.monotonic_ns()
    with ask(server, 5) as connection:
        content = read_to_the_end(connection)
    ended = time.monotonic_ns()
    events = events_of(content)
    assert len(events) == 5
    due = [written - late for written, late in events]
    assert {after - before for before, after in pairwise(due)} == {100_000_000}
    assert begun < due[0] <= begun + 1_000_000_000
    assert all(late >= 0 for _, late in events)
    assert events[-1][0] <= ended


def test_who_does_not_read_for_a_while_loses_nothing_and_keeps_nobody_up(server):
    events = 40
    with ask(server, events, receive_buffer=4096) as slow, ask(server, events) as swift:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert len(events_of(read_to_the_end(swift))) == events
        assert len(events_of(read_to_the_end(slow))) == events


def test_who_hangs_up_is_no_trouble(server):
    for _ in range(20):
        ask(server, 1000).close()
    with ask(server, 3) as connection:
        assert len(events_of(read_to_the_end(connection))) == 3


def test_a_connection_is_kept_for_the_next_reply(server):
    with ask(server, 2) as connection:
        read_to_the_end(connection)
        connection.sendall(b"POST /p1/v1 HTTP/1.1\r\nHost: it\r\nContent-Length: 0\r\n\r\n")
        assert len(events_of(read_to_the_end(connection))) == 1


def test_a_stamp_leaves_the_event_as_long_as_it_was():
    length = len(BYTES.event)
    BYTES.stamp(time.monotonic_ns())
    assert len(BYTES.event) == length

import asyncio
import base64
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peers import Peer, chat

from omni_stream.audio import AudioFrame
from omni_stream.client import Client
from omni_stream.errors import Partial, ProtocolError, UsageError
from omni_stream.events import AudioDelta, Finished, TextDelta, Usage


def sending(body, *, pieces=None):
    """A script that sends `body` in chunks of the given lengths."""

    async def script(call):
        await call.head()
        at = 0
        for length in pieces or [len(body)]:
            if body[at : at + length]:
                await call.chunk(body[at : at + length])
            at += length
        if body[at:]:
            await call.chunk(body[at:])
        await call.end()

    return script


async def listed(items):
    return [item async for item in items]


WHOLE = b"".join(chat.ANSWER)


class TestWays:
    async def test_iterating_gives_events_with_audio_as_it_came(self, client_of):
        async with Peer(chat.answer) as peer, client_of(peer).ask("hi") as reply:
            text, more, audio, usage, finished = await listed(reply)
        assert (text, more) == (TextDelta("Hel"), TextDelta("lo"))
        assert audio.encoded == base64.b64encode(chat.PCM).decode()
        assert audio.raw["choices"][0]["delta"]["audio"]["id"] == "audio_peer"
        assert (usage, finished) == (Usage(1, 2, 3, {}), Finished("stop"))

    async def test_audio_is_frames_alone(self, client_of):
        async with Peer(chat.answer) as peer, client_of(peer).ask("hi") as reply:
            (frame,) = await listed(reply.audio())
        assert bytes(frame) == chat.PCM
        assert frame.format.rate == 24_000

    async def test_decoded_is_all_events_with_frames_in_their_places(self, client_of):
        async with Peer(chat.answer) as peer, client_of(peer).ask("hi") as reply:
            items = await listed(reply.decoded())
        kinds = [TextDelta, TextDelta, AudioFrame, Usage, Finished]
        assert [type(item) for item in items] == kinds

    async def test_text_is_the_words(self, client_of):
        async with Peer(chat.answer) as peer, client_of(peer).ask("hi") as reply:
            assert await listed(reply.text()) == ["Hel", "lo"]

    async def test_text_is_the_transcript_where_there_is_no_content(self, client_of):
        body = b"".join(
            [chat.transcript("Hel"), chat.audio(chat.PCM), chat.transcript("lo"), chat.STOP, chat.DONE]
        )
        async with Peer(sending(body)) as peer, client_of(peer).ask("hi") as reply:
            assert await listed(reply.text()) == ["Hel", "lo"]

    @pytest.mark.parametrize("first", ["audio", "text", "decoded", "__aiter__"])
    @pytest.mark.parametrize("second", ["audio", "text", "decoded", "__aiter__"])
    async def test_a_reply_is_read_in_one_way(self, client_of, first, second):
        async with Peer(chat.answer) as peer, client_of(peer).ask("hi") as reply:
            getattr(reply, first)()
            if first == second == "__aiter__":
                assert await listed(reply)
            else:
                with pytest.raises(UsageError, match="a reply is read once"):
                    getattr(reply, second)()

    async def test_after_a_break_a_loop_goes_on(self, client_of):
        async with Peer(chat.answer) as peer, client_of(peer).ask("hi") as reply:
            async for event in reply:
                assert event == TextDelta("Hel")
                break
            assert (await listed(reply))[0] == TextDelta("lo")

    async def test_a_second_consumer_at_once_is_refused(self, client_of):
        async def slow(call):
            await call.head()
            await call.chunk(chat.text("Hi"))
            await call.gone()

        async with Peer(slow) as peer, client_of(peer).ask("hi") as reply:
            events = aiter(reply)
            assert await anext(events) == TextDelta("Hi")
            waiting = asyncio.create_task(anext(events), name="test_first")
            await asyncio.sleep(0)
            with pytest.raises(UsageError, match="a reply has one consumer"):
                await anext(events)
            waiting.cancel()
            await asyncio.wait({waiting})

    async def test_an_answer_without_any_content_is_complete(self, client_of):
        async with Peer(sending(chat.ROLE + chat.DONE)) as peer, client_of(peer).ask("hi") as reply:
            assert await listed(reply) == [Finished(None)]

    async def test_broken_audio_at_the_beginning_is_told_where_it_is_read(self, client_of):
        broken = chat.delta(audio={"data": "!!!!"})
        async with Peer(sending(chat.text("Hi") + broken + WHOLE)) as peer:
            client = client_of(peer)
            async with client.ask("hi") as reply:
                assert len(await listed(reply)) == 7  # who wants it encoded has it as it came
            async with client.ask("hi") as reply:
                with pytest.raises(ProtocolError, match="in event 1"):
                    await listed(reply.decoded())
                assert reply.partial.text == "Hi"

    async def test_nothing_but_the_beginning_is_decoded_before_the_way_is_chosen(self, client_of):
        body = chat.text("Hi") + chat.audio(chat.PCM) * 20 + chat.STOP + chat.DONE
        async with Peer(sending(body)) as peer, client_of(peer).ask("hi") as reply:
            assert reply.stats.events == 1
            frames = await listed(reply.audio())
            assert b"".join(map(bytes, frames)) == chat.PCM * 20
            assert reply.stats.events == 23


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_split_gives_the_same_audio_and_events(seed):
    dice = random.Random(seed)
    pcm = dice.randbytes(2 * dice.randrange(1, 3000))
    places = sorted(dice.randrange(len(pcm) + 1) for _ in range(dice.randrange(6)))
    deltas = [pcm[begin:end] for begin, end in zip([0, *places], [*places, len(pcm)], strict=True)]
    events = [chat.audio(delta) if delta else chat.HEARTBEAT for delta in deltas]
    events.insert(dice.randrange(len(events) + 1), chat.text("Hi"))
    body = b"".join([*events, chat.STOP, chat.DONE])
    pieces = [dice.choice([1, 3, 100, 1024, 5000]) for _ in range(dice.randrange(1, 50))]

    async def run():
        async with (
            Peer(sending(body, pieces=pieces)) as peer,
            Client(base_url=peer.base_url) as client,
            client.ask("hi") as spoken,
            client.ask("hi") as told,
        ):
            frames = await listed(spoken.audio())
            events = await listed(told)
            return b"".join(map(bytes, frames)), [
                event for event in events if not isinstance(event, AudioDelta)
            ]

    heard, events = asyncio.run(run())
    assert heard == pcm
    assert events == [TextDelta("Hi"), Finished("stop")]


class TestState:
    async def test_what_came_stays_readable_after_the_end(self, client_of):
        async with Peer(chat.answer) as peer:
            async with client_of(peer).ask("hi", model="qwen-omni-turbo") as reply:
                assert reply.model == "qwen3-omni-flash"  # the one that answers
                await listed(reply.audio())
            assert reply.usage == Usage(1, 2, 3, {})
            assert reply.finish_reason == "stop"
            assert reply.status == 200
            assert reply.headers["content-type"].startswith("text/event-stream")
            assert reply.request_id == "req-peer"
            assert reply.partial == Partial("Hello", "", "", 0.1, 5)
            assert reply.stats.events == 7

    async def test_before_it_is_entered_there_is_nothing(self, client_of):
        reply = client_of("http://127.0.0.1:1/v1").ask("hi")
        assert (reply.usage, reply.finish_reason, reply.status, reply.stats) == (None, None, None, None)
        assert (reply.partial, reply.model, dict(reply.headers)) == (Partial(), "qwen3-omni-flash", {})

    @pytest.mark.parametrize("way", ["__aiter__", "audio", "decoded", "text"])
    async def test_it_is_read_inside_its_async_with(self, client_of, way):
        async with Peer(chat.answer) as peer:
            reply = client_of(peer).ask("hi")
            with pytest.raises(UsageError, match=r"inside `async with client.ask\(...\) as reply`"):
                getattr(reply, way)()
            async with reply:
                pass
            with pytest.raises(UsageError, match="the reply is closed"):
                getattr(reply, way)()
            with pytest.raises(UsageError, match="entered once"):
                async with reply:
                    pytest.fail("it was entered")

    async def test_a_loop_that_outlives_the_reply_is_told(self, client_of):
        async def slow(call):
            await call.head()
            await call.chunk(chat.text("Hi") + chat.text("ho"))
            await call.gone()

        async with Peer(slow) as peer:
            async with client_of(peer).ask("hi") as reply:
                events = aiter(reply)
                await anext(events)
            with pytest.raises(UsageError, match="closed before its end"):
                await listed(events)

    async def test_an_error_is_raised_again_and_never_turns_into_an_end(self, client_of):
        async with Peer(sending(chat.text("Hi"))) as peer, client_of(peer).ask("hi") as reply:
            events = aiter(reply)
            await anext(events)
            for _ in range(2):
                with pytest.raises(ProtocolError):
                    await anext(events)

    async def test_the_repr_says_what_it_is(self, client_of):
        async with Peer(chat.answer) as peer:
            reply = client_of(peer).ask("a secret prompt")
            assert repr(reply) == f"<Reply of qwen3-omni-flash at 127.0.0.1:{peer.port}, new>"
            async with reply:
                assert "open" in repr(reply)
            assert "closed" in repr(reply)


class Tape:
    """Takes a response down."""

    def __init__(self):
        self.begun = []
        self.reads = []
        self.ended = []

    def begin(self, status, headers):
        self.begun.append((status, headers["content-type"]))
        self.reads.clear()

    def write(self, content, at_seconds):
        self.reads.append((content, at_seconds))

    def end(self, at_seconds):
        self.ended.append(at_seconds)


class TestRecord:
    async def test_a_reply_is_taken_down_as_it_came(self, client_of):
        tape = Tape()
        pieces = [100, 5000, 3, 3]
        async with (
            Peer(sending(WHOLE, pieces=pieces)) as peer,
            client_of(peer).ask("hi", record=tape) as reply,
        ):
            await listed(reply.audio())
        assert tape.begun == [(200, "text/event-stream;charset=UTF-8")]
        assert b"".join(content for content, _ in tape.reads) == WHOLE
        times = [0.0, *(seconds for _, seconds in tape.reads), *tape.ended]
        assert times == sorted(times)
        assert len(tape.ended) == 1

    @pytest.mark.usefixtures("quick_retries")
    async def test_each_attempt_begins_anew(self, client_of):
        async def busy(call):
            await call.refuse(503, b"{}")

        tape = Tape()
        async with Peer(busy, chat.answer) as peer, client_of(peer).ask("hi", record=tape) as reply:
            await listed(reply)
        assert [status for status, _ in tape.begun] == [503, 200]
        assert b"".join(content for content, _ in tape.reads) == WHOLE

    async def test_a_refusal_is_taken_down_too(self, client_of):
        async def refused(call):
            await call.refuse(404, b'{"error":{"message":"no such model"}}')

        tape = Tape()
        async with Peer(refused) as peer:
            with pytest.raises(Exception, match="no such model"):
                async with client_of(peer).ask("hi", record=tape):
                    pytest.fail("it was entered")
        assert [content for content, _ in tape.reads] == [b'{"error":{"message":"no such model"}}']
        assert len(tape.ended) == 1

    async def test_a_reply_that_is_cut_off_or_left_has_no_end(self, client_of):
        async def cut(call):
            await call.head()
            await call.chunk(chat.text("Hi"))

        tape = Tape()
        async with Peer(cut) as peer:
            with pytest.raises(ProtocolError):
                async with client_of(peer).ask("hi", record=tape) as reply:
                    await listed(reply)
            async with client_of(peer).ask("hi", record=tape):
                pass
        assert tape.ended == []


async def test_frames_are_views_without_a_copy(client_of):
    async with Peer(chat.answer) as peer, client_of(peer).ask("hi") as reply:
        (frame,) = await listed(reply.audio())
    samples = np.frombuffer(chat.PCM, "<i2").reshape(-1, 1)
    assert np.array_equal(frame.samples, samples)

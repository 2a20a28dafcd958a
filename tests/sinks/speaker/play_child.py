"""What a test has a speaker do with replies, in a process of its own: ``play_child.py WHAT ARGUMENTS``.

The replies are those of an emulator in the same process.  Arguments and what it prints are as in `child`.
"""

import asyncio
import contextlib
import json
import sys
import threading
import time

from sinks.speaker.child import figures, say, until

import omni_stream as omni
from omni_stream.emulator import Emulator

STORY = (
    "Say: There was a lighthouse on the coast. Every evening, an old woman climbed it. 有一天海上起了大风。"
)

INTERRUPTED_SECONDS = 2.0


@contextlib.asynccontextmanager
async def service(**timing):
    """A client, and the emulator that it asks."""
    async with (
        Emulator(**timing) as emulator,
        omni.Client(base_url=emulator.base_url, api_key="any") as client,
    ):
        yield client, emulator


def tell(event, **more):
    say("event", kind=type(event).__name__, text=getattr(event, "text", ""), **more)


async def impatient(events):
    """Events, each waited for again and again."""
    while True:
        try:
            async with asyncio.timeout(0.03):
                event = await anext(events)
        except TimeoutError:
            continue
        except StopAsyncIteration:
            return
        yield event


async def plays(prompt=STORY, captions="heard", file=None, on_loss="fail", **timing):
    """Play a reply to its end."""
    async with service(**timing) as (client, emulator), omni.Speaker(on_loss=on_loss) as speaker:
        speech = await emulator.speak(prompt.removeprefix("Say: "))
        say("words", words=[(word.text, word.seconds) for word in speech.words], seconds=speech.seconds)
        also = [omni.WavSink(file)] if file else []
        async with client.ask(prompt) as reply:
            async for event in impatient(speaker.play(reply, also=also, captions=captions)):
                tell(event)
        if captions == "arrival":
            await speaker.drain()
        say("heard all", **figures(speaker))
    say("closed", threads=threading.active_count())


async def plays_in_turn():
    """Play two replies, the second begun while the first is heard."""

    async def play(words):
        async with client.ask(f"Say: {words}") as reply:
            async for event in speaker.play(reply):
                tell(event, of=words)

    async with service(first_audio_seconds=0.0, real_time_factor=0.1) as (client, emulator):
        for words in ("One, two, three.", "Four, five, six."):
            say("speech", seconds=(await emulator.speak(words)).seconds)
        async with omni.Speaker() as speaker:
            first = asyncio.ensure_future(play("One, two, three."))
            await asyncio.sleep(0.4)
            await asyncio.gather(first, play("Four, five, six."))
    say("closed")


async def is_interrupted(**timing):
    """Interrupt a reply of a conversation, and ask on."""
    async with service(**timing) as (client, emulator), omni.Speaker() as speaker:
        speech = await emulator.speak(STORY.removeprefix("Say: "))
        say("words", words=[(word.text, word.seconds) for word in speech.words], seconds=speech.seconds)
        chat = omni.Conversation().user(STORY)

        async def listen(chat, seen):
            async with client.ask(chat) as reply:
                async for event in speaker.play(reply):
                    seen.append(event)

        seen, unseen = [], []
        playing = [asyncio.ensure_future(listen(chat, seen))]
        await asyncio.sleep(0.5)
        playing.append(asyncio.ensure_future(listen(omni.Conversation().user("Say: No."), unseen)))
        await until(lambda: speaker.stats.heard_seconds > INTERRUPTED_SECONDS)
        begun = time.monotonic()
        heard = await speaker.interrupt()
        await asyncio.gather(*playing)
        say(
            "interrupted",
            seconds=heard.seconds,
            text=heard.text,
            took=time.monotonic() - begun,
            shown="".join(event.text for event in seen),
            others=len(unseen),
            messages=list(chat.messages),
        )
        async with client.ask(chat.user("Say: Goodbye.")) as reply:
            async for _ in speaker.play(reply):
                pass
        say("went on", messages=list(chat.messages), tasks=len(asyncio.all_tasks()))
    say("closed")


async def play_all(speaker, client):
    async with client.ask(STORY) as reply:
        async for _ in speaker.play(reply):
            pass


async def ends_early():
    """Play a reply that breaks off, and leave others in the middle: by a break, and by a cancel."""
    broken = service(faults=["reset@50%"], real_time_factor=0.1)
    async with broken as (client, _), omni.Speaker() as speaker, client.ask(STORY) as reply:
        try:
            async for event in speaker.play(reply):
                tell(event)
        except omni.StreamTruncated:
            came = reply.partial
            say("broke off", came=came.audio_seconds, text=came.text, **figures(speaker))
    async with service(real_time_factor=0.5) as (client, _), omni.Speaker() as speaker:
        async with client.ask(STORY) as reply:
            async for _ in speaker.play(reply):
                break
        say("left")
        playing = asyncio.ensure_future(play_all(speaker, client))
        await until(lambda: speaker.stats.level_seconds > 0)
        playing.cancel()
        await asyncio.wait([playing])
    say("closed", tasks=len(asyncio.all_tasks()), **figures(speaker))


async def is_lost(file):
    """Play on a device that vanishes, and save."""
    async with service() as (client, emulator):
        speech = await emulator.speak(STORY.removeprefix("Say: "))
        say("words", words=[], seconds=speech.seconds)
        events = []
        try:
            async with omni.Speaker() as speaker, client.ask(STORY) as reply:
                async for event in speaker.play(reply, also=[omni.WavSink(file)]):
                    events.append(type(event).__name__)
                    if len(events) == 1:
                        say("playing")
        except omni.DeviceLostError as error:
            say("failed", message=str(error), events=events, notes=getattr(error, "__notes__", []))


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](**json.loads(sys.argv[2])))

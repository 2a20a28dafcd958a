"""Talk with a model that falls silent when you interrupt it, and remembers what you have heard of its answer.

Run it as: python barge_in.py
Each line is a question.  While an answer is heard, Enter interrupts it, alone or with the next question;
a program that listens sets off `speaker.interrupt()` when somebody speaks.  Ctrl-D ends it.
"""

import asyncio
import sys
import threading

import omni_stream as omni

Lines = asyncio.Queue[str]  # what was typed; "" is the end


async def talk(lines: Lines) -> omni.Conversation:
    """Answer each line aloud, until the end of them."""
    chat = omni.Conversation(system="You are heard, not read: be brief.")
    async with omni.Client() as client, omni.Speaker() as speaker:
        while line := await lines.get():
            while question := line.strip():
                async with client.ask(chat.user(question)) as reply:
                    line = await answer(reply, speaker, lines)
    return chat


async def answer(reply: omni.Reply, speaker: omni.Speaker, lines: Lines) -> str:
    """Play `reply` until it is over or a line is typed: the line, or "" for none."""
    telling = asyncio.create_task(tell(reply, speaker))
    typing = asyncio.create_task(lines.get())
    await asyncio.wait((telling, typing), return_when=asyncio.FIRST_COMPLETED)
    line = typing.result() if typing.done() else ""
    if not typing.cancel() and not line:
        lines.put_nowait(line)  # the end is for whoever asks next
    if line and not telling.done():
        heard = await speaker.interrupt()  # which also tells `chat` what was heard
        print(f"\n(interrupted after {heard.seconds:.1f} s)", flush=True)
    await telling
    return line


async def tell(reply: omni.Reply, speaker: omni.Speaker) -> None:
    """Play `reply`, and show its text when it is heard."""
    spoken = omni.SpokenText()
    async for event in speaker.play(reply):
        print(*spoken([event]), sep="", end="", flush=True)
    print()


def read(lines: Lines, loop: asyncio.AbstractEventLoop) -> None:
    """Put each line that is typed into `lines`."""
    line = "the first"
    while line:
        line = sys.stdin.readline()
        loop.call_soon_threadsafe(lines.put_nowait, line)


async def main() -> None:
    """Talk, and then show what was said and heard."""
    lines: Lines = asyncio.Queue()
    threading.Thread(target=read, args=(lines, asyncio.get_running_loop()), daemon=True).start()
    chat = await talk(lines)
    for said in chat.messages:
        print(f"{said['role']}: {said['content']}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())

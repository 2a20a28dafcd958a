"""A telephone line: a gateway connects by WebSocket, and the caller may interrupt the answer.

Run it as: python telephone.py PORT
Then let the gateway connect to: ws://127.0.0.1:PORT/call

Gateways differ in names; most of them speak like this one, in JSON.  It tells of the `start` of a
call and its `stop`, of `speech` of the caller, and that a `mark` was reached; it is sent `media`,
20 ms of mu-law in base64, a `mark` to send back when all before it was heard, and `clear`, to drop
what was not.
"""

import asyncio
import base64
import sys
from collections.abc import AsyncIterator

from aiohttp import web

import omni_stream as omni

CLIENT = web.AppKey("client", omni.Client)


class Call:
    """One call: what was said in it, and the answer that is being given."""

    def __init__(self, socket: web.WebSocketResponse, client: omni.Client) -> None:
        self.stream = ""  # the gateway's name for the call
        self.chat = omni.Conversation(system="You are on the telephone: be brief.")
        self._socket = socket
        self._client = client
        self._answering: asyncio.Task[None] | None = None

    async def hear(self, question: str) -> None:
        """Answer the caller, and first stop the answer that the caller has interrupted."""
        await self.fall_silent()
        self._answering = asyncio.create_task(self._answer(question))

    async def fall_silent(self) -> None:
        """End the answer that is being given, if any."""
        if self._answering is not None:
            self._answering.cancel()
            await asyncio.wait([self._answering])

    async def _answer(self, question: str) -> None:
        self.chat.user(question)
        try:
            async with (
                self._client.ask(self.chat) as reply,
                omni.PacedSink(self._play, clear=self._clear) as sink,
            ):
                sound = reply.audio().buffered(60.0)  # so that the service need not wait for the listener
                line = sound.through(omni.resample(8_000, quality="live")).through(omni.mulaw())
                try:
                    await line.into(sink)
                    await self._tell("mark", mark={"name": "answered"})
                    await sink.drain()
                except asyncio.CancelledError:
                    heard = await sink.interrupt()
                    reply.heard(omni.Heard(heard.seconds, text_of(reply.partial, heard.seconds)))
                    raise
        except omni.OmniStreamError as error:
            print(f"no answer: {error}", file=sys.stderr)

    async def _play(self, block: bytes) -> None:
        await self._tell("media", media={"payload": base64.b64encode(block).decode()})

    async def _clear(self) -> None:
        await self._tell("clear")

    async def _tell(self, event: str, **more: object) -> None:
        await self._socket.send_json({"event": event, "streamSid": self.stream, **more})


def text_of(answer: omni.Partial, seconds: float) -> str:
    """The text of the first `seconds` of an answer, nearly: as great a part of it as of the sound."""
    text = answer.text or answer.transcript
    return text[: round(len(text) * seconds / answer.audio_seconds)] if answer.audio_seconds else ""


async def answer_call(request: web.Request) -> web.WebSocketResponse:
    """Talk to a caller until the call ends, and then show what was said and heard."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    call = Call(socket, request.app[CLIENT])
    try:
        async for message in socket:
            match message.json():
                case {"event": "start", "streamSid": str(stream)}:
                    call.stream = stream
                case {"event": "speech", "text": str(question)}:
                    await call.hear(question)
                case {"event": "mark"}:
                    print("the caller has heard the answer to its end", flush=True)
                case {"event": "stop"}:
                    break
    finally:
        await call.fall_silent()
    for said in call.chat.messages:
        print(f"{said['role']}: {said['content']}", flush=True)
    return socket


async def clients(app: web.Application) -> AsyncIterator[None]:
    """One client for the life of the server."""
    async with omni.Client() as client:
        app[CLIENT] = client
        yield


if __name__ == "__main__":
    app = web.Application()
    app.router.add_get("/call", answer_call)
    app.cleanup_ctx.append(clients)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))

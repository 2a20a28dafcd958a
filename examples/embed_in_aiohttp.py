"""A web back end: a browser hears the answer while it is spoken.

Run it as: python embed_in_aiohttp.py PORT
Then open: http://127.0.0.1:PORT/say?prompt=Read+me+a+haiku.
"""

import struct
import sys
from collections.abc import AsyncIterator

from aiohttp import web

import omni_stream as omni

CLIENT = web.AppKey("client", omni.Client)


def wav_head(format: omni.AudioFormat) -> bytes:
    """The head of a WAV file whose length is not known yet."""
    byte_rate = format.rate * format.frame_bytes
    layout = struct.pack("<HHIIHH", 1, format.channels, format.rate, byte_rate, format.frame_bytes, 16)
    unknown = b"\xff\xff\xff\xff"
    return b"RIFF" + unknown + b"WAVEfmt " + struct.pack("<I", 16) + layout + b"data" + unknown


async def say(request: web.Request) -> web.StreamResponse:
    """Answer the query's `prompt` in speech."""
    response = web.StreamResponse(headers={"content-type": "audio/wav"})
    try:
        async with (
            request.app[CLIENT].ask(request.query.get("prompt", "")) as reply,
            reply.audio().buffered(5.0) as frames,
        ):
            async for frame in frames:
                if not response.prepared:
                    await response.prepare(request)
                    await response.write(wav_head(frame.format))
                await response.write(memoryview(frame))
    except omni.UsageError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    except omni.OmniStreamError as error:
        if not response.prepared:
            raise web.HTTPBadGateway(text=str(error)) from error
        raise  # the head is out: breaking the connection is what tells the browser
    return response


async def clients(app: web.Application) -> AsyncIterator[None]:
    """One client for the life of the server."""
    async with omni.Client(timeouts=omni.Timeouts(total=120)) as client:
        app[CLIENT] = client
        yield


if __name__ == "__main__":
    app = web.Application()
    app.router.add_get("/say", say)
    app.cleanup_ctx.append(clients)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))

"""Services that nobody here knows: what it takes to read each, and to ask it.

Run it as: python own_dialect.py TEXT

Each of the three speaks TEXT into a file of its name.  To have somebody to ask, a
server on the loopback answers as they do, with a tone for speech.
"""

import array
import asyncio
import base64
import dataclasses
import io
import json
import math
import sys
import wave
from collections.abc import Iterator
from typing import Any

from aiohttp import web

import omni_stream as omni
from omni_stream.catalog import Call, Provider

JSON = dict[str, Any]


# Inworld: one document a line, and a WAV file in each.
def read_inworld(document: JSON, coding: omni.Coding) -> Iterator[omni.Event]:
    """{"result": {"audioContent": ".."}}; the end of the body is the end."""
    encoded = (document.get("result") or {}).get("audioContent")
    if encoded:
        yield coding.delta(encoded, document)


INWORLD = omni.Dialect(name="inworld", read=read_inworld, framing="lines", ends_with_stream=True)


# SGLang's speech: events that say their rate.
def read_sglang(document: JSON, coding: omni.Coding) -> Iterator[omni.Event]:
    """{"audio": {"data", "sample_rate"}, "finish_reason"}, and [DONE]."""
    audio = document.get("audio") or {}
    if audio.get("data"):
        said = dataclasses.replace(coding, format=omni.AudioFormat(audio["sample_rate"]))
        yield said.delta(audio["data"], document)
    if document.get("finish_reason"):
        yield omni.Finished(document["finish_reason"], document)


SGLANG = omni.Dialect(name="sglang-speech", read=read_sglang, end="[DONE]")


def provider(name: str, dialect: object, key_header: str = "Authorization") -> Provider:
    """A service that is given a text to speak at the path of its name."""
    call = Call(
        path=f"/{name}",
        request=lambda speech: {"text": speech.text, "voice": speech.voice, "stream": True},
        dialect=dialect,
        default_model="small",
        default_voice="ann",
        audio_format="pcm",
        formats={"pcm": "pcm"},
    )
    variable = name.upper()
    return Provider(
        name=name,
        key_variable=f"{variable}_API_KEY",
        base_url_variable=f"{variable}_BASE_URL",
        key_header=key_header,
        speak=call,
    )


# Xiaomi's MiMo answers as chat completions do: only its key has a header of its own.
PROVIDERS = [
    provider("inworld", INWORLD),
    provider("sglang", SGLANG),
    provider("mimo", "openai-chat", key_header="api-key"),
]


def tone(rate: int, seconds: float = 0.5) -> bytes:
    """Int16 PCM."""
    samples = (round(8_000 * math.sin(2_765 * at / rate)) for at in range(int(rate * seconds)))
    return array.array("h", samples).tobytes()


def wav(pcm: bytes, rate: int) -> bytes:
    """A WAV file."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", "not compressed"))
        file.writeframes(pcm)
    return content.getvalue()


def blocks(name: str) -> Iterator[bytes]:
    """What each service sends."""
    if name == "inworld":
        for at in range(0, len(tone(8_000)), 4_000):
            encoded = base64.b64encode(wav(tone(8_000)[at : at + 4_000], 8_000)).decode()
            yield json.dumps({"result": {"audioContent": encoded}}).encode() + b"\n"
        return
    rate = 16_000 if name == "sglang" else 24_000
    for at in range(0, len(tone(rate)), 3_840):
        encoded = base64.b64encode(tone(rate)[at : at + 3_840]).decode()
        document: JSON = {"audio": {"data": encoded, "sample_rate": rate}, "finish_reason": None}
        yield event({"choices": [{"delta": {"audio": {"data": encoded}}}]} if name == "mimo" else document)
    yield event({"choices": [], "audio": None, "finish_reason": "stop"})
    yield b"data: [DONE]\n\n"


def event(document: JSON) -> bytes:
    """One event of an event stream."""
    return f"data: {json.dumps(document)}\n\n".encode()


async def answer(request: web.Request) -> web.StreamResponse:
    """A service's answer, at its path."""
    name = request.match_info["name"]
    kind = "application/x-ndjson" if name == "inworld" else "text/event-stream"
    response = web.StreamResponse(headers={"content-type": kind})
    await response.prepare(request)
    for block in blocks(name):
        await response.write(block)
    return response


async def main(text: str) -> None:
    """Let each of the services speak `text`."""
    app = web.Application()
    app.router.add_post("/{name}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    for service in PROVIDERS:
        async with (
            omni.Client(provider=service, base_url=f"http://{host}:{port}", api_key="none") as client,
            client.speak(text) as reply,
        ):
            sink = await reply.audio().into(omni.WavSink(f"{service.name}.wav"))
        print(f"{service.name}: {sink.seconds:.2f} s of speech")
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
